"""Themes as readers are shown them: counted when something changed, and meanwhile as they were, with what is true now."""

from __future__ import annotations

import pytest

from earmark.catalog import Catalog, changes, removal
from earmark.catalog.content import clustering, themes, withdrawals
from earmark.clock import FixedClock
from earmark.scope import ShowScope
from earmark.types import Because, Insight
from retrieval.themes import counted
from retrieval.themes.counted import CountedThemes
from retrieval.themes.forgetting import reworded_within
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme


class Timer:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(empty: Catalog, clock: FixedClock) -> list[Insight]:
    """Three insights in one theme, the most central first: two of one show, one of another."""
    with empty.write() as tx:
        claims = [*spoken(tx, clock, "Mine", "Ada", "Ben"), *spoken(tx, clock, "Theirs", "Cy")]
        grouped(tx, clock, [theme(clock, "aaaa1", "kettle")], placed("aaaa1", claims))
    return claims


def join(catalog: Catalog, clock: FixedClock, show: str) -> Insight:
    """One more insight in the theme."""
    with catalog.write() as tx:
        (insight,) = spoken(tx, clock, show, "Dee")
        clustering.place(tx, placed("aaaa1", [insight], 0.1))
    return insight


def test_a_change_is_counted_at_once_where_nobody_tends(empty: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    kept = CountedThemes(empty)
    assert [shown.size for shown in kept.of()] == [len(said)]
    join(empty, clock, "Another")
    assert [shown.size for shown in kept.of()] == [len(said) + 1]


@pytest.mark.heavy
def test_a_large_library_that_is_tended_shows_the_last_count_until_the_next(
    empty: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    timer = Timer()
    kept = CountedThemes(empty, timer=timer)
    kept.tend(at_most=1)
    assert [kept.tended] == [True]
    join(empty, clock, "Another")
    with empty.write() as tx:
        themes.put_heading(tx, "aaaa1", "kettles that sing", ["kettle"])
    assert [(shown.size, shown.label) for shown in kept.of()] == [(len(said), "kettles that sing")]
    kept.tend(at_most=1)  # too soon to count again
    assert [shown.size for shown in kept.of()] == [len(said)]
    timer.now = counted._AGAIN_S
    kept.tend(at_most=1)
    assert [shown.size for shown in kept.of()] == [len(said) + 1]
    join(empty, clock, "Yet another")
    timer.now += counted._TENDED_S
    assert not kept.tended
    assert [shown.size for shown in kept.of()] == [len(said) + 2]


def test_a_small_library_is_counted_at_once_though_it_is_tended(
    empty: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    kept = CountedThemes(empty, timer=Timer())
    kept.tend(at_most=len(said))
    join(empty, clock, "Another")
    assert [shown.size for shown in kept.of()] == [len(said) + 1]


def test_what_is_withdrawn_is_no_theme_s_claim_for_a_moment(
    empty: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    kept = CountedThemes(empty, timer=Timer())
    kept.tend(at_most=1)
    assert [shown.claim for shown in kept.of()] == [said[0].claim]
    with empty.write() as tx:
        withdrawals.withdraw(tx, said[0].id, because=Because.NOT_MEANT, by="local", now=clock.now())
    assert [(shown.claim, shown.size) for shown in kept.of()] == [(said[1].claim, len(said) - 1)]


def test_a_show_that_is_gone_is_named_by_no_theme(empty: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    kept = CountedThemes(empty, timer=Timer())
    kept.tend(at_most=1)
    with empty.write() as tx:
        removal.remove(tx, said[-1].show_id)
    assert [share.name for shown in kept.of() for share in shown.shows] == ["Mine"]


def test_a_reader_of_few_shows_gets_these_alone_after_every_change(
    empty: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    kept = CountedThemes(empty, timer=Timer())
    kept.tend(at_most=1)
    theirs = ShowScope(frozenset({said[-1].show_id}))
    assert [(shown.size, shown.claim) for shown in kept.of(theirs)] == [(1, said[-1].claim)]
    with empty.write() as tx:
        withdrawals.withdraw(tx, said[-1].id, because=Because.NOT_MEANT, by="local", now=clock.now())
        changes.note(tx, "insight", [said[0].id])
    assert kept.of(theirs) == []


def test_words_that_only_the_last_insights_say_stay(
    empty: Catalog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, said: list[Insight]
) -> None:
    monkeypatch.setattr("retrieval.themes.forgetting._ENOUGH", 1)
    shows = ShowScope(frozenset(insight.show_id for insight in said))
    with empty.read() as tx:
        assert reworded_within(tx, "aaaa1", "Theirs", ["mine", "theirs", "steam"], shows) == (
            "Theirs",
            ("mine", "theirs"),
        )
        mine = ShowScope(frozenset({said[0].show_id}))
        assert reworded_within(tx, "aaaa1", "Theirs", ["mine", "theirs"], mine) == ("mine", ("mine",))
