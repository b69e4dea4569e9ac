"""A show that is followed although its server does not answer today: it is asked again later, like any that fails."""

from __future__ import annotations

from earmark.catalog import Catalog
from earmark.catalog.feeds import following, secrets, shows
from earmark.errors import FetchError, NotYet
from earmark.ports import Clock
from earmark.private import Veil, is_private, veil_of
from earmark.types import Show
from ingest.episodes.backfill import parse_backfill
from ingest.feeds.check_notes import note_failure
from ingest.feeds.refresh import feed_address
from ingest.fetching.fetch import Fetcher

__all__ = ["follow_later"]


def follow_later(
    catalog: Catalog,
    fetcher: Fetcher,
    address: str,
    trouble: FetchError | NotYet,
    *,
    clock: Clock,
    title: str = "",
    folder: str = "",
    backfill: str = "",
    private: bool = False,
) -> Show:
    """Follows the show at a feed address that could not be read just now; its first check counts as failed.

    Args:
        catalog: where it goes.
        fetcher: what could not fetch it; its schedule says when it is asked again.
        address: of the feed.
        trouble: why it could not be read; it is noted on the show, without the secrets of the address.
        clock: the time.
        title: its name until the feed has been read; the address if empty.
        folder: its folder in the subscription list.
        backfill: which episodes are taken (`ingest.episodes.backfill`).
        private: whether the address is a secret though it does not look like one.

    Raises:
        UsageError: no address of a feed, or no such backfill.
    """
    url, now = feed_address(address), clock.now()
    chosen = str(parse_backfill(backfill)) if backfill else ""
    hidden = private or is_private(url)
    if hidden:
        secrets.protect(catalog)
    with catalog.write() as tx:
        show, new = (secrets.add if hidden else shows.add)(tx, url, title=title, folder=folder, now=now)
        if not new:
            return show
        if chosen:
            following.set_backfill(tx, show.id, backfill=chosen)
        if isinstance(trouble, NotYet):
            shows.held(tx, show.id, trouble.until)
    if isinstance(trouble, FetchError):
        reason = (veil_of(url) if hidden else Veil())(str(trouble))
        note_failure(catalog, fetcher, show, trouble, now=now, reason=reason)
    with catalog.read() as tx:
        return shows.get(tx, show.id)
