"""Zombies: workers stopped past their lease while another takes over, then continued. None of them may commit.

And workers whose interpreter lock is held: for less than a lease they keep it, for longer they are zombies too.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog import Catalog, open_catalog
from earmark.catalog import schema as tables
from earmark.catalog.work import jobs
from earmark.clock import SystemClock
from earmark.settings import Settings
from earmark.types import Stage
from tests.campaigns.work.library import NewHome, at_point, follow_all, forked, settings_for, show_ids

__all__ = ["Zombies", "busy_lock", "zombies"]

LEASE_S = 1.2
_POINTS = (
    "claimed",
    *(f"{word} {stage}" for stage in list(Stage)[1:] for word in ("computing", "computed")),
    *(f"committed {stage}" for stage in list(Stage)[1:-1]),
)
"""Where a worker is stopped; once the last stage is committed there is nothing left to take over."""


@dataclass(slots=True)
class Zombies:
    """Of how many stopped workers another took the episode over, and what they wrote after they were continued."""

    stopped: int = 0
    taken_over: int = 0
    late_commits: int = 0
    unfinished: int = 0
    at_point: dict[str, int] = field(default_factory=dict)


def zombies(
    home: Path, feeds: Sequence[str], *, new_home: NewHome, count: int, side_by_side: int, rng: random.Random
) -> Zombies:
    """Stops ``count`` workers, each with a show of one episode of its own; half are overtaken by a claim, half by the work.

    ``feeds`` are shows of one episode each, ``side_by_side`` of them at least.
    """
    outcome = Zombies()
    for number in range(0, count, side_by_side):
        settings = settings_for(new_home(home / f"batch{number}"), lease_s=LEASE_S)
        follow_all(settings, feeds[:side_by_side])
        _batch(settings, show_ids(settings)[: min(side_by_side, count - number)], outcome, rng)
    return outcome


def _batch(settings: Settings, ids: Sequence[str], outcome: Zombies, rng: random.Random) -> None:
    stopped: dict[int, str] = {}
    for show_id in ids:
        point = rng.choice(_POINTS)
        outcome.at_point[point] = outcome.at_point.get(point, 0) + 1
        stopped[forked(settings, at=at_point(point, 1, _stop_here), only=[show_id])] = show_id
    for pid in stopped:
        _, status = os.waitpid(pid, os.WUNTRACED)
        outcome.stopped += os.WIFSTOPPED(status)
    catalog = open_catalog(settings.catalog_url)
    before = {show_id: _fence(catalog, show_id) for show_id in ids}
    _until(lambda: all(_expired(catalog, show_id) for show_id in ids), seconds=20)
    claims, works = ids[::2], ids[1::2]
    held = [_claimed(catalog, show_id) for show_id in claims]
    workers = [forked(settings, only=[show_id]) for show_id in works]
    for pid in workers:
        os.waitpid(pid, 0)
    outcome.taken_over += sum(_fence(catalog, show_id) > before[show_id] for show_id in ids)
    state = {show_id: _all_of(catalog, show_id) for show_id in ids}
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    for pid in stopped:
        os.waitpid(pid, 0)
    outcome.late_commits += sum(_all_of(catalog, show_id) != state[show_id] for show_id in ids)
    with catalog.write() as tx:
        for lease in held:
            jobs.release(tx, lease)
    os.waitpid(forked(settings), 0)
    outcome.unfinished += sum(_stage(catalog, show_id) != Stage.INSIGHTS for show_id in ids)
    catalog.close()


def busy_lock(
    home: Path, feeds: Sequence[str], *, times: int, held_s: float, lease_s: float = LEASE_S
) -> dict[str, Any]:
    """A stage holds the interpreter lock for ``held_s`` seconds, ``times`` times, while another claims what it can get."""
    settings = settings_for(home, lease_s=lease_s)
    follow_all(settings, feeds[:times])
    lost = late = unfinished = 0

    def compute(catalog: Catalog) -> None:
        # PyDLL keeps the lock while it calls, as a regular expression does.
        with _between_transactions(catalog):
            ctypes.PyDLL(None).usleep(int(held_s * 1e6))

    catalog = open_catalog(settings.catalog_url)
    for show_id in show_ids(settings)[:times]:
        pid = forked(settings, at=at_point("computed chunks", 1, compute), only=[show_id])
        _until(lambda show_id=show_id: _fence(catalog, show_id) > 0, seconds=20)  # type: ignore[misc]
        taken = None
        while taken is None and not os.waitpid(pid, os.WNOHANG)[0]:
            with catalog.write() as tx:
                taken = jobs.claim(tx, owner="rival", now=SystemClock().now(), lease_s=60, shows=[show_id])
            time.sleep(0.05)
        if taken is not None:
            lost += 1
            state = _all_of(catalog, show_id)
            os.waitpid(pid, 0)
            late += _all_of(catalog, show_id) != state
            with catalog.write() as tx:
                jobs.release(tx, taken)
            os.waitpid(forked(settings, only=[show_id]), 0)
        unfinished += _stage(catalog, show_id) != Stage.INSIGHTS
    catalog.close()
    return {
        "times": times,
        "lease_s": lease_s,
        "lock_held_s": held_s,
        "leases_lost": lost,
        "late_commits": late,
        "unfinished": unfinished,
    }


def _stop_here(catalog: Catalog) -> None:
    """Stops this process."""
    with _between_transactions(catalog):
        # To this very thread: another would first have to be woken, and this one would go on meanwhile.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


@contextmanager
def _between_transactions(catalog: Catalog) -> Iterator[None]:
    """A moment at which none of this process's threads is in a transaction, held until the block ends.

    SQLite lets nobody write while a stopped process is in one; then nobody takes over, and the commit is rightful.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60.0)  # no other thread gets its turn between the look and what follows
    while catalog.engine.pool.checkedout():  # type: ignore[attr-defined]
        time.sleep(0.001)
    yield
    sys.setswitchinterval(usual)


def _all_of(catalog: Catalog, show_id: str) -> list[tuple[Any, ...]]:
    """All that the catalog holds of a show's episode, leases included."""
    episode = sa.select(tables.episodes.c.id).where(tables.episodes.c.show_id == show_id)
    with catalog.read() as tx:
        rows = [
            (table.name, *row)
            for table in (tables.transcripts, tables.chunks, tables.insights, tables.gate_drops, tables.jobs)
            for row in tx.execute(sa.select(table).where(table.c.episode_id.in_(episode)))
        ]
        rows += [
            ("episodes", *row)
            for row in tx.execute(sa.select(tables.episodes).where(tables.episodes.c.show_id == show_id))
        ]
    return sorted(rows, key=repr)


def _claimed(catalog: Catalog, show_id: str) -> jobs.Lease:
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="the next one", now=SystemClock().now(), lease_s=600, shows=[show_id])
    if lease is None:
        raise RuntimeError("the lease of a stopped worker had not run out")
    return lease


def _row(catalog: Catalog, show_id: str) -> Any:
    joined = tables.jobs.join(tables.episodes, tables.jobs.c.episode_id == tables.episodes.c.id)
    query = sa.select(tables.jobs.c.fence, tables.jobs.c.lease_until, tables.episodes.c.stage)
    with catalog.read() as tx:
        return tx.execute(query.select_from(joined).where(tables.episodes.c.show_id == show_id)).one()


def _fence(catalog: Catalog, show_id: str) -> int:
    return int(_row(catalog, show_id).fence)


def _expired(catalog: Catalog, show_id: str) -> bool:
    until = _row(catalog, show_id).lease_until
    return until is None or until < SystemClock().now()


def _stage(catalog: Catalog, show_id: str) -> str:
    return str(_row(catalog, show_id).stage)


def _until(true: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("a stopped worker keeps its lease")
        time.sleep(0.05)
