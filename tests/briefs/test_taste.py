"""What clicks and written subjects do together to a candidate of a brief."""

from __future__ import annotations

import numpy as np
import pytest

from briefs.pool import CandidatePool, ToldClaims
from briefs.taste import Leaning, Taste, ramp_in
from tests.briefs.samples import insight, unit

IDEA = insight("An idea")


def factor(row: np.ndarray, *leanings: Leaning) -> float:
    return float(Taste(leanings=leanings).factors([IDEA], [row])[0])


def test_what_is_liker_to_something_wanted_than_to_anything_unwanted_is_raised_wholly() -> None:
    more, less = Leaning(vector=unit(1, 0)), Leaning(vector=unit(0.5, 1), weight=-1.0)
    between = unit(1, 0.4)
    assert factor(between, more) == factor(between, more, less) == 1.5
    assert factor(between, less) < 1.0
    assert factor(unit(0.4, 1), more, less) < 1.0


def test_a_written_subject_is_not_undone_by_less_of_something_else_near_it() -> None:
    subject = Leaning(vector=unit(1, 0, 0), words="kelp")
    others = [Leaning(vector=unit(0.55, *row), weight=-1.0) for row in ((1, 0), (0, 1), (1, 1))]
    assert factor(unit(1, 0.1, 0.1), subject, *others) == 1.75


def test_several_clicks_on_one_thing_say_more_than_one_and_each_further_one_adds_less() -> None:
    factors = [factor(unit(1, 0), *[Leaning(vector=unit(1, 0.1 * n)) for n in range(count)]) for count in range(5)]
    steps = np.diff(factors)
    assert factors[:2] == [1.0, 1.5]
    assert all(steps > 0)
    assert all(np.diff(steps) < 0)


def test_in_a_library_that_is_all_of_one_kind_only_what_is_nearest_is_like_an_idea() -> None:
    chance = np.random.default_rng(3)
    around = chance.normal(size=(200, 32)).astype(np.float32) + 1.2
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    clicked = around[0]
    cosines = around @ clicked
    assert np.median(cosines) > 0.5  # everything is near everything
    ramp = ramp_in(around, clicked)
    assert ramp is not None
    likeness = Leaning(vector=clicked, ramp=ramp).likeness(cosines)
    assert np.mean(likeness > 0) == pytest.approx(0.15, abs=0.02)
    assert likeness[0] == 1.0
    assert np.mean(Leaning(vector=clicked).likeness(cosines) > 0) > 0.9


def test_a_ramp_never_begins_before_the_usual_one_and_a_small_library_has_none() -> None:
    apart = np.eye(200, dtype=np.float32)
    assert ramp_in(apart, apart[0]) == (0.35, 0.6)
    assert ramp_in(apart, apart[0], "kelp") == (0.3, 0.5)
    assert ramp_in(apart[:20], apart[0]) is None


def test_what_is_near_a_told_idea_that_was_asked_for_more_of_is_as_good_as_new() -> None:
    told, near, again = unit(1, 0), unit(1, 0.9), unit(1, 0.45)
    claims = ToldClaims(ids=frozenset({"told"}), claims=("Told.",), vectors=told[None, :])
    ideas = [insight("Near"), insight("Nearer")]
    vectors = dict(zip([idea.id for idea in ideas], [near, again], strict=True))

    def novelty(taste: Taste) -> list[float]:
        return [value for _, value in CandidatePool(claims, taste).fresh_to_reader(ideas, vectors)]

    wanted, nothing = novelty(Taste(leanings=(Leaning(vector=told),))), novelty(Taste())
    assert wanted[0] == 1.0
    assert nothing[0] < 0.7
    assert wanted[1] < 1.0  # it says much of the same
    assert novelty(Taste(leanings=(Leaning(vector=told, weight=-1.0),))) == nothing


def test_a_duplicate_of_what_was_asked_for_is_not_told_again() -> None:
    told = unit(1, 0)
    claims = ToldClaims(claims=("An idea",), vectors=told[None, :])
    taste = Taste(leanings=(Leaning(vector=told),))
    assert CandidatePool(claims, taste).fresh_to_reader([IDEA], {IDEA.id: unit(1, 0.1)}) == []
