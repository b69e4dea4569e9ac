"""``/account/alerts``: what the reader is told of, made and removed, and what was told lately."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from ui.account.feeds import selection_of
from ui.account.reader_page import ReaderPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from earmark.types import ToldNews
    from library.ports import LibraryPort

__all__ = ["alerts_page"]


def alerts_page(library: LibraryPort) -> ReaderPage:
    """The page."""
    return ReaderPage(library, "/account/alerts", "alerts.html", shown=_shown, acts={"add": _add, "remove": _remove})


def _shown(theirs: LibraryPort) -> dict[str, Any]:
    told = theirs.alerts.told()
    return {
        "alerts": theirs.alerts.every(),
        "themes": theirs.themes.every(),
        "days": [(day, _by_alert(claims)) for day, claims in groupby(told, key=lambda claim: claim.day)],
        "made": None,
    }


def _by_alert(claims: Iterable[ToldNews]) -> list[tuple[str, list[ToldNews]]]:
    """The claims of one day under what each alert is called, in the order in which the message has them."""
    groups: dict[str, list[ToldNews]] = {}
    for claim in claims:
        groups.setdefault(claim.title, []).append(claim)
    return list(groups.items())


def _add(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
    return {"made": theirs.alerts.add(selection_of(given.get("kind", ""), given))}


def _remove(theirs: LibraryPort, given: dict[str, str]) -> dict[str, Any]:
    theirs.alerts.remove(given.get("alert", ""))
    return {}
