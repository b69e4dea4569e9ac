"""Machines whose clocks differ by ten minutes share one library: nobody takes what another works on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.clock import SharedClock
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs
from earmark.clock import FixedClock, SystemClock
from earmark.types import EpisodeData

LEASE_S = 300.0
WRONG = timedelta(minutes=10)


def off_by(catalog: Catalog, offset: timedelta) -> SharedClock:
    """What a machine reads whose own clock is off by that much."""
    return SharedClock(catalog, FixedClock(SystemClock().now() + offset), monotonic=lambda: 0.0)


def follow(catalog: Catalog) -> None:
    now = SystemClock().now()
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=now)
        episodes.add_new(tx, show.id, [EpisodeData(guid="1", title="One")], language="en", now=now)


@pytest.mark.parametrize(("first", "second"), [(-WRONG, timedelta(0)), (timedelta(0), WRONG), (-WRONG, WRONG)])
def test_a_live_lease_is_not_taken_by_a_machine_with_another_time(
    catalog: Catalog, first: timedelta, second: timedelta
) -> None:
    if catalog.file is not None:
        pytest.skip("a file is used by one machine, which has one clock")
    follow(catalog)
    with catalog.write() as tx:
        held = jobs.claim(tx, owner="a", now=off_by(catalog, first).now(), lease_s=LEASE_S)
        assert held is not None
    late = off_by(catalog, second)
    with catalog.write() as tx:
        assert jobs.claim(tx, owner="b", now=late.now(), lease_s=LEASE_S) is None
        after = late.now() + timedelta(seconds=LEASE_S + 60)
        assert jobs.claim(tx, owner="b", now=after, lease_s=LEASE_S) is not None


def test_the_time_is_the_databases_and_is_compared_once_a_minute(catalog: Catalog) -> None:
    own, passed = FixedClock(SystemClock().now() + WRONG), [0.0]
    shared = SharedClock(catalog, own, monotonic=lambda: passed[0])
    if catalog.file is not None:
        assert shared.now() == own.at
        return
    off = own.at - shared.now()
    assert abs(off - WRONG) < timedelta(minutes=5)  # this machine's database runs on this machine's clock
    own.at += timedelta(hours=1)  # somebody puts the clock forward
    assert own.at - shared.now() == off
    passed[0] = 61.0
    assert own.at - shared.now() > off + timedelta(minutes=50)


def test_while_the_database_does_not_answer_the_last_comparison_holds(catalog: Catalog) -> None:
    own, passed = FixedClock(SystemClock().now() + WRONG), [0.0]
    shared = SharedClock(catalog, own, monotonic=lambda: passed[0])
    before = shared.now()
    catalog.close()
    passed[0] = 61.0
    assert shared.now() >= before
