"""What a reader took out of a brief: known for that reader alone, once an idea, and gone when it is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, drops
from earmark.catalog.readers.drops import Drop
from earmark.clock import FixedClock
from earmark.types import Reader

DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _readers(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))


def put(catalog: Catalog, clock: FixedClock, drop: Drop, reader: str = "ada") -> None:
    with catalog.write() as tx:
        drops.put(tx, reader, drop, now=clock.now())
    clock.at += timedelta(minutes=1)


def every(catalog: Catalog, reader: str = "ada") -> list[Drop]:
    with catalog.read() as tx:
        return drops.every(tx, reader)


def test_the_latest_comes_first(catalog: Catalog, clock: FixedClock) -> None:
    made = [Drop(insight_id=name, day=DAY, swapped=name == "b") for name in ("c", "a", "b")]
    for drop in made:
        put(catalog, clock, drop)
    assert every(catalog) == made[::-1]
    assert every(catalog, "ben") == []


def test_an_idea_is_taken_out_once_and_the_last_word_counts(catalog: Catalog, clock: FixedClock) -> None:
    put(catalog, clock, Drop(insight_id="a", day=DAY, swapped=True))
    put(catalog, clock, Drop(insight_id="b", day=DAY, swapped=True))
    again = Drop(insight_id="a", day=DAY + timedelta(days=1), swapped=False)
    put(catalog, clock, again)
    assert every(catalog) == [again, Drop(insight_id="b", day=DAY, swapped=True)]


def test_what_is_taken_back_may_come_again(catalog: Catalog, clock: FixedClock) -> None:
    drop = Drop(insight_id="a", day=DAY, swapped=False)
    for reader in ("ada", "ben"):
        put(catalog, clock, drop, reader)
    with catalog.write() as tx:
        assert drops.remove(tx, "ada", "a")
        assert not drops.remove(tx, "ada", "a")
        assert not drops.remove(tx, "ben", "b")
    assert (every(catalog), every(catalog, "ben")) == ([], [drop])


def test_insights_that_are_gone_are_forgotten_for_all_readers(catalog: Catalog, clock: FixedClock) -> None:
    for reader in ("ada", "ben"):
        for name in ("a", "b", "c"):
            put(catalog, clock, Drop(insight_id=name, day=DAY, swapped=False), reader)
    with catalog.write() as tx:
        drops.forget(tx, [])
        drops.forget(tx, ["a", "c", *(f"never-{n}" for n in range(1_200))])  # more than fit into one statement
    for reader in ("ada", "ben"):
        assert [drop.insight_id for drop in every(catalog, reader)] == ["b"]
