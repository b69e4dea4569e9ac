"""The forms of a feed, by the end of its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from briefs.feeds.atom import to_atom
from briefs.feeds.document import FeedDocument
from briefs.feeds.json_feed import to_json_feed
from ui.feeds.addresses import ATOM, JSON_FEED

__all__ = ["FORMS", "FeedForm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedForm:
    """A format of feeds: what it is called, its media type, and what writes it."""

    name: str
    media_type: str
    write: Callable[[FeedDocument], bytes]


FORMS: dict[str, FeedForm] = {
    ATOM: FeedForm(name="Atom", media_type="application/atom+xml", write=to_atom),
    JSON_FEED: FeedForm(name="JSON Feed", media_type="application/feed+json", write=to_json_feed),
}
"""Every form, by the end of the address."""
