"""Two things that need no process: how quickly an episode is claimed, and how honest the time left is."""

from __future__ import annotations

import heapq
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog import open_catalog
from earmark.catalog import schema as tables
from earmark.catalog.work import jobs
from earmark.catalog.work.jobs import next_in_line
from earmark.types import Stage
from ingest.work.timeleft import AudioWork, TimeLeft

__all__ = ["claim_speed", "time_left"]

_NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
_MARKS = (0.25, 0.5, 0.75)


def claim_speed(url: str, *, waiting: int, done: int, shows: int, rng: random.Random) -> dict[str, Any]:
    """Claims in a catalog where that many episodes wait, one in five of them of a single show, in milliseconds."""
    catalog = open_catalog(url)
    with catalog.write() as tx:
        tx.execute(
            tables.shows.insert(),
            [{"id": f"s{n}", "feed_url": f"f{n}", "status": "active", "added_at": _NOW} for n in range(shows)],
        )
        episodes, rows = [], []
        for n in range(waiting + done):
            big = rng.random() < 0.2
            stage = Stage.INSIGHTS if n < done else Stage.DISCOVERED
            published = _NOW - timedelta(hours=rng.randrange(90_000))
            episodes.append(
                {
                    "id": f"e{n}",
                    "show_id": "s0" if big else f"s{rng.randrange(shows)}",
                    "published": published,
                    "transcripts": [],
                    "persons": [],
                    "stage": stage.value,
                    "discovered_at": _NOW,
                }
            )
            rows.append({"episode_id": f"e{n}", "priority": 0 if n >= waiting + done - 100 else 1})
        tx.execute(tables.episodes.insert(), episodes)
        tx.execute(tables.jobs.insert(), rows)
    began = time.perf_counter()
    with catalog.write() as tx:
        first = jobs.claim(tx, owner="campaign", now=_NOW, lease_s=60)
    forming = time.perf_counter() - began
    spent, order = [], [first.episode_id] if first else []
    worked: dict[str, list[float]] = {"client": [], "server": []}
    with catalog.read() as tx:
        backend = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() if tx.dialect.name == "postgresql" else 0
    for _ in range(600):
        began, client, server = time.perf_counter(), time.thread_time(), _ran_s(backend)
        with catalog.write() as tx:
            lease = jobs.claim(tx, owner="campaign", now=_NOW, lease_s=60)
            spent.append(time.perf_counter() - began)
            worked["client"].append(time.thread_time() - client)
            worked["server"].append(_ran_s(backend) - server)
            if lease is not None:
                order.append(lease.episode_id)
                jobs.advance(tx, lease, Stage.INSIGHTS)
                jobs.release(tx, lease)
    with catalog.read() as tx:
        owner = {row.id: row.show_id for row in tx.execute(sa.select(tables.episodes.c.id, tables.episodes.c.show_id))}
        priority = {
            row.episode_id: row.priority
            for row in tx.execute(sa.select(tables.jobs.c.episode_id, tables.jobs.c.priority))
        }
        plan, walk_ms = _plan(tx), _walk_ms(tx)
    catalog.close()
    spent.sort()
    backfill = [episode for episode in order if priority[episode] == 1]
    return {
        "waiting": waiting,
        "done": done,
        "shows": shows,
        "forming_the_line_s": round(forming, 3),
        "median_ms": round(1000 * statistics.median(spent), 2),
        "p99_ms": round(1000 * spent[int(0.99 * len(spent))], 2),
        "cpu_ms": {side: round(1000 * statistics.median(seconds), 2) for side, seconds in worked.items()},
        "walk_ms": walk_ms,
        "load": round(os.getloadavg()[0], 1),
        "plan": plan,
        "new_before_backfill": [priority[episode] for episode in order]
        == sorted(priority[episode] for episode in order),
        "most_of_one_show_in_500": max(Counter(owner[episode] for episode in backfill[:500]).values()),
    }


def _ran_s(process: int) -> float:
    """Seconds that a process of this machine has had a processor; 0 where there is none, or no Linux to say so."""
    held = Path(f"/proc/{process}/schedstat")
    return int(held.read_text().split()[0]) / 1e9 if process and held.exists() else 0.0


def _plan(tx: sa.Connection) -> list[str]:
    """How the database finds the next in line, in its own words."""
    query = next_in_line(_NOW, lock=False).compile(tx.engine, compile_kwargs={"literal_binds": True})
    words = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return [str(row[-1]).strip() for row in tx.exec_driver_sql(f"{words} {query}".replace("%", "%%"))]


def _walk_ms(tx: sa.Connection) -> float:
    """The median of the milliseconds in which the database itself finds the next in line, without the way there and back."""
    took = []
    for _ in range(50):
        if tx.dialect.name == "postgresql":
            query = next_in_line(_NOW, lock=False).compile(tx.engine, compile_kwargs={"literal_binds": True})
            lines = tx.exec_driver_sql(f"EXPLAIN (ANALYZE) {query}".replace("%", "%%")).scalars().all()
            took.append(float(lines[-1].split()[-2]))
        else:
            began = time.perf_counter()
            tx.execute(next_in_line(_NOW, lock=False)).all()
            took.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(took), 3)


@dataclass(frozen=True, slots=True)
class _Episode:
    length_s: float
    spoken: bool
    noise: float


def time_left(*, runs: int, rng: random.Random) -> dict[str, Any]:
    """The relative error of the time left at a quarter, half and three quarters of simulated runs.

    Beside it that of the usual way, by the number of episodes. A run is two threads on a library of mixed episodes;
    only one of them can transcribe at a time. The transcribed ones come first in a third of the runs, last in another.
    """
    ours: dict[float, list[float]] = {mark: [] for mark in _MARKS}
    naive: dict[float, list[float]] = {mark: [] for mark in _MARKS}
    silent = 0
    for run in range(runs):
        episodes = _library(rng, order=run % 3)
        said, total = _simulated(episodes, rng)
        for mark in _MARKS:
            at = mark * total
            seen = [entry for entry in said if entry[0] <= at]
            left = seen[-1][1] if seen else None
            if left is None:
                silent += 1
                continue
            truth = total - seen[-1][0]
            ours[mark].append(abs(left - truth) / total)
            done = max(seen[-1][2], 1)
            naive[mark].append(abs(seen[-1][0] / done * (len(episodes) - done) - truth) / total)
    return {
        "runs": runs,
        "said_nothing": silent,
        "median_error_of_total": {f"{mark:.0%}": round(statistics.median(ours[mark]), 3) for mark in _MARKS},
        "p90_error_of_total": {f"{mark:.0%}": round(_p90(ours[mark]), 3) for mark in _MARKS},
        "by_number_of_episodes": {f"{mark:.0%}": round(statistics.median(naive[mark]), 3) for mark in _MARKS},
    }


def _library(rng: random.Random, *, order: int) -> list[_Episode]:
    count = rng.randint(30, 120)
    share = rng.uniform(0.1, 0.6)
    made = [
        _Episode(
            length_s=min(max(rng.lognormvariate(7.9, 0.6), 300), 15_000),
            spoken=rng.random() < share,
            noise=rng.lognormvariate(0, 0.25),
        )
        for _ in range(count)
    ]
    if order:
        made.sort(key=lambda episode: episode.spoken, reverse=order == 1)
    return made


def _simulated(episodes: list[_Episode], rng: random.Random) -> tuple[list[tuple[float, float | None, int]], float]:
    """What the estimate said at each end and each window, as (time, left, episodes done), and how long it all took."""
    speed, reading = rng.uniform(8, 40), rng.uniform(0.001, 0.006)
    spoken = sum(episode.length_s for episode in episodes if episode.spoken)
    estimate = TimeLeft(0.0, spoken=spoken, read=sum(episode.length_s for episode in episodes))
    said: list[tuple[float, float | None, int]] = []
    waiting = list(enumerate(episodes))
    events: list[tuple[float, int, Callable[[float], None]]] = []
    ticket, done, model_free = 0, 0, 0.0

    def later(at: float, what: Callable[[float], None]) -> None:
        nonlocal ticket
        ticket += 1
        heapq.heappush(events, (at, ticket, what))

    def begin(now: float) -> None:
        nonlocal model_free
        if not waiting:
            return
        number, episode = waiting.pop(0)
        key = str(number)
        estimate.begun(key, AudioWork(spoken=episode.length_s if episode.spoken else 0.0, read=episode.length_s), now)
        at = now + rng.uniform(0.2, 3.0)
        if episode.spoken:
            at = max(at, model_free)
            windows = max(round(episode.length_s / 240), 1)
            for window in range(1, windows + 1):
                at += episode.length_s / windows / speed * episode.noise
                later(at, lambda t, w=window: heard(key, episode.length_s * w / windows, t))  # type: ignore[misc]
            model_free = at
            later(at, lambda t: estimate.transcribed(key, t))
        later(at + episode.length_s * reading * episode.noise, lambda t: end(key, t))

    def heard(key: str, seconds: float, now: float) -> None:
        estimate.heard(key, seconds, now)
        said.append((now, estimate.left(now), done))

    def end(key: str, now: float) -> None:
        nonlocal done
        done += 1
        estimate.ended(key, now, done=True)
        said.append((now, estimate.left(now), done))
        begin(now)

    begin(0.0)
    begin(0.0)
    now = 0.0
    while events:
        now, _, what = heapq.heappop(events)
        what(now)
    return said, now


def _p90(values: list[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]
