"""Leases that survive a busy interpreter lock, and that whoever cannot work does not keep."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import jobs
from earmark.clock import FixedClock, SystemClock
from earmark.types import EpisodeData
from ingest.work.heartbeat import Heartbeat
from ingest.work.owners import dead_owners, owner_name
from ingest.work.processes import Seen, look
from ingest.work.pulse import Pulse

pytestmark = pytest.mark.heavy

LEASE_S = 1.5


@pytest.fixture
def lease(catalog: Catalog) -> jobs.Lease:
    now = SystemClock().now()
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=now)
        episodes.add_new(tx, show.id, [EpisodeData(guid="1", title="One")], language="en", now=now)
        found = jobs.claim(tx, owner=owner_name(0), now=now, lease_s=LEASE_S)
    assert found is not None
    return found


def until(true: Callable[[], bool], *, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def lease_until(catalog: Catalog) -> datetime:
    with catalog.read() as tx:
        found = tx.execute(sa.select(table.c.lease_until)).scalar_one()
    assert found is not None
    return found


@contextmanager
def other_worker(catalog: Catalog, lease: jobs.Lease) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease and keeps it; ends with its standard input."""
    code = """if True:
        import json, sys
        from earmark.catalog import open_catalog
        from earmark.catalog.work import jobs
        from earmark.clock import SystemClock
        from ingest.work.heartbeat import Heartbeat
        url, lease_s, lease = json.loads(sys.argv[1])
        with Heartbeat(open_catalog(url), SystemClock(), lease_s=lease_s) as heart:
            heart.hold(jobs.Lease(**lease))
            while heart.pid is None:
                heart._ended.wait(0.02)
            print(heart.pid, flush=True)
            sys.stdin.read()
    """
    words = [str(catalog.engine.url), LEASE_S, {"episode_id": lease.episode_id, "owner": lease.owner, "fence": 1}]
    process = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_busy_interpreter_lock_does_not_lose_the_lease(catalog: Catalog, lease: jobs.Lease) -> None:
    with Heartbeat(catalog, SystemClock(), lease_s=LEASE_S) as heart:
        heart.hold(lease)
        until(lambda: heart.pid is not None)
        # PyDLL keeps the interpreter lock while it calls: no thread of this process can run meanwhile.
        ctypes.PyDLL(None).usleep(int(2 * LEASE_S * 1e6))
        with catalog.write() as tx:
            assert jobs.claim(tx, owner="somebody", now=SystemClock().now(), lease_s=60) is None
        assert not heart.lost(lease)
    with catalog.write() as tx:
        jobs.release(tx, lease)


def test_the_process_beside_is_lean_and_is_told_nothing_in_its_arguments(catalog: Catalog, lease: jobs.Lease) -> None:
    with Heartbeat(catalog, SystemClock(), lease_s=LEASE_S) as heart:
        heart.hold(lease)
        until(lambda: heart.pid is not None)
        arguments = Path(f"/proc/{heart.pid}/cmdline")
        if arguments.exists():
            assert "catalog" not in arguments.read_text()
    code = "import sys, ingest.work.pulse; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"torch", "numpy", "pydantic", "requests", "feedparser", "alembic", "faster_whisper", "ingest.work.worker"}
    assert not heavy.intersection(loaded)


def test_a_stopped_worker_loses_its_lease_and_is_told_so(catalog: Catalog, lease: jobs.Lease) -> None:
    with other_worker(catalog, lease) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        until(lambda: look(process.pid) == Seen(runs=True, stopped=True, started=look(process.pid).started))  # type: ignore[union-attr]
        until(lambda: lease_until(catalog) < SystemClock().now())
        with catalog.write() as tx:
            other = jobs.claim(tx, owner="somebody", now=SystemClock().now(), lease_s=60)
        assert other is not None
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(LEASE_S / 2)
        with catalog.write() as tx:
            jobs.extend(tx, other, now=SystemClock().now(), lease_s=60)


def test_what_a_killed_worker_held_is_free_at_once(catalog: Catalog, lease: jobs.Lease) -> None:
    with other_worker(catalog, lease) as process:
        assert process.stdout is not None
        beside = int(process.stdout.readline())
        process.kill()
        process.wait()

        def free() -> bool:
            with catalog.read() as tx:
                return tx.execute(sa.select(table.c.owner)).scalar_one() == ""

        until(free)
        until(lambda: (seen := look(beside)) is not None and not seen.runs)


def test_a_killed_process_beside_is_replaced(catalog: Catalog, lease: jobs.Lease) -> None:
    with Heartbeat(catalog, SystemClock(), lease_s=LEASE_S) as heart:
        heart.hold(lease)
        until(lambda: heart.pid is not None)
        first = heart.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: heart.pid not in {None, first})
        before = lease_until(catalog)
        until(lambda: lease_until(catalog) > before)


def test_a_thread_does_it_where_no_process_can(catalog: Catalog, clock: FixedClock, lease: jobs.Lease) -> None:
    clock.at = SystemClock().now()
    with Heartbeat(catalog, clock, lease_s=0.2) as heart:
        heart.hold(lease)
        clock.at += timedelta(seconds=60)
        until(lambda: lease_until(catalog) > clock.at)
        assert heart.pid is None
        with catalog.write() as tx:
            tx.execute(table.update().values(fence=7, owner="somebody"))
        until(lambda: heart.lost(lease))
        heart.drop(lease)
        assert not heart.lost(lease)


@pytest.mark.parametrize(
    ("seen", "silent_s", "kept"),
    [
        (Seen(runs=True), 0.0, True),
        (None, 0.0, True),
        (Seen(runs=True), 3600.0, True),
        (Seen(runs=True, stopped=True), 0.0, False),
        (Seen(runs=False), 0.0, False),
        (Seen(runs=True), 7300.0, False),
    ],
)
def test_only_who_can_work_keeps_a_lease(
    catalog: Catalog, lease: jobs.Lease, seen: Seen | None, silent_s: float, kept: bool
) -> None:
    now = [0.0]
    pulse = Pulse(catalog, parent=1, lease_s=LEASE_S, look_at=lambda _pid: seen, monotonic=lambda: now[0])
    pulse.order({"hold": [lease.episode_id, lease.owner, lease.fence]})
    now[0] += silent_s
    before = lease_until(catalog)
    assert pulse.beat() == []
    assert (lease_until(catalog) > before) is kept


def test_the_dead_are_told_from_the_living() -> None:
    here, boot, pid, started, _ = owner_name(0).split("|")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    unburied = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: (seen := look(unburied.pid)) is not None and not seen.runs)
    dead = [
        f"{here}|{boot}|{gone.pid}|1|0",
        f"{here}|{boot}|{unburied.pid}|1|0",
        f"{here}|{boot}|{pid}|{int(started or 0) + 1}|0",  # another process has that number now
        f"{here}|before|{pid}|{started}|0",
    ]
    alive = [owner_name(3), f"elsewhere|{boot}|{gone.pid}|1|0", "", "me", "a|b"]
    assert dead_owners([*dead, *alive]) == dead
    unburied.wait()
