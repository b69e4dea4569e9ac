"""What is noted of a check: when the feed is asked next, how often it failed, until when its host wants peace."""

from __future__ import annotations

from datetime import datetime, timedelta

from earmark.catalog import Catalog, Connection
from earmark.catalog.feeds import secrets, shows
from earmark.errors import EarmarkError, FetchError, FetchRefused
from earmark.private import is_private
from earmark.types import Show, ShowStatus
from ingest.fetching.fetch import Fetcher, Response
from ingest.fetching.politeness import HOST_HOLD, RHYTHM_EPISODES

__all__ = ["keep_holds", "note_failure", "note_success", "note_wish"]

_GONE = 410


def note_success(
    tx: Connection,
    fetcher: Fetcher,
    show: Show,
    response: Response,
    *,
    now: datetime,
    ttl_s: float | None,
    moved_to: str = "",
    problem: str = "",
) -> None:
    """Notes that a feed was read, or was unchanged; with ``moved_to`` the show takes that address, if it is free."""
    if moved_to:
        problem = _move(tx, show, moved_to) or problem
    shows.checked(
        tx,
        show.id,
        now=now,
        etag=response.etag if response.status != 304 else response.etag or show.etag,
        last_modified=response.last_modified
        if response.status != 304
        else response.last_modified or show.last_modified,
        next_check=fetcher.schedule.after_success(
            now,
            published=shows.published(tx, show.id, limit=RHYTHM_EPISODES),
            fresh_s=response.fresh_s,
            ttl_s=ttl_s,
        ),
        ttl_s=ttl_s,
        problem=problem,
    )


def note_failure(
    catalog: Catalog, fetcher: Fetcher, show: Show, error: EarmarkError, *, now: datetime, reason: str
) -> None:
    """Notes a check that failed: 410 closes the show, anything else slows it down. ``reason`` may be shown."""
    with catalog.write() as tx:
        if isinstance(error, FetchRefused) and error.status == _GONE:
            shows.closed(tx, show.id, now=now, reason=reason)
            return
        wait = fetcher.schedule.after_failure(now, failures=show.failures + 1)
        shows.failed(tx, show.id, now=now, error=reason, next_check=wait)
        if isinstance(error, FetchError):
            note_wish(tx, error, now=now, show_id=show.id)


def note_wish(tx: Connection, error: FetchError, *, now: datetime, show_id: str = "") -> None:
    """Keeps a Retry-After: for the show, and for a day at most for all feeds of the host that answered."""
    if error.retry_after_s is not None:
        until = now + timedelta(seconds=error.retry_after_s)
        shows.held(tx, show_id, until)
        shows.host_held(tx, shows.host_of(error.subject), min(until, now + HOST_HOLD))


def keep_holds(tx: Connection, fetcher: Fetcher, *, now: datetime) -> None:
    """Tells a fetcher which hosts have asked to be left alone: it may be newer than their wish."""
    for host, until in shows.holds(tx, now, at_most=HOST_HOLD).items():
        fetcher.hold(host, until)


def _move(tx: Connection, show: Show, address: str) -> str:
    """Gives the show its new address; returns why not, where another show has it."""
    hidden = show.private or is_private(address)
    others = (secrets.find(tx, address), shows.by_url(tx, address))
    for other in others:
        if other is not None and other.id != show.id:
            paused = "" if other.status is ShowStatus.ACTIVE else f" ({other.status.value})"
            return (
                f"its feed has moved to an address that is followed already, as {other.title!r}{paused}; "
                "remove one of the two"
            )
    if hidden:
        secrets.move(tx, show.id, address)
    else:
        shows.moved(tx, show.id, address)
    return ""
