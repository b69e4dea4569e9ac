"""Checking a feed: what is new in it goes into the catalog, in one transaction with the validators of the check."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection

from earmark.catalog import Catalog, episodes, shows
from earmark.errors import EarmarkError, UsageError
from earmark.net import redact
from earmark.ports import Clock
from earmark.types import EpisodeData, FeedData, Show
from ingest.feeds import parse_feed
from ingest.fetch import Fetcher

__all__ = ["Refreshed", "feed_address", "follow_show", "newest", "refresh_show"]

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a check found: ``unchanged`` when the server answered 304, else how many episodes were new."""

    show: Show
    unchanged: bool = False
    new_episodes: int = 0
    problems: tuple[str, ...] = ()


def feed_address(text: str) -> str:
    """The address somebody typed, as an http(s) URL; raises ``UsageError``."""
    address = text.strip()
    for scheme in ("feed://", "podcast://", "pcast://", "itpc://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    address = address.removeprefix("feed:")
    if "://" not in address:
        address = "https://" + address
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if (
        not host
        or parts.scheme.lower() not in {"http", "https"}
        or any(c.isspace() or not c.isprintable() for c in address)
    ):
        raise UsageError(
            "is not the address of a feed; give one such as https://example.org/feed.xml", subject=redact(text)[:200]
        )
    return address


def follow_show(
    catalog: Catalog, fetcher: Fetcher, address: str, *, take: int, clock: Clock, folder: str = ""
) -> tuple[Refreshed, bool]:
    """Follows the show at a feed address, and whether it is new; nothing is stored when the feed cannot be read.

    Raises:
        UsageError, FetchError, FetchRefused, FeedError: why it cannot be followed.
    """
    url = feed_address(address)
    with catalog.read() as tx:
        known = shows.by_url(tx, url)
    if known is not None:
        return Refreshed(show=known, unchanged=True), False
    response = fetcher.get(url, accept=_ACCEPT)
    feed = parse_feed(response.body, url=response.url, content_type=response.content_type)
    with catalog.write() as tx:
        show, new = shows.add(tx, url, title=feed.title, folder=folder, now=clock.now())
        added = _take_over(tx, show, feed, take=take, clock=clock)
        shows.checked(tx, show.id, now=clock.now(), etag=response.etag, last_modified=response.last_modified)
        show = shows.get(tx, show.id)
    return Refreshed(show=show, new_episodes=added, problems=feed.problems), new


def refresh_show(catalog: Catalog, fetcher: Fetcher, show: Show, *, take: int, clock: Clock) -> Refreshed:
    """Checks a followed show. An unchanged feed (304) writes nothing; a failure is noted on the show and raised.

    Raises:
        FetchError, FetchRefused, FeedError: what was noted.
    """
    try:
        response = fetcher.get(show.feed_url, etag=show.etag, last_modified=show.last_modified, accept=_ACCEPT)
        if response.status == 304:
            if show.failures:
                with catalog.write() as tx:
                    shows.checked(tx, show.id, now=clock.now(), etag=show.etag, last_modified=show.last_modified)
            return Refreshed(show=show, unchanged=True)
        feed = parse_feed(response.body, url=response.url, content_type=response.content_type)
    except EarmarkError as error:
        with catalog.write() as tx:
            shows.failed(tx, show.id, now=clock.now(), error=str(error))
        raise
    with catalog.write() as tx:
        added = _take_over(tx, show, feed, take=take, clock=clock)
        shows.checked(tx, show.id, now=clock.now(), etag=response.etag, last_modified=response.last_modified)
        show = shows.get(tx, show.id)
    return Refreshed(show=show, new_episodes=added, problems=feed.problems)


def newest(data: tuple[EpisodeData, ...], take: int) -> list[EpisodeData]:
    """The ``take`` newest episodes (0: all), newest first; undated ones keep the feed's order, after the dated."""
    dated = sorted(
        (e for e in data if e.published), key=lambda e: e.published.timestamp() if e.published else 0.0, reverse=True
    )
    ordered = dated + [e for e in data if not e.published]
    return ordered[:take] if take else ordered


def _take_over(tx: Connection, show: Show, feed: FeedData, *, take: int, clock: Clock) -> int:
    shows.described(tx, show.id, feed)
    return len(episodes.add_new(tx, show.id, newest(feed.episodes, take), language=feed.language, now=clock.now()))
