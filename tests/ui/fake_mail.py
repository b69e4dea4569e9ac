"""The mail of the fake library: nobody has an address."""

from __future__ import annotations

from earmark.errors import NotFound, SettingsError, UsageError
from earmark.types import Mailing, Reader

__all__ = ["FakeMail"]


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
