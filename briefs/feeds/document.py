"""A feed before it is written in a format: its entries with stable ids, cleaned titles and escaped HTML."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2

from briefs.entries import Entry
from briefs.view import item_view
from earmark.addresses import absolute, insight_page
from earmark.clean import cut, plain
from earmark.types import ReaderFeed

__all__ = ["FeedDocument", "FeedEntry", "feed_document", "published_document"]

_TEMPLATES = Path(__file__).parents[1] / "templates"
_SPACE = uuid.UUID("6f2d5a0e-8d1b-5d0c-9a53-0c6f5e5d7a11")
"""The namespace of our ids (RFC 9562, 5.5); another one would show every entry again as new."""
_LONGEST_TITLE = 240
"""Characters of a title: two lines of a feed reader."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a published feed changed that has no entry yet: Atom wants a time, and that of the request would change each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One idea. ``content`` is HTML; ``url`` is its page, ``source_url`` the second at which it was said; either may be empty."""

    id: str
    title: str
    url: str
    source_url: str
    content: str
    author: str
    tags: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed, newest entry first; ``updated`` is the time of the newest, or of the making of an empty feed.

    ``home`` is the page that it is of. ``atom`` and ``json_feed`` are its own addresses, empty where they are secrets.
    """

    id: str
    title: str
    home: str
    updated: datetime
    entries: tuple[FeedEntry, ...]
    atom: str = ""
    json_feed: str = ""


def feed_document(feed: ReaderFeed, entries: Sequence[Entry], *, home: str) -> FeedDocument:
    """The feed with these entries.

    The same entries give the same document, whenever they are asked for. It does not name its own address, which is a
    secret: whoever hands on what a feed says does not hand on the feed.

    Args:
        feed: whose feed, of what.
        entries: its ideas.
        home: the address of the app.
    """
    written = _written(entries, lambda insight_id: absolute(home, insight_page(insight_id)))
    return FeedDocument(
        id=_id("feed", feed.id),
        title=cut(plain(f"Earmark: {feed.title}"), _LONGEST_TITLE),
        home=f"{home}/",
        updated=written[0].at if written else feed.created_at,
        entries=written,
    )


def published_document(
    entries: Sequence[Entry], *, home: str, atom: str, json_feed: str, page: Callable[[str], str]
) -> FeedDocument:
    """The feed of the briefs that anybody may read: it names its own addresses, and its id follows from that of Atom.

    Args:
        entries: its ideas.
        home: the page that it is of.
        atom: where it is read as Atom.
        json_feed: where it is read as JSON Feed.
        page: the whole address of an insight's page, by its id.
    """
    written = _written(entries, page)
    return FeedDocument(
        id=_id("published", atom),
        title="Earmark: the brief",
        home=home,
        updated=written[0].at if written else _NEVER,
        entries=written,
        atom=atom,
        json_feed=json_feed,
    )


def _written(entries: Sequence[Entry], page: Callable[[str], str]) -> tuple[FeedEntry, ...]:
    """The entries, the latest first."""
    written = [_entry(entry, page(entry.insight.id)) for entry in entries]
    return tuple(sorted(written, key=lambda entry: (entry.at, entry.id), reverse=True))


def _entry(entry: Entry, url: str) -> FeedEntry:
    insight, shown = entry.insight, item_view(1, entry.item)
    headline = plain(insight.headline)
    # A brief may tell of an idea again, once there is something new to it: that is another entry.
    day = entry.day.isoformat() if entry.day else ""
    return FeedEntry(
        id=_id("idea", insight.id, day),
        title=cut(headline or shown.claim, _LONGEST_TITLE),
        url=url,
        source_url=shown.time_url or shown.url,
        content=_template().render(
            item=shown, headed=bool(headline), note=plain(entry.note, newlines=True).split("\n") if entry.note else []
        ),
        author=shown.speaker or shown.show,
        tags=(shown.show, *(plain(tag) for tag in entry.tags)),
        at=entry.at,
    )


def _id(*parts: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, chr(31).join(parts))}"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("feed_entry.html.j2")
