"""Runs of the schedule: one sender has each, a lost lease ends nothing, and what is finished stays finished."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, runs
from earmark.catalog.readers.runs import Outcome, Run, RunKey, RunKind
from earmark.clock import FixedClock
from earmark.types import Reader

DAY = date(2026, 11, 22)
KEY = RunKey(reader_id="ada", day=DAY)
LEASE_S = 60.0


@pytest.fixture(autouse=True)
def _readers(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))


def claim(catalog: Catalog, clock: FixedClock, key: RunKey = KEY, *, owner: str = "first") -> Run | None:
    with catalog.write() as tx:
        return runs.claim(tx, key, owner=owner, now=clock.now(), lease_s=LEASE_S)


def claimed(catalog: Catalog, clock: FixedClock, key: RunKey = KEY, *, owner: str = "first") -> Run:
    run = claim(catalog, clock, key, owner=owner)
    assert run is not None
    return run


def stored(catalog: Catalog, key: RunKey = KEY) -> Run | None:
    with catalog.read() as tx:
        return runs.get(tx, key)


def test_a_run_is_one_senders_until_its_lease_ends(catalog: Catalog, clock: FixedClock) -> None:
    assert stored(catalog) is None
    run = claimed(catalog, clock)
    assert run == Run(key=KEY, owner="first", claimed_until=clock.now() + timedelta(seconds=LEASE_S), attempts=1)
    assert claim(catalog, clock, owner="second") is None
    clock.at += timedelta(seconds=LEASE_S)
    assert claim(catalog, clock, owner="second") is None  # until that moment, and with it
    clock.at += timedelta(seconds=1)
    again = claimed(catalog, clock, owner="second")
    assert (again.owner, again.attempts) == ("second", 2)


def test_days_kinds_and_readers_have_runs_of_their_own(catalog: Catalog, clock: FixedClock) -> None:
    claimed(catalog, clock)
    for key in (
        RunKey(reader_id="ben", day=DAY),
        RunKey(reader_id="ada", day=DAY + timedelta(days=1)),
        RunKey(reader_id="ada", day=DAY, kind=RunKind.DIGEST),
    ):
        assert claimed(catalog, clock, key, owner="second").attempts == 1


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_is_finished_is_never_claimed_again(catalog: Catalog, clock: FixedClock, outcome: Outcome) -> None:
    run = claimed(catalog, clock)
    with catalog.write() as tx:
        runs.finish(tx, run, outcome, note="by mail", now=clock.now())
    ended = stored(catalog)
    assert ended is not None
    assert (ended.outcome, ended.note, ended.finished_at) == (outcome, "by mail", clock.now())
    assert ended.claimed_until is None
    clock.at += timedelta(seconds=10 * LEASE_S)
    assert claim(catalog, clock, owner="second") is None


def test_a_run_that_was_put_off_waits_and_says_why(catalog: Catalog, clock: FixedClock) -> None:
    later = clock.now() + timedelta(hours=1)
    run = claimed(catalog, clock)
    with catalog.write() as tx:
        runs.put_off(tx, run, note="no", until=later)
    waits = stored(catalog)
    assert waits is not None
    assert (waits.note, waits.not_before, waits.claimed_until) == ("no", later, None)
    assert claim(catalog, clock) is None
    clock.at += timedelta(hours=1)
    again = claimed(catalog, clock, owner="second")
    assert again.attempts == 2
    with catalog.write() as tx:
        runs.finish(tx, again, Outcome.SENT, note="", now=clock.now())
    ended = stored(catalog)
    assert ended is not None
    assert (ended.note, ended.not_before) == ("", None)


@pytest.mark.parametrize("late", ["finish", "put off"])
def test_whoever_lost_the_lease_changes_nothing(catalog: Catalog, clock: FixedClock, late: str) -> None:
    first = claimed(catalog, clock)
    clock.at += timedelta(seconds=LEASE_S + 1)
    second = claimed(catalog, clock, owner="second")
    with catalog.write() as tx:
        if late == "finish":
            runs.finish(tx, first, Outcome.REFUSED, note="late", now=clock.now())
        else:
            runs.put_off(tx, first, note="late", until=clock.now() + timedelta(days=1))
    assert stored(catalog) == second
    with catalog.write() as tx:
        runs.finish(tx, second, Outcome.SENT, note="in time", now=clock.now())
        runs.finish(tx, second, Outcome.REFUSED, note="twice", now=clock.now())
    ended = stored(catalog)
    assert ended is not None
    assert (ended.outcome, ended.note) == (Outcome.SENT, "in time")


def test_finished_runs_are_listed_from_a_day_on(catalog: Catalog, clock: FixedClock) -> None:
    keys = [RunKey(reader_id="ada", day=DAY - timedelta(days=n), kind=RunKind.BRIEF) for n in range(3)]
    for key in keys:
        run = claimed(catalog, clock, key)
        with catalog.write() as tx:
            runs.finish(tx, run, Outcome.QUIET, note="", now=clock.now())
    claimed(catalog, clock, RunKey(reader_id="ben", day=DAY))  # not finished
    with catalog.read() as tx:
        assert runs.finished(tx, DAY - timedelta(days=1)) == set(keys[:2])
        assert runs.finished(tx, DAY + timedelta(days=1)) == set()


def test_the_last_run_is_each_readers_latest_of_that_kind(catalog: Catalog, clock: FixedClock) -> None:
    for reader, back, kind in (
        ("ada", 0, RunKind.BRIEF),
        ("ada", 2, RunKind.BRIEF),
        ("ada", 1, RunKind.DIGEST),
        ("ben", 5, RunKind.BRIEF),
    ):
        claimed(catalog, clock, RunKey(reader_id=reader, day=DAY - timedelta(days=back), kind=kind))
    with catalog.read() as tx:
        assert {reader: run.key.day for reader, run in runs.last(tx).items()} == {
            "ada": DAY,
            "ben": DAY - timedelta(days=5),
        }
        assert {reader: run.key for reader, run in runs.last(tx, RunKind.DIGEST).items()} == {
            "ada": RunKey(reader_id="ada", day=DAY - timedelta(days=1), kind=RunKind.DIGEST)
        }


def test_runs_go_with_their_reader(catalog: Catalog, clock: FixedClock) -> None:
    claimed(catalog, clock)
    with catalog.write() as tx:
        accounts.remove(tx, "ada")
    assert stored(catalog) is None
