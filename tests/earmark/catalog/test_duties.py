"""Duties: one process has each for a time, keeps it by taking it again, and nobody waits for the dead."""

from __future__ import annotations

from datetime import timedelta

from earmark.catalog import Catalog
from earmark.catalog.work import duties
from earmark.catalog.work.duties import FETCH, SEND, Duty
from earmark.clock import FixedClock

LEASE_S = 60.0


def take(catalog: Catalog, clock: FixedClock, owner: str, name: str = SEND) -> bool:
    with catalog.write() as tx:
        return duties.take(tx, name, owner=owner, now=clock.now(), lease_s=LEASE_S)


def duty(catalog: Catalog, name: str = SEND) -> Duty:
    with catalog.read() as tx:
        return duties.get(tx, name)


def test_nobody_has_a_duty_until_it_is_taken(catalog: Catalog, clock: FixedClock) -> None:
    assert duty(catalog) == Duty(name=SEND)
    assert take(catalog, clock, "app")
    assert duty(catalog) == Duty(name=SEND, owner="app", held_until=clock.now() + timedelta(seconds=LEASE_S))
    assert not take(catalog, clock, "timer")
    assert duty(catalog).owner == "app"


def test_its_owner_keeps_it_by_taking_it_again(catalog: Catalog, clock: FixedClock) -> None:
    for _ in range(5):
        assert take(catalog, clock, "app")
        clock.at += timedelta(seconds=LEASE_S - 1)
        assert not take(catalog, clock, "timer")
    clock.at += timedelta(seconds=2)
    assert take(catalog, clock, "timer")
    assert not take(catalog, clock, "app")


def test_two_duties_are_two_processes_if_need_be(catalog: Catalog, clock: FixedClock) -> None:
    assert take(catalog, clock, "app", SEND)
    assert take(catalog, clock, "timer", FETCH)
    with catalog.read() as tx:
        assert sorted(duties.owners(tx)) == ["app", "timer"]


def test_only_its_owner_gives_it_up(catalog: Catalog, clock: FixedClock) -> None:
    take(catalog, clock, "app")
    with catalog.write() as tx:
        duties.drop(tx, SEND, owner="timer")
    assert duty(catalog).owner == "app"
    with catalog.write() as tx:
        duties.drop(tx, SEND, owner="app")
        assert duties.owners(tx) == []
    assert duty(catalog) == Duty(name=SEND)
    assert take(catalog, clock, "timer")


def test_the_dead_are_waited_for_by_nobody(catalog: Catalog, clock: FixedClock) -> None:
    take(catalog, clock, "dead", SEND)
    take(catalog, clock, "alive", FETCH)
    with catalog.write() as tx:
        duties.free_dead(tx, [])
        assert sorted(duties.owners(tx)) == ["alive", "dead"]
        duties.free_dead(tx, ["dead", "never there"])
        assert duties.owners(tx) == ["alive"]
    assert take(catalog, clock, "next", SEND)


def test_what_came_of_it_stays_whoever_has_it_next(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        duties.done(tx, SEND, now=clock.now(), note="two briefs sent")  # by a command, which holds nothing
    assert duty(catalog) == Duty(name=SEND, done_at=clock.now(), note="two briefs sent")
    done_at = clock.now()
    clock.at += timedelta(seconds=5)
    assert take(catalog, clock, "app")
    assert (duty(catalog).done_at, duty(catalog).note) == (done_at, "two briefs sent")
    with catalog.write() as tx:
        duties.done(tx, SEND, now=clock.now(), note="nothing to send")
    assert duty(catalog).note == "nothing to send"
    assert duty(catalog).owner == "app"
    assert duty(catalog, FETCH) == Duty(name=FETCH)
