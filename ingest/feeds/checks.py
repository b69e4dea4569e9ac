"""Checking the feeds that are due: many hosts side by side, the feeds of one host one after another."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from earmark.catalog import Catalog
from earmark.catalog.feeds import shows as shows_table
from earmark.errors import EarmarkError, FetchError, NotFound, NotYet, TransientError
from earmark.ports import Clock
from earmark.settings import Settings
from earmark.types import Show, ShowStatus
from ingest.events import Event, Failure
from ingest.feeds.refresh import FeedCheck, refresh_show
from ingest.fetching.fetch import Fetcher
from ingest.fetching.politeness import LONGEST_S

__all__ = ["FeedChecks", "check_feeds", "due", "next_due"]

_NO_CONNECTION_S = 600.0
"""When feeds are asked again after a run in which this machine reached nobody at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChecks:
    """What the checks found; ``waiting`` counts feeds that turned out to want no requests yet."""

    checked: tuple[FeedCheck, ...] = ()
    failures: tuple[Failure, ...] = ()
    waiting: int = 0


def due(shows: Sequence[Show], now: datetime, *, forced: bool) -> tuple[list[Show], list[Show]]:
    """The shows whose feeds are to be asked, and those that wait.

    Args:
        shows: candidates.
        now: the time.
        forced: ignore the schedule; a Retry-After still applies.
    """
    latest = now + timedelta(seconds=LONGEST_S)  # what is due later was noted while the clock was wrong
    asked: list[Show] = []
    waiting: list[Show] = []
    for show in shows:
        held = show.hold_until is not None and show.hold_until > now
        early = show.next_check is not None and now < show.next_check <= latest
        (waiting if held or (early and not forced) else asked).append(show)
    return asked, waiting


def next_due(waiting: Sequence[Show]) -> datetime | None:
    """The time when the first waiting show is due; ``None`` if none waits."""
    times = [[when for when in (show.next_check, show.hold_until) if when is not None] for show in waiting]
    return min((max(both) for both in times if both), default=None)


def check_feeds(
    catalog: Catalog,
    fetcher: Fetcher,
    chosen: Sequence[Show],
    clock: Clock,
    settings: Settings,
    say: Callable[[Event], None],
    halt: threading.Event,
) -> FeedChecks:
    """Checks the feeds of all shows given; what fails is in the result, and the rest goes on.

    No thread waits for the host of another: ``fetch.parallel`` hosts are asked side by side, however many feeds one has.
    """
    outcomes: queue.SimpleQueue[tuple[Show, FeedCheck | Exception | None]] = queue.SimpleQueue()

    def check(shows: Sequence[Show]) -> None:
        for show in shows:
            try:
                outcome = None if halt.is_set() else _check(catalog, fetcher, show, clock, settings)
            except Exception as error:  # noqa: BLE001 - a bug of ours in one feed must not end the others' run
                outcomes.put((show, error))
            else:
                outcomes.put((show, outcome))

    hosts = _by_host(chosen)
    checked: list[FeedCheck] = []
    errors: list[tuple[Show, Exception]] = []
    with ThreadPoolExecutor(max_workers=settings.fetch.parallel, thread_name_prefix="feed") as pool:
        for shows in hosts:
            pool.submit(check, shows)
        for number in range(1, len(chosen) + 1):
            show, outcome = outcomes.get()
            if outcome is None:
                continue
            if isinstance(outcome, FeedCheck):
                checked.append(outcome)
                message = outcome.note or ("unchanged" if outcome.unchanged else f"{outcome.new_episodes} new")
            else:
                errors.append((show, outcome))
                message = _in_words(outcome)
            failed = isinstance(outcome, Exception) and not isinstance(outcome, NotYet)
            kind = "failure" if failed else "feed"
            say(Event(kind=kind, subject=show.title, message=message, done=number, total=len(chosen)))
    if not checked and len(hosts) > 1:
        _forgive(catalog, errors, clock.now())
    failures = [_failure(show, error) for show, error in errors if not isinstance(error, NotYet)]
    return FeedChecks(checked=tuple(checked), failures=tuple(failures), waiting=len(errors) - len(failures))


def _check(catalog: Catalog, fetcher: Fetcher, show: Show, clock: Clock, settings: Settings) -> FeedCheck | None:
    """Checks a show as it is by now: another process may have checked, paused or removed it since the run began."""
    try:
        with catalog.read() as tx:
            now = shows_table.get(tx, show.id)
    except NotFound:
        return None
    if now.status is not ShowStatus.ACTIVE and now.status is not show.status:
        return None
    if now.checked_at != show.checked_at:
        raise NotYet("was checked by another run just now", until=now.next_check or clock.now(), subject=show.title)
    return refresh_show(catalog, fetcher, now, default_backfill=settings.ingest.backfill, clock=clock)


def _by_host(shows: Sequence[Show]) -> list[list[Show]]:
    """The shows of each host, the host with the most feeds first: it takes longest."""
    groups: dict[str, list[Show]] = defaultdict(list)
    for show in shows:
        groups[shows_table.host_of(show.feed_url)].append(show)
    return sorted(groups.values(), key=len, reverse=True)


def _forgive(catalog: Catalog, errors: Sequence[tuple[Show, Exception]], now: datetime) -> None:
    """Where no request left this machine to any host, it is its own connection that fails, not all those feeds."""
    if errors and all(isinstance(error, FetchError) and not error.reached for _, error in errors):
        soon = now + timedelta(seconds=_NO_CONNECTION_S)
        with catalog.write() as tx:
            for show, _ in errors:
                shows_table.not_asked(tx, show.id, next_check=soon, failures=show.failures)


def _failure(show: Show, error: Exception) -> Failure:
    gives_up = not isinstance(error, TransientError)
    return Failure(show=show.title, episode="", stage="feed", reason=_in_words(error), gives_up=gives_up)


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, EarmarkError) else f"unexpected: {type(error).__name__}: {error}"
