"""``/account/feeds``: the reader's feeds for feed readers, made and removed; a new address is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from earmark.errors import UsageError
from earmark.types import Selection, SelectionKind
from ui.account.reader_page import ReaderPage
from ui.feeds.addresses import addresses

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["feeds_page", "selection_of"]


def feeds_page(library: LibraryPort, home: str) -> ReaderPage:
    """The page, in an app at ``home``."""

    def shown(theirs: LibraryPort) -> dict[str, Any]:
        return {"feeds": theirs.feeds.every(), "themes": theirs.themes.every(), "made": None}

    def add(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
        secret, feed = theirs.feeds.add(selection_of(given.get("kind", ""), given))
        return {"made": feed, "addresses": addresses(home, secret)}

    def remove(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
        theirs.feeds.remove(given.get("feed", ""))
        return {}

    return ReaderPage(library, "/account/feeds", "feeds.html", shown=shown, acts={"add": add, "remove": remove})


def selection_of(kind: str, given: dict[str, str]) -> Selection:
    """What a form selects, which has a field for the value of each kind; raises ``UsageError``."""
    try:
        wanted = SelectionKind(kind)
    except ValueError:
        raise UsageError("choose what to follow", subject=kind) from None
    return Selection(kind=wanted, value=given.get(wanted.value, ""))
