"""The mail of the fake library, where nobody has an address, and its exports, which hold nothing."""

from __future__ import annotations

from pathlib import Path

from briefs.exports.notes import NotesReport
from earmark.errors import NotFound, SettingsError, UsageError
from earmark.types import Archive, Mailing, Profile, Reader, Selection

__all__ = ["FakeMail", "FakeTakeout"]


class FakeMail:
    """No mail goes anywhere."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def state(self) -> Mailing | None:
        return None

    def ask(self) -> Mailing:
        raise UsageError("has no mail address", subject=self._reader.id)

    def asked(self, secret: str) -> Reader:
        raise NotFound("this confirmation has been used or is too old", subject="confirmation")

    def confirm(self, secret: str) -> Reader:
        return self.asked(secret)

    def leaving(self, key: str) -> Mailing:
        raise NotFound("this link ends no mail here", subject="mail")

    def leave(self, key: str) -> Mailing:
        return self.leaving(key)

    def stop(self) -> Mailing:
        raise UsageError("no mail is sent", subject=self._reader.id)

    def test(self) -> str:
        raise SettingsError("set mail.host first", subject="mail")

    def bounced(self, report: bytes) -> Reader | None:
        return None


class FakeTakeout:
    """There is nothing to take out."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def notes(self, selection: Selection, folder: Path, *, by_day: bool = False, template: str = "") -> NotesReport:
        return NotesReport(written=0, known=0)

    def readwise_csv(self, selection: Selection) -> str:
        return ""

    def to_readwise(self, selection: Selection) -> int:
        return 0

    def anki(self, selection: Selection) -> str:
        return ""

    def everything(self) -> Archive:
        return Archive(reader=self._reader, profile=Profile())

    def put_back(self, archive: Archive) -> int:
        return 0
