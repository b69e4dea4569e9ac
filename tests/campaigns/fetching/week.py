"""A week with a fake clock over feeds of all sorts, driven through the feed checks of a run every five minutes.

The schedule is asked to be as eager as it ever is: a run every five minutes, as from a careless cron job, with somebody
asking for all feeds by hand twice a day, and a restart (another client, another catalog handle) every day.
"""

from __future__ import annotations

import random
import tempfile
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.settings import Settings, load_settings
from earmark.types import Show, ShowStatus
from ingest.feeds.checks import check_feeds, due
from ingest.feeds.refresh import follow_show
from ingest.fetching.fetch import Fetcher
from tests.campaigns.fetching.week_feeds import BEHAVIOURS, COPIES, Log, WeekServer, feeds
from tests.loopback import Server, running

__all__ = ["COPIES", "MOST_A_DAY", "Offences", "week"]

START = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)
MOST_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Offences:
    """What must not have happened, by address; ``closed`` counts the feeds that were gone and are no longer asked."""

    moved_but_kept: list[str]
    moved_for_a_while_but_changed: list[str]
    asked_at_the_old_address: list[str]
    asked_though_gone: dict[str, int]
    closed: int


def week(*, days: int = 7) -> tuple[dict[str, Any], Offences]:
    """Lives through the days; returns what was asked and what must not have been."""
    clock = FixedClock(START)
    log = Log(clock=clock)
    with tempfile.TemporaryDirectory() as folder, running(WeekServer.hosts(), WeekServer(log).answer) as server:
        database = f"sqlite:///{Path(folder) / 'catalog.sqlite'}"
        settings = load_settings({"fetch": {"allow_private": ["127.0.0.0/8"], "timeout_s": 0.3}}, environ={})
        catalog = open_catalog(database)
        fetcher = Fetcher(settings.fetch, now=clock.now, rng=random.Random(7))
        for url in feeds(server):
            follow_show(catalog, fetcher, url, default_backfill=5, clock=clock)
        log.week_begins(server)
        runs, wished = _live(catalog, fetcher, clock, settings, log, database, days)
        catalog = open_catalog(database)
        with catalog.read() as tx:
            followed = shows.every(tx)
        catalog.close()
    return _measured(log, server) | {"days": days, "runs": runs, "runs_by_hand": wished}, _offences(
        log, followed, server
    )


def _live(
    catalog: Catalog, fetcher: Fetcher, clock: FixedClock, settings: Settings, log: Log, database: str, days: int
) -> tuple[int, int]:
    """Five minutes at a time; returns how many runs there were, and how many of all feeds by hand."""
    wished_at = {6 * 12, 18 * 12 + 1}
    steps_a_day = int(timedelta(days=1) / STEP)
    wished = 0
    for step in range(days * steps_a_day):
        if step and step % steps_a_day == 0:  # a restart: nothing is known but what the catalog keeps
            catalog.close()
            catalog = open_catalog(database)
            fetcher = Fetcher(settings.fetch, now=clock.now, rng=random.Random(step))
        log.by_hand = step % steps_a_day in wished_at
        wished += log.by_hand
        with catalog.read() as tx:
            active = [show for show in shows.every(tx) if show.status is ShowStatus.ACTIVE]
        asked, _ = due(active, clock.now(), forced=log.by_hand)
        if asked:
            check_feeds(catalog, fetcher, asked, clock, settings, lambda _: None, threading.Event())
        clock.at += STEP
    catalog.close()
    return days * steps_a_day, wished


def _measured(log: Log, server: Server) -> dict[str, Any]:
    scheduled: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for asked in log.asked:
        if not asked.by_hand:
            scheduled[asked.host, asked.path].append(asked.at)
    most = {address: _most_in_a_day(times) for address, times in scheduled.items()}
    return {
        "feeds": len(feeds(server)),
        "behaviours": len(BEHAVIOURS),
        "requests": len(log.asked),
        "most_scheduled_requests_of_a_feed_in_24_h": max(most.values()),
        "most_by_behaviour": _by_kind({path: n for (_, path), n in most.items()}),
        "requests_by_behaviour": dict(sorted(Counter(_kind(asked.path) for asked in log.asked).items())),
        "retry_after_given": log.wishes,
        "asked_against_retry_after": len(log.against_wish),
        "conditional_share": round(sum(asked.conditional for asked in log.asked) / len(log.asked), 3),
        "never_asked": [url for url in feeds(server) if not any(url.endswith(asked.path) for asked in log.asked)],
    }


def _offences(log: Log, followed: list[Show], server: Server) -> Offences:
    by_url = {show.feed_url for show in followed}
    moved = [url for url in feeds(server) if _kind(url) in {"moved-301", "moved-308", "new-address"}]
    old = {url.partition(f":{server.port}")[2] for url in moved}
    late = START + timedelta(days=2)
    gone = Counter(f"{asked.host}{asked.path}" for asked in log.asked if _kind(asked.path) == "gone")
    return Offences(
        moved_but_kept=[url for url in moved if url in by_url],
        moved_for_a_while_but_changed=[url for url in feeds(server) if _kind(url) == "moved-302" and url not in by_url],
        asked_at_the_old_address=[asked.path for asked in log.asked if asked.path in old and asked.at > late],
        asked_though_gone={address: times for address, times in gone.items() if times > 1},
        closed=sum(show.status is ShowStatus.CLOSED for show in followed),
    )


def _most_in_a_day(times: list[datetime]) -> int:
    """The most requests in any 24 hours, wherever they begin."""
    day = timedelta(days=1)
    return max(sum(start <= when < start + day for when in times) for start in times)


def _by_kind(counts: dict[str, int]) -> dict[str, int]:
    by_kind: dict[str, int] = {}
    for path, count in counts.items():
        by_kind[_kind(path)] = max(count, by_kind.get(_kind(path), 0))
    return dict(sorted(by_kind.items()))


def _kind(address: str) -> str:
    return address.rpartition("/")[0].rpartition("/")[2]
