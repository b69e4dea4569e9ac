"""Which episodes are taken of a feed, at first and ever after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import UsageError
from earmark.types import EpisodeData
from ingest.episodes.backfill import Backfill, BackfillKind, choose, default_backfill, in_words, parse_backfill, settled

START = datetime(2026, 1, 1, 6, tzinfo=UTC)


def episode(number: int, *, dated: bool = True) -> EpisodeData:
    return EpisodeData(
        guid=f"g{number}", title=f"Number {number}", published=START + timedelta(days=number) if dated else None
    )


def feed(last: int, *, first: int = 1, dated: bool = True) -> list[EpisodeData]:
    return [episode(number, dated=dated) for number in range(last, first - 1, -1)]


def numbers(listed: list[EpisodeData]) -> list[int]:
    return [int(data.guid[1:]) for data in listed]


@pytest.mark.parametrize(
    "text", ["newest:25", "since:2026-01-31", "all", "newest:3@2026-01-04T06:00:00+00:00", "newest:3@"]
)
def test_a_backfill_is_read_back_as_it_is_kept(text: str) -> None:
    assert str(parse_backfill(text)) == text


@pytest.mark.parametrize(
    "text", ["", "newest", "newest:0", "newest:-3", "newest:999999999", "since:soon", "all:3", "last:4", "newest:١"]
)
def test_what_is_no_backfill_is_refused_with_the_ways_to_say_it(text: str) -> None:
    with pytest.raises(UsageError, match="newest:25, since:2026-01-31 or all"):
        parse_backfill(text)


def test_first_take() -> None:
    listed = feed(10)
    assert numbers(choose(listed, parse_backfill("newest:3"))) == [10, 9, 8]
    assert numbers(choose(listed, parse_backfill("since:2026-01-09"))) == [10, 9, 8]
    assert numbers(choose(listed, parse_backfill("all"))) == list(range(10, 0, -1))
    assert numbers(choose(list(reversed(listed)), parse_backfill("newest:2"))) == [10, 9]


def test_an_old_episode_does_not_come_in_because_a_newer_one_was_taken_down() -> None:
    backfill = parse_backfill("newest:3")
    backfill = settled(backfill, choose(feed(10), backfill))
    known = {"g10", "g9", "g8"}
    later = [data for data in feed(10) if data.guid != "g9"]
    assert numbers(choose(later, backfill, known=known)) == [10, 8]


def test_all_that_is_new_is_taken_however_many_came_at_once() -> None:
    backfill = settled(parse_backfill("newest:2"), choose(feed(10), parse_backfill("newest:2")))
    assert numbers(choose(feed(17), backfill, known={"g10", "g9"})) == list(range(17, 8, -1))


def test_asking_for_more_takes_more_once() -> None:
    wider = parse_backfill("newest:5")
    taken = choose(feed(10), wider, known={"g10", "g9"})
    assert numbers(taken) == [10, 9, 8, 7, 6]
    assert numbers(choose(feed(11)[1:], settled(wider, taken))) == [10, 9, 8, 7, 6]


def test_episodes_without_dates_are_told_by_their_place_in_the_feed() -> None:
    first = parse_backfill("newest:3")
    backfill = settled(first, choose(feed(10, dated=False), first))
    assert backfill == Backfill(kind=BackfillKind.NEWEST, count=3, counted=True)
    known = {"g10", "g9", "g8"}
    assert numbers(choose(feed(12, dated=False), backfill, known=known)) == [12, 11, 10, 9, 8]
    mixed = [episode(12, dated=False), *feed(11, first=8), episode(5, dated=False), *feed(4)]
    dated = settled(first, choose(feed(10), first))
    assert numbers(choose(mixed, dated, known=known)) == [11, 10, 9, 8, 12]


def test_an_empty_feed_settles_nothing() -> None:
    assert settled(parse_backfill("newest:3"), []) == parse_backfill("newest:3")


def test_the_setting_is_a_backfill_too() -> None:
    assert default_backfill(0) == parse_backfill("all")
    assert default_backfill(25) == parse_backfill("newest:25")
    assert in_words(default_backfill(25)) == "the newest 25 episodes"
    assert in_words(parse_backfill("newest:1")) == "the newest episode"
    assert in_words(parse_backfill("since:2026-01-31")) == "episodes since 2026-01-31"


@pytest.mark.heavy
@given(
    first=st.integers(1, 30),
    count=st.integers(1, 30),
    steps=st.lists(st.tuples(st.integers(0, 4), st.sets(st.integers(1, 30), max_size=5)), max_size=6),
    dated=st.booleans(),
)
def test_nothing_below_the_first_take_ever_trickles_in(
    first: int, count: int, steps: list[tuple[int, set[int]]], dated: bool
) -> None:
    backfill = parse_backfill(f"newest:{count}")
    taken = choose(feed(first, dated=dated), backfill)
    backfill = settled(backfill, taken)
    lowest, last = min(numbers(taken)), first
    known = {data.guid for data in taken}
    for more, gone in steps:
        last += more
        listed = [data for data in feed(last, dated=dated) if int(data.guid[1:]) not in gone]
        chosen = choose(listed, backfill, known=known)
        known |= {data.guid for data in chosen}
        assert all(number >= lowest for number in numbers(chosen))
        if dated:
            assert set(numbers(chosen)) == {n for n in range(lowest, last + 1) if n not in gone}
