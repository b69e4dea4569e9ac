"""Feeds of what a reader follows, at private addresses: each secret is shown once, kept as a hash, revocable."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from earmark.catalog.readers import api_tokens, feed_links
from earmark.errors import NotFound, UsageError
from earmark.types import ReaderFeed, Selection
from library.bearer_secrets import key_of, new_secret

if TYPE_CHECKING:
    from briefs.entries import Entry
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from library.selections import Selections
    from library.sight import Sight

__all__ = ["Feeds"]

_MOST = 100
"""Feeds of a reader."""


class Feeds:
    """The feeds of one reader."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight, selections: Selections) -> None:
        self._catalog = catalog
        self._clock = clock
        self._reader_id = sight.reader.id
        self._selections = selections

    def every(self) -> list[ReaderFeed]:
        """The reader's feeds, oldest first."""
        with self._catalog.read() as tx:
            return feed_links.every(tx, self._reader_id)

    def add(self, selection: Selection) -> tuple[str, ReaderFeed]:
        """A new feed: the secret of its address, which nothing can show again, and what is kept of it.

        Raises:
            NotFound: the reader sees no such theme, and hears nobody of that name.
            UsageError: the selection lacks a value, or the reader has too many feeds.
        """
        wanted, title = self._selections.named(selection)
        secret = new_secret()
        feed = ReaderFeed(
            id=secrets.token_hex(4),
            reader_id=self._reader_id,
            selection=wanted,
            title=title,
            created_at=self._clock.now(),
        )
        with self._catalog.write() as tx:
            if len(feed_links.every(tx, self._reader_id)) >= _MOST:
                raise UsageError(f"a reader has at most {_MOST} feeds; remove one first", subject=self._reader_id)
            feed_links.add(tx, feed, key_of(secret))
        return secret, feed

    def remove(self, feed_id: str) -> None:
        """Makes the address of a feed void at once; raises ``NotFound``."""
        with self._catalog.write() as tx:
            if not feed_links.remove(tx, self._reader_id, feed_id):
                raise NotFound("is no feed of yours; `earmark feed list` lists them", subject=feed_id)

    def opened(self, secret: str) -> ReaderFeed | None:
        """The feed, of whichever reader, that a secret opens, noting its use; ``None`` for no feed's."""
        now = self._clock.now()
        with self._catalog.read() as tx:
            feed = feed_links.of_key(tx, key_of(secret))
        if feed is not None and not api_tokens.is_noted(feed.used_at, now):
            with self._catalog.write() as tx:
                feed_links.note_use(tx, feed, now=now)
        return feed

    def entries(self, selection: Selection) -> list[Entry]:
        """What a feed of a selection holds now, the latest first."""
        return self._selections.entries(selection)

    def same_since(self, feed: ReaderFeed, digest: str) -> datetime:
        """Since when the feed says what has this digest: since now, if it said something else when last asked for.

        The times of the entries do not tell: an old episode that is read today changes a feed, too.
        """
        with self._catalog.read() as tx:
            since = feed_links.same_since(tx, feed, digest)
        if since is None:
            since = self._clock.now()
            with self._catalog.write() as tx:
                feed_links.note_change(tx, feed, digest, now=since)
        return since
