"""Leases that are kept while a stage computes, and that whoever cannot work does not keep."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import jobs
from earmark.clock import FixedClock, SystemClock
from earmark.errors import CatalogError
from earmark.types import EpisodeData
from ingest.work.heartbeat import Heartbeat
from ingest.work.owners import dead_owners, owner_name
from ingest.work.processes import look
from tests.waiting import until

pytestmark = pytest.mark.heavy

LEASE_S = 1.5


@pytest.fixture
def lease(catalog: Catalog) -> jobs.Lease:
    now = SystemClock().now()
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=now)
        episodes.add_new(tx, show.id, [EpisodeData(guid="1", title="One")], language="en", now=now)
        claimed = jobs.claim(tx, owner=owner_name(0), now=now, lease_s=LEASE_S)
    assert claimed is not None
    return claimed


def lease_until(catalog: Catalog) -> datetime:
    with catalog.read() as tx:
        moment: datetime | None = tx.execute(sa.select(table.c.lease_until)).scalar_one()
    assert moment is not None
    return moment


@contextmanager
def other_worker(catalog: Catalog, lease: jobs.Lease) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease and keeps it; asked by a line, it says whether it lost it, within 20 seconds."""
    code = """if True:
        import json, sys
        from earmark.catalog import open_catalog
        from earmark.catalog.work import jobs
        from earmark.clock import SystemClock
        from ingest.work.heartbeat import Heartbeat
        url, lease_s, lease = json.loads(sys.argv[1])
        lease = jobs.Lease(**lease)
        with Heartbeat(open_catalog(url), SystemClock(), lease_s=lease_s) as heart:
            heart.hold(lease)
            print("holds", flush=True)
            sys.stdin.readline()
            for _ in range(1000):
                if heart.lost(lease) or heart._ended.wait(0.02):
                    break
            print("lost" if heart.lost(lease) else "kept", flush=True)
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


def test_a_lease_is_kept_while_a_stage_computes(catalog: Catalog, clock: FixedClock, lease: jobs.Lease) -> None:
    clock.at = SystemClock().now()
    with Heartbeat(catalog, clock, lease_s=0.2) as heart:
        heart.hold(lease)
        clock.at += timedelta(seconds=60)
        until(lambda: lease_until(catalog) > clock.at)
        with catalog.write() as tx:
            tx.execute(table.update().values(fence=7, owner="somebody"))
        until(lambda: heart.lost(lease))
        heart.drop(lease)
        assert not heart.lost(lease)


def test_a_catalog_that_is_busy_at_a_beat_is_asked_at_the_next(
    catalog: Catalog, clock: FixedClock, lease: jobs.Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at = SystemClock().now()
    keep, busy = jobs.keep, [3]

    def kept(*values: object, **more: object) -> object:
        busy[0] -= 1
        if busy[0] >= 0:
            raise CatalogError("busy")
        return keep(*values, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "keep", kept)
    with Heartbeat(catalog, clock, lease_s=0.1) as heart:
        heart.hold(lease)
        clock.at += timedelta(seconds=60)
        until(lambda: lease_until(catalog) > clock.at)
    assert busy[0] < 0
    assert not heart.lost(lease)


def test_a_stopped_worker_loses_its_lease_and_is_told_so(catalog: Catalog, lease: jobs.Lease) -> None:
    with other_worker(catalog, lease) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "holds\n"
        os.kill(process.pid, signal.SIGSTOP)
        until(lambda: lease_until(catalog) < SystemClock().now())
        with catalog.write() as tx:
            other = jobs.claim(tx, owner="somebody", now=SystemClock().now(), lease_s=60)
        assert other is not None
        process.stdin.write("lost?\n")
        process.stdin.flush()
        os.kill(process.pid, signal.SIGCONT)
        assert process.stdout.readline() == "lost\n"
        with catalog.write() as tx:
            jobs.extend(tx, other, now=SystemClock().now(), lease_s=60)


def test_what_a_killed_worker_held_is_known_to_be_free(catalog: Catalog, lease: jobs.Lease) -> None:
    code = "import sys; from ingest.work.owners import owner_name; print(owner_name(0), flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        with catalog.write() as tx:
            tx.execute(table.update().values(owner=owner))
        assert dead_owners([owner]) == []
        process.kill()
    with catalog.write() as tx:
        assert jobs.free_dead(tx, dead_owners(jobs.owners(tx))) == 1
        assert jobs.owners(tx) == []
        assert jobs.claim(tx, owner="somebody", now=SystemClock().now(), lease_s=60) is not None


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
