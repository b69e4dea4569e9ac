"""Seconds of a transcript in a file in which other advertisements lie."""

from __future__ import annotations

import pytest

from earmark.timeline import AS_WRITTEN, Anchor, Shift, Timeline, moved


def line(*anchors: tuple[float, float | None]) -> Timeline:
    return Timeline(anchors=tuple(Anchor(at_s=at_s, shift_s=shift_s) for at_s, shift_s in anchors))


@pytest.mark.parametrize("second", [None, 0.0, 754.0])
def test_times_that_hold_stay_as_they_are(second: float | None) -> None:
    assert AS_WRITTEN.at(second) == Shift()


def test_where_nothing_was_found_every_second_is_a_guess() -> None:
    assert line().at(754.0) == Shift(about=True)
    assert line((754.0, None)).at(754.0) == Shift(about=True)


def test_what_lies_between_two_places_that_agree_moves_with_them() -> None:
    moves = line((100.0, 40.2), (900.0, 39.8))
    assert moves.at(300.0) == Shift(shift_s=40.2)
    assert moves.at(899.7) == Shift(shift_s=39.8)


def test_what_lies_between_two_places_that_differ_is_a_guess() -> None:
    moves = line((100.0, 0.0), (900.0, 40.0))
    assert moves.at(300.0) == Shift(about=True)
    assert moves.at(700.0) == Shift(shift_s=40.0, about=True)


def test_before_the_first_place_it_holds_only_where_nothing_was_inserted() -> None:
    assert line((100.0, 0.5), (900.0, 40.0)).at(10.0) == Shift(shift_s=0.5)
    assert line((100.0, 40.0), (900.0, 40.0)).at(10.0) == Shift(shift_s=40.0, about=True)
    assert line((100.0, 40.0)).at(200.0) == Shift(shift_s=40.0, about=True)


def test_a_quote_that_is_not_there_is_a_guess_even_between_others() -> None:
    moves = line((100.0, 40.0), (500.0, None), (900.0, 40.0))
    assert moves.at(500.0) == Shift(shift_s=40.0, about=True)
    assert moves.at(600.0) == Shift(shift_s=40.0)


def test_it_comes_back_from_what_is_stored() -> None:
    moves = line((100.0, 40.0), (500.0, None))
    assert Timeline.load(moves.stored) == moves
    assert Timeline.load(AS_WRITTEN.stored) is AS_WRITTEN
    assert Timeline.load([]) == line()


def test_a_second_is_not_moved_before_the_file() -> None:
    assert moved(None, 40.0) is None
    assert moved(12.0, -40.0) == 0.0
    assert moved(12.0, 40.0) == 52.0
