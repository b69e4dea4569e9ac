"""``/account/mail``: whether and when a brief comes by mail, asked for, tried out and ended here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from earmark.days import time_of_day
from earmark.errors import UsageError
from earmark.types import Rhythm
from ui.account.reader_page import ReaderPage

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["mail_page"]


def mail_page(library: LibraryPort) -> ReaderPage:
    """The page."""
    acts = {"ask": _ask, "stop": _stop, "test": _test, "change": _change}
    return ReaderPage(library, "/account/mail", "mail.html", shown=_shown, acts=acts)


def _shown(theirs: LibraryPort) -> dict[str, Any]:
    return {"mailing": theirs.mail.state(), "wanted": theirs.readers.get(theirs.reader.id), "said": ""}


def _ask(theirs: LibraryPort, _given: dict[str, str]) -> dict[str, Any]:
    return {"said": f"A mail with a link is on its way to {theirs.mail.ask().address}."}


def _stop(theirs: LibraryPort, _given: dict[str, str]) -> dict[str, Any]:
    return {"said": f"No more mail goes to {theirs.mail.stop().address}."}


def _test(theirs: LibraryPort, _given: dict[str, str]) -> dict[str, Any]:
    return {"said": f"A test is on its way to {theirs.mail.test()}."}


def _change(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
    wanted = given.get("rhythm", "")
    if wanted not in {"daily", "0", "1", "2", "3", "4", "5", "6"}:
        raise UsageError("choose every day, or a day of the week")
    reader = theirs.readers.get(theirs.reader.id)
    length = given.get("length", "0")
    theirs.readers.change(
        replace(
            reader,
            brief_at=time_of_day(given.get("at", "")),
            rhythm=Rhythm.DAILY if wanted == "daily" else Rhythm.WEEKLY,
            weekday=reader.weekday if wanted == "daily" else int(wanted),
            length=int(length) if length.isascii() and length.isdigit() else -1,
        )
    )
    return {"said": "Your next brief follows this."}
