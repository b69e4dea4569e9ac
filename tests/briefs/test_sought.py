"""What is looked at because a reader wants it: an interest may be a hundredth of a library, and none of its best."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pytest
from numpy.typing import NDArray

from briefs.select import Sources, ToldClaims, select
from briefs.sought import chosen, sought
from briefs.taste import Leaning, Taste
from earmark.days import Days
from earmark.types import Insight
from tests.briefs.samples import DAY, SmallFinder, insight, unit

Vectors = dict[str, NDArray[np.float32]]
KELP = unit(1, *[0] * 47)


def library() -> tuple[list[Insight], Vectors]:
    """Six hundred good ideas, and eight on kelp that are less good than any of them."""
    chance = np.random.default_rng(7)
    ideas = [insight(f"Rail {number}", show=f"Show {number % 20}", quality=0.8) for number in range(600)]
    ideas += [insight(f"Kelp {number}", show=f"Show {number}", quality=0.7) for number in range(8)]
    kelp = {idea.id: 6.0 * idea.claim.startswith("Kelp") for idea in ideas}
    return ideas, {idea.id: unit(kelp[idea.id], *chance.normal(size=47)) for idea in ideas}


def claims(ideas: list[Insight], vectors: Vectors, told: ToldClaims, *, seek: bool) -> list[str]:
    """What a brief is about for somebody who wants kelp."""
    taste = Taste(leanings=(Leaning(vector=KELP, words="kelp", reason="you follow kelp"),))
    sources = Sources(
        novelty=lambda asked: {idea.id: 1.0 for idea in asked},
        vectors=lambda asked: {idea.id: vectors[idea.id] for idea in asked},
        near_duplicates=lambda _: [],
    )
    wanted = sought(SmallFinder(ideas, vectors), taste) if seek else []
    picks = select(
        ideas, size=5, per_show=1, day=DAY, days=Days(UTC), told=told, sources=sources, taste=taste, wanted=wanted
    )
    return [pick.insight.claim.split()[0] for pick in picks]


@pytest.mark.heavy
def test_an_interest_is_met_however_many_better_ideas_there_are() -> None:
    ideas, vectors = library()
    assert claims(ideas, vectors, ToldClaims(), seek=False) == ["Rail"] * 5
    assert sorted(claims(ideas, vectors, ToldClaims(), seek=True)) == [*["Kelp"] * 4, "Rail"]
    told = ToldClaims(ids=frozenset(idea.id for idea in ideas[600:606]))
    assert sorted(claims(ideas, vectors, told, seek=True)) == [*["Kelp"] * 2, *["Rail"] * 3]


def test_things_wanted_take_turns_and_what_is_told_or_of_a_full_show_is_passed_over() -> None:
    ideas = [insight(f"Idea {number}", show=f"Show {number}") for number in range(6)]
    a, b, c, d, e, f = (idea.id for idea in ideas)
    lists = [[a, b, c], [d, a, "gone", e], []]
    assert [idea.id for idea in chosen(ideas, lists, ())] == [a, d, b, c, e]
    assert [idea.id for idea in chosen(ideas[1:], lists, {ideas[1].show_id})] == [c, d, e]
    assert chosen(ideas, [], ()) == []
    assert f not in {idea.id for idea in chosen(ideas, lists, ())}


def test_no_more_is_looked_at_than_half_of_what_is_good() -> None:
    ideas = [insight(f"Idea {number}") for number in range(300)]
    assert len(chosen(ideas, [[idea.id for idea in ideas]], ())) == 128


def test_the_latest_clicks_and_every_subject_are_sought_and_nothing_that_is_unwanted() -> None:
    ideas, vectors = library()
    asked: list[str] = []

    class WatchedFinder(SmallFinder):
        def nearest(self, vector: NDArray[np.float32], *, words: str = "", limit: int) -> list[str]:
            asked.append(words)
            return super().nearest(vector, words=words, limit=limit)

    clicks = [Leaning(vector=KELP) for _ in range(40)]
    taste = Taste(leanings=(Leaning(vector=KELP, words="kelp"), Leaning(vector=KELP, weight=-1.0), *clicks))
    lists = sought(WatchedFinder(ideas, vectors), taste)
    assert asked == ["kelp", *[""] * 24]
    assert len(lists) == 25
    assert sought(WatchedFinder(ideas, vectors), Taste()) == []
