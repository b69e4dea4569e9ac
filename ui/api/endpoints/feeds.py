"""A reader's feeds, for feed readers, and everything that is the reader's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from earmark.types import ReaderFeed, Selection
from library.address import public_url
from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, Theirs
from ui.api.schemas import SelectionBody
from ui.feeds.addresses import addresses

__all__ = ["NewFeed", "add_feed", "feeds", "remove_feed", "takeout"]

FeedId = Annotated[str, Path(max_length=64, description="an id")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed with its addresses, which are shown this once."""

    feed: ReaderFeed
    atom: str
    json_feed: str


def takeout(request: Request, library: Theirs) -> Response:
    """`earmark takeout import` puts it back. It holds what the reader wrote and asked: keep it as safe as the library."""
    return answer(request, library.takeout.everything())


def feeds(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Oldest first."""
    return page(request, library.feeds.every(), cursor, limit, lambda feed: feed.id)


def add_feed(request: Request, library: Theirs, body: SelectionBody) -> Response:
    """Whoever knows an address reads the feed; nothing shows it again."""
    secret, feed = library.feeds.add(Selection(kind=body.kind, value=body.value))
    atom, json_feed = addresses(public_url(library.settings), secret)
    return answer(request, NewFeed(feed=feed, atom=atom, json_feed=json_feed))


def remove_feed(library: Theirs, feed_id: FeedId) -> Response:
    """What a feed reader has fetched already stays there."""
    library.feeds.remove(feed_id)
    return Response(status_code=204)
