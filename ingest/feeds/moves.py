"""Where a feed has moved to: permanent redirects, and the new address that a feed itself names.

A permanent redirect (301, 308) has been followed by the time a feed is read. ``itunes:new-feed-url`` is only a word in
the old feed: it is believed once the new address was fetched and gave a feed that names no further one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from earmark.errors import EarmarkError
from earmark.net import redact
from earmark.private import is_private, with_login
from earmark.types import FeedData
from ingest.fetching.fetch import Response

__all__ = ["Landing", "landing", "left_behind"]

_MOST_MOVES = 3
"""New addresses followed in one check, each naming the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """The final address of a feed, the answer there, and the feed in it.

    ``address`` may hold a login. ``problem`` says why a move was not followed, else is empty.
    """

    address: str
    response: Response
    feed: FeedData
    problem: str = ""


def landing(
    address: str, response: Response, feed: FeedData, *, read: Callable[[str], tuple[Response, FeedData]]
) -> Landing:
    """Where the feed that was read from ``address`` is now.

    Args:
        address: what was asked, with its login.
        response: what was answered, after all redirects.
        feed: what it says.
        read: fetches and parses another address; raises ``EarmarkError``.
    """
    arrived = response.permanent_url or address
    here = last = Landing(address=arrived, response=response, feed=feed, problem=left_behind(response))
    seen = [address, arrived]
    for _ in range(_MOST_MOVES):
        target = with_login(last.address, last.feed.new_feed_url) if last.feed.new_feed_url else ""
        if not target or _same(target, last.address):
            return last
        bare = is_private(address) and not is_private(target)  # often the word of the public feed it was copied from
        if bare or any(_same(target, other) for other in seen):
            # Else it leads back to where we are, or in a circle: an old word that nobody took out.
            said = f"it names a new address without its login, not followed: {redact(target)}"
            return replace(here, problem=said if bare else "")
        try:
            answer, feed_there = read(target)
        except EarmarkError as error:
            return replace(here, problem=f"it names a new address that cannot be read: {error}")
        if feed.episodes and not feed_there.episodes:
            return replace(here, problem=f"it names a new address without episodes: {redact(target)}")
        arrived = answer.permanent_url or target
        if any(_same(arrived, other) for other in seen):
            return here
        seen += [target, arrived]
        last = Landing(address=arrived, response=answer, feed=feed_there)
    return replace(here, problem=f"it names one new address after another, up to {redact(last.address)}")


def left_behind(response: Response) -> str:
    """Says that a feed has moved to a host that its login was not given to; empty if it has not."""
    if not response.moved_away:
        return ""
    return f"its feed has moved to {response.moved_away}, where its login was not sent; follow it there with its login"


def _same(url: str, other: str) -> bool:
    """Whether two addresses are one, or differ only in that the first goes back from https to http."""
    try:
        a, b = urlsplit(url), urlsplit(other)
        ports = a.port or _port(a.scheme), b.port or _port(b.scheme)
    except ValueError:
        return url == other
    if (a.hostname, a.path or "/", a.query) != (b.hostname, b.path or "/", b.query):
        return False
    return (a.scheme == b.scheme and ports[0] == ports[1]) or (a.scheme, b.scheme, *ports) == ("http", "https", 80, 443)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
