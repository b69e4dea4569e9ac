"""The feed of the published briefs, served and written beside their pages.

It says the same to everybody, for a feed reader cannot sign in: what is published, and no reason, which would tell of the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from briefs.entries import Entry
from briefs.feeds.document import FeedDocument, published_document
from earmark.addresses import absolute
from earmark.errors import NotFound
from ui.feeds.addresses import ATOM, JSON_FEED
from ui.feeds.forms import FORMS
from ui.pages.page import Alternate

if TYPE_CHECKING:
    from library.ports import PublishedPort

__all__ = ["PLACE", "alternates", "brief_feed"]

PLACE = "/b"
"""Where the feeds lie, served or written: beside the pages of the briefs."""
_BRIEFS = 14
"""Briefs that the feed looks back on, as a reader's own does."""


def brief_feed(reading: PublishedPort, *, base: str, home: str, page: Callable[[str], str]) -> FeedDocument:
    """The feed of the latest briefs of which anything is published; it may be empty.

    Args:
        reading: what is published.
        base: the address under which the pages are known.
        home: the page that the feed is of.
        page: the whole address of an insight's page, by its id.

    Raises:
        NotFound: nothing is published.
    """
    return published_document(
        list(_told(reading)),
        home=home,
        atom=absolute(base, f"{PLACE}/{ATOM}"),
        json_feed=absolute(base, f"{PLACE}/{JSON_FEED}"),
        page=page,
    )


def alternates(place: str) -> tuple[Alternate, ...]:
    """What a page says in its head of the feeds that lie at ``place``."""
    return tuple(
        Alternate(address=f"{place}/{end}", media_type=form.media_type, words=f"The brief as {form.name}")
        for end, form in FORMS.items()
    )


def _told(reading: PublishedPort) -> Iterator[Entry]:
    for day in reading.days(latest=_BRIEFS):
        with suppress(NotFound):  # withdrawn, or shared no longer, since the days were read
            brief = reading.brief(day)
            for item in brief.items:
                yield Entry(insight=item.insight, at=brief.created_at, day=day, related=item.related)
