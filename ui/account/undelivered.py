"""``/account/undelivered``: what did not go out to the reader; sent again or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.account.reader_page import ReaderPage

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["undelivered_page"]


def undelivered_page(library: LibraryPort) -> ReaderPage:
    """The page."""
    acts = {"again": _again, "forget": _forget}
    return ReaderPage(library, "/account/undelivered", "undelivered.html", shown=_shown, acts=acts)


def _shown(theirs: LibraryPort) -> dict[str, Any]:
    return {"letters": theirs.undelivered.every(), "said": ""}


def _again(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
    theirs.undelivered.again(given.get("letter", ""))
    return {"said": "It went out."}


def _forget(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
    theirs.undelivered.forget(given.get("letter", ""))
    return {"said": "It is forgotten."}
