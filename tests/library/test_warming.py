"""Related lists that are made ahead: of the newest insights, when the library is left alone, a little at a time."""

from __future__ import annotations

import pytest

from earmark.catalog import Catalog, changes
from earmark.clock import FixedClock
from earmark.types import Insight
from library import warming
from library.warming import ListWarmer
from tests.earmark.catalog.test_grouping import spoken


class Timer:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Maker:
    """Notes whose lists are made, each in so many seconds."""

    def __init__(self, timer: Timer, takes_s: float = 0.0) -> None:
        self.made: list[str] = []
        self._timer, self._takes_s = timer, takes_s

    def __call__(self, insight: Insight) -> None:
        self.made.append(insight.claim)
        self._timer.now += self._takes_s


@pytest.fixture
def said(catalog: Catalog, clock: FixedClock) -> list[Insight]:
    with catalog.write() as tx:
        return [*spoken(tx, clock, "New", "Ada"), *spoken(tx, clock, "Old", "Ben", days=9)]


def test_lists_are_made_once_the_library_has_been_left_alone(catalog: Catalog, said: list[Insight]) -> None:
    timer = Timer()
    maker = Maker(timer)
    warmer = ListWarmer(catalog, maker, timer=timer)
    warmer.tend()
    assert maker.made == []
    timer.now += warming._QUIET_S
    warmer.tend()
    assert maker.made == [insight.claim for insight in said]
    warmer.tend()
    assert len(maker.made) == len(said)


def test_a_change_has_them_made_again_and_not_while_others_follow(catalog: Catalog, said: list[Insight]) -> None:
    timer = Timer()
    maker = Maker(timer)
    warmer = ListWarmer(catalog, maker, timer=timer)
    for _ in range(3):
        with catalog.write() as tx:
            changes.note(tx, "insight", [said[0].id])
        warmer.tend()
        timer.now += warming._QUIET_S / 2
    assert maker.made == []
    timer.now += warming._QUIET_S
    warmer.tend()
    assert len(maker.made) == len(said)


def test_it_works_a_little_at_a_time(catalog: Catalog, said: list[Insight]) -> None:
    timer = Timer()
    maker = Maker(timer, takes_s=warming._WORK_S)
    warmer = ListWarmer(catalog, maker, timer=timer)
    warmer.tend()
    timer.now += warming._QUIET_S
    warmer.tend()
    assert maker.made == [said[0].claim]
    warmer.tend()
    assert maker.made == [insight.claim for insight in said]
