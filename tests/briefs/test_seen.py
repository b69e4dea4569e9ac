"""What briefs read of a library: once for many readers, of each only what they see, and anew after a change."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from briefs import seen
from briefs.seen import LibraryMemory
from earmark.catalog import Catalog, schema
from earmark.catalog.content import insights, themes, vectors, withdrawals
from earmark.clock import FixedClock
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Because, Insight
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme


class Timer:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(catalog: Catalog, clock: FixedClock) -> list[Insight]:
    with catalog.write() as tx:
        return [*spoken(tx, clock, "Mine", "Ada", "Ben"), *spoken(tx, clock, "Theirs", "Cy", days=2)]


def ids(memory: LibraryMemory, catalog: Catalog, scope: ShowScope = EVERYTHING) -> list[str]:
    """What is seen, which is also the order in which the catalog lists it."""
    with catalog.read() as tx:
        held = list(memory.seen(tx, scope).insights)
        assert [insight.id for insight in held] == [insight.id for insight in insights.listed(tx, scope=scope)]
    return sorted(insight.id for insight in held)


def rename(catalog: Catalog, speaker: str) -> None:
    """A change that leaves no note."""
    with catalog.write() as tx:
        tx.execute(schema.insights.update().values(speaker=speaker))


def speakers(memory: LibraryMemory, catalog: Catalog) -> set[str | None]:
    with catalog.read() as tx:
        return {insight.speaker for insight in memory.seen(tx, EVERYTHING).insights}


def test_each_reader_sees_their_shows_of_what_was_read_once(catalog: Catalog, said: list[Insight]) -> None:
    memory = LibraryMemory(timer=Timer())
    assert ids(memory, catalog) == sorted(insight.id for insight in said)
    rename(catalog, "Dee")  # so that a second reading would be seen
    assert ids(memory, catalog, ShowScope(frozenset({said[0].show_id}))) == sorted((said[0].id, said[1].id))
    assert ids(memory, catalog, ShowScope(frozenset())) == []
    assert speakers(memory, catalog) == {"Ada", "Ben", "Cy"}


@pytest.mark.heavy
def test_a_change_ends_what_is_kept_and_so_does_time(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    timer = Timer()
    memory = LibraryMemory(timer=timer)
    ids(memory, catalog)
    with catalog.write() as tx:
        withdrawals.withdraw(tx, said[0].id, because=Because.NOT_MEANT, by="local", now=clock.now())
    assert ids(memory, catalog) == sorted((said[1].id, said[2].id))
    rename(catalog, "Dee")
    timer.now = seen._LASTS_S
    assert speakers(memory, catalog) == {"Dee"}


def test_themes_that_are_found_anew_are_seen(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    memory = LibraryMemory(timer=Timer())
    ids(memory, catalog)
    with catalog.write() as tx:
        grouped(tx, clock, [theme(clock, "aaaa1")], placed("aaaa1", said))
    with catalog.read() as tx:
        assert memory.seen(tx, EVERYTHING).theme_of == themes.of_insights(tx) == {i.id: "aaaa1" for i in said}


def test_a_large_library_is_read_for_each_reader(catalog: Catalog, said: list[Insight]) -> None:
    memory = LibraryMemory(most=len(said) - 1, timer=Timer())
    theirs = ShowScope(frozenset({said[2].show_id}))
    assert ids(memory, catalog, theirs) == [said[2].id]
    rename(catalog, "Dee")
    assert speakers(memory, catalog) == {"Dee"}


def test_vectors_are_read_once_and_come_in_the_order_asked_for(catalog: Catalog) -> None:
    memory = LibraryMemory()
    with catalog.write() as tx:
        vectors.put(tx, "m", {key: np.full(2, number, dtype=np.float32) for number, key in enumerate("abc")})
    with catalog.read() as tx:
        assert list(memory.vectors(tx, "m", ["c", "missing", "a"])) == ["c", "a"]
    with catalog.write() as tx:
        tx.execute(sa.delete(schema.vectors))
    with catalog.read() as tx:
        kept = memory.vectors(tx, "m", ["a", "b", "c"])
        assert {key: vector[0] for key, vector in kept.items()} == {"a": 0, "c": 2}
        assert memory.vectors(tx, "other", ["a"]) == {}
