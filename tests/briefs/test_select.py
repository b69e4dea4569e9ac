"""What a brief may hold: properties that every selection has, whatever the library looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from briefs.pool import DUPLICATE
from briefs.preferences import Preferences, Voice
from briefs.select import Pick, Sources, ToldClaims, freshness, select
from briefs.taste import Leaning, Taste
from earmark.days import Days
from earmark.ids import content_hash
from earmark.types import Insight
from tests.briefs.samples import DAY, NOW, SmallFinder, insight, unit

Vectors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A library, its vectors, and what its reader has been told."""

    library: list[Insight]
    vectors: Vectors
    known: list[Insight]

    @property
    def finder(self) -> SmallFinder:
        return SmallFinder(self.library, self.vectors)

    @property
    def told(self) -> ToldClaims:
        held = [i for i in self.known if i.id in self.vectors]
        rows = [self.vectors[i.id] for i in held]
        return ToldClaims(
            ids=frozenset(i.id for i in self.known),
            hashes=frozenset(i.content_hash for i in self.known),
            claims=tuple(i.claim for i in held),
            vectors=np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32),
        )

    def pick(self, *, size: int = 5, per_show: int = 1, tier: int = 256, order: Sequence[Insight] = ()) -> list[Pick]:
        return select(
            order or self.library,
            size=size,
            per_show=per_show,
            day=DAY,
            days=Days(UTC),
            told=self.told,
            sources=self.sources(),
            tier=tier,
        )

    def sources(self) -> Sources:
        def vectors_of(insights: Sequence[Insight]) -> Mapping[str, NDArray[np.float32]]:
            return {i.id: self.vectors[i.id] for i in insights if i.id in self.vectors}

        finder = self.finder
        return Sources(novelty=finder.novelty, vectors=vectors_of, near_duplicates=finder.near_duplicates)

    def says_the_same(self, claim: Insight, other: Insight) -> bool:
        """Whether two count as one: the same id, words or vector, or one is a near-duplicate of the other."""
        near = self.finder.near_duplicates
        cosine = (
            float(self.vectors[claim.id] @ self.vectors[other.id])
            if claim.id in self.vectors and other.id in self.vectors
            else 0.0
        )
        return (
            claim.id == other.id
            or claim.content_hash == other.content_hash
            or cosine >= DUPLICATE - 1e-6
            or any(o.id == other.id for o in near(claim))
            or any(o.id == claim.id for o in near(other))
        )


_QUALITIES = st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.9, 1.0])
_AGES = st.sampled_from([None, -1.0, 0.0, 1.0, 6.5, 40.0, 3000.0])
# A coarse grid of directions: exact and near duplicates, and claims without a vector, come up often.
_DIRECTIONS = st.one_of(st.none(), st.tuples(*[st.integers(-2, 2)] * 3).filter(any))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    shows = [f"Show {n}" for n in range(draw(st.integers(1, 5)))]
    library: list[Insight] = []
    vectors: Vectors = {}
    by_hash: dict[str, NDArray[np.float32] | None] = {}  # the same words have the same vector
    for n in range(draw(st.integers(0, 18))):
        idea = insight(
            f"Claim {n}",
            show=draw(st.sampled_from(shows)),
            episode=f"Episode {draw(st.integers(0, 2))}",
            quality=draw(_QUALITIES),
            days_ago=draw(_AGES),
        )
        if draw(st.integers(0, 7)) == 0:
            idea = replace(idea, content_hash=content_hash(f"Claim {draw(st.integers(0, 3))}"))
        library.append(idea)
        if idea.content_hash not in by_hash:
            direction = draw(_DIRECTIONS)
            by_hash[idea.content_hash] = None if direction is None else unit(*direction)
        vector = by_hash[idea.content_hash]
        if vector is not None:
            vectors[idea.id] = vector
    known = [claim for claim in library if draw(st.integers(0, 5)) == 0]
    return World(library=library, vectors=vectors, known=known)


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(1, 7), st.integers(1, 3), st.sampled_from([1, 3, 256]))
def test_no_pick_repeats_another_or_what_was_told_and_there_are_at_most_size(
    world: World, size: int, per_show: int, tier: int
) -> None:
    picks = world.pick(size=size, per_show=per_show, tier=tier)
    assert len(picks) <= size
    for n, pick in enumerate(picks):
        assert not any(world.says_the_same(pick.insight, known) for known in world.known)
        assert not any(world.says_the_same(pick.insight, other.insight) for other in picks[n + 1 :])
        assert 0.0 <= pick.novelty <= 1.0
        assert pick.score >= 0.0
        assert pick.insight.id not in {other.id for other in pick.duplicates}


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(1, 7), st.integers(1, 3), st.sampled_from([1, 3, 256]))
def test_a_show_exceeds_its_share_only_when_the_others_have_nothing_left(
    world: World, size: int, per_show: int, tier: int
) -> None:
    picks = world.pick(size=size, per_show=per_show, tier=tier)
    counts = Counter(pick.insight.show_id for pick in picks)
    most = max(counts.values(), default=0)
    behind = {i.show_id for i in world.library if most > per_show and counts[i.show_id] < most - 1}
    full = len(picks) == size
    taken = [*world.known, *(pick.insight for pick in picks)]
    for left in world.library:
        if left.show_id in behind or not full:
            assert any(world.says_the_same(left, other) for other in taken), "an idea was left that could be told"


@pytest.mark.heavy
@settings(max_examples=80, deadline=None)
@given(st.data(), worlds(), st.integers(1, 6))
def test_the_order_of_the_library_changes_nothing(data: st.DataObject, world: World, size: int) -> None:
    shuffled = data.draw(st.permutations(world.library))
    assert world.pick(size=size, order=shuffled) == world.pick(size=size)


def test_shows_share_a_brief_however_good_one_of_them_is() -> None:
    loud = [insight(f"Loud {n}", show="Loud", quality=0.95) for n in range(9)]
    others = [insight(f"Quiet {n}", show=f"Quiet {n}", quality=0.3) for n in range(4)]
    world = World(library=[*loud, *others], vectors={}, known=[])
    assert [pick.insight.show for pick in world.pick()].count("Loud") == 1


@pytest.mark.parametrize(("size", "expected"), [(1, [1]), (2, [1, 1]), (3, [2, 1]), (5, [3, 2])])
def test_too_few_shows_fill_a_brief_evenly(size: int, expected: list[int]) -> None:
    library = [insight(f"{show} {n}", show=show, quality=0.9 - n / 20) for show in ("A", "B") for n in range(6)]
    picks = World(library=library, vectors={}, known=[]).pick(size=size)
    assert sorted(Counter(pick.insight.show for pick in picks).values(), reverse=True) == expected


def test_the_near_duplicates_of_a_pick_are_told_with_it() -> None:
    first, same = insight("One", show="A", quality=0.9), insight("The same again", show="B", quality=0.8)
    world = World(library=[first, same], vectors={first.id: unit(1, 0), same.id: unit(1, 0.45)}, known=[])
    (pick,) = world.pick()
    assert pick.insight == first
    assert pick.duplicates == (same,)


def test_a_near_duplicate_of_something_told_is_never_picked_even_when_its_own_row_has_no_told_vector() -> None:
    known, same = insight("Known", show="A"), insight("Much the same", show="B", quality=1.0)
    world = World(library=[known, same], vectors={known.id: unit(1, 0), same.id: unit(1, 0.45)}, known=[known])
    blind = replace(world.told, vectors=np.zeros((0, 0), dtype=np.float32))
    assert world.pick() == []
    picked = select([known, same], size=5, per_show=1, day=DAY, days=Days(UTC), told=blind, sources=world.sources())
    assert picked == []


def test_what_another_show_takes_up_beats_an_equal_claim_that_stands_alone() -> None:
    met, alone = insight("Met", show="A", quality=0.7), insight("Alone", show="B", quality=0.7)
    echo = insight("An answer to it", show="C", quality=0.1)
    vectors = {met.id: unit(1, 0, 0), echo.id: unit(0.6, 0.8, 0), alone.id: unit(0, 0, 1)}
    world = World(library=[alone, met, echo], vectors=vectors, known=[])
    assert world.pick(size=1)[0].insight == met


def test_what_lies_near_something_told_gives_way_to_what_does_not() -> None:
    known = insight("Known", show="A", quality=0.1)
    near, far = insight("Near it", show="B", quality=0.7), insight("Far from it", show="C", quality=0.6)
    vectors = {known.id: unit(1, 0, 0), near.id: unit(0.8, 0.6, 0), far.id: unit(0, 0, 1)}
    assert World(library=[known, near, far], vectors=vectors, known=[known]).pick(size=1)[0].insight == far
    assert World(library=[known, near, far], vectors=vectors, known=[]).pick(size=1)[0].insight == near


def test_every_show_is_looked_at_before_one_that_publishes_much_is_looked_at_again() -> None:
    flood = [insight(f"Flood {n}", show="Flood", quality=0.9) for n in range(600)]
    quiet = insight("Quiet", show="Quiet", quality=0.1)
    world = World(library=[*flood, quiet], vectors={}, known=[])
    assert quiet in [pick.insight for pick in world.pick(size=2, tier=8)]


@pytest.mark.heavy
def test_twenty_thousand_candidates_cost_few_questions() -> None:
    library = [insight(f"Claim {n}", show=f"Show {n % 150}", quality=(n * 37 % 101) / 101) for n in range(20_000)]
    asked = Counter[str]()
    rng = np.random.default_rng(3)

    def vectors_of(insights: Sequence[Insight]) -> Mapping[str, NDArray[np.float32]]:
        asked["vectors"] += len(insights)
        return {i.id: unit(*rng.normal(size=64)) for i in insights}

    def novelty(insights: Sequence[Insight]) -> Mapping[str, float]:
        asked["novelty"] += len(insights)
        return {i.id: 0.5 for i in insights}

    def near_duplicates(_: Insight) -> list[Insight]:
        asked["near"] += 1
        return []

    sources = Sources(novelty=novelty, vectors=vectors_of, near_duplicates=near_duplicates)
    picks = select(library, size=5, per_show=1, day=DAY, days=Days(UTC), told=ToldClaims(), sources=sources)
    assert len({pick.insight.show_id for pick in picks}) == 5
    assert asked == {"vectors": 256, "novelty": 256, "near": 5}


@pytest.mark.slow
def test_twenty_thousand_candidates_that_all_say_what_was_told_end_too() -> None:
    library = [insight(f"Claim {n}", show=f"Show {n % 150}") for n in range(20_000)]
    same = unit(1, 2, 3)
    sources = Sources(
        novelty=lambda insights: {i.id: 1.0 for i in insights},
        vectors=lambda insights: {i.id: same for i in insights},
        near_duplicates=lambda _: [],
    )
    told = ToldClaims(claims=("Claim",), vectors=same[None, :])
    assert select(library, size=5, per_show=1, day=DAY, days=Days(UTC), told=told, sources=sources) == []
    (pick,) = select(library, size=5, per_show=1, day=DAY, days=Days(UTC), told=ToldClaims(), sources=sources)
    assert pick.insight in library


def test_freshness_falls_gently_and_never_below_what_an_undated_claim_has() -> None:
    days = [NOW, datetime(2026, 7, 20, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC)]
    values = [freshness(day, date(2026, 8, 3), Days(UTC)) for day in days]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0
    assert values[1] == pytest.approx(0.875)
    assert values[2] == pytest.approx(freshness(None, DAY, Days(UTC))) == 0.75


def test_what_is_dated_ahead_is_not_fresh_every_day() -> None:
    midnight = datetime(2026, 8, 4, 0, 30, tzinfo=UTC)
    assert freshness(midnight, date(2026, 8, 3), Days(UTC)) == 0.75
    assert freshness(midnight, date(2026, 8, 4), Days(UTC)) == 1.0
    assert freshness(midnight, date(2026, 8, 3), Days.named("America/Los_Angeles")) == 1.0


def _two_themes(gap: float = 0.15) -> World:
    """Six claims on tea and six on rail, one a show; those on rail are better by ``gap``."""
    library: list[Insight] = []
    vectors: Vectors = {}
    for n in range(12):
        theme = n % 2
        idea = insight(f"{'Rail' if theme else 'Tea'} {n}", show=f"Show {n}", quality=0.55 + gap * theme)
        library.append(idea)
        vectors[idea.id] = unit(*[1.2 if k == theme else 0.0 for k in range(2)], *[float(k == n) for k in range(12)])
    return World(library=library, vectors=vectors, known=[])


def _themes(world: World, taste: Taste) -> list[str]:
    picks = select(
        world.library,
        size=5,
        per_show=1,
        day=DAY,
        days=Days(UTC),
        told=world.told,
        sources=world.sources(),
        taste=taste,
    )
    return [pick.insight.claim.split()[0] for pick in picks]


def test_what_was_asked_for_comes_more_often_and_the_last_place_stays_for_others() -> None:
    world = _two_themes()
    tea = Taste(leanings=(Leaning(vector=unit(1, 0, *[0] * 12), reason="you asked for tea"),))
    no_rail = Taste(leanings=(Leaning(vector=unit(0, 1, *[0] * 12), weight=-1.0),))
    before = _themes(world, Taste())
    assert before.count("Tea") < 4
    after = _themes(world, tea)
    assert (after.count("Tea"), after.count("Rail")) == (4, 1)
    assert _themes(_two_themes(0.0), tea) == [*["Tea"] * 4, "Rail"]
    assert _themes(world, no_rail).count("Rail") < before.count("Rail")


def test_each_of_two_interests_counts_for_itself() -> None:
    leanings = (Leaning(vector=unit(1, 0, 0), reason="Tea"), Leaning(vector=unit(0, 1, 0), reason="Rail"))
    taste, ideas = Taste(leanings=leanings), [insight(f"Idea {n}") for n in range(4)]
    rows = [unit(1, 0, 0.1), unit(0, 1, 0.1), unit(0, 0, 1), None]
    assert taste.factors(ideas, rows).tolist() == [1.5, 1.5, 1.0, 1.0]
    assert [taste.reason(idea, row) for idea, row in zip(ideas, rows, strict=True)] == ["Tea", "Rail", "", ""]


def test_a_subject_that_was_written_down_counts_by_its_words_its_weight_and_less_of_it_hides_nothing() -> None:
    near, far = unit(0.2, 1), unit(0.1, 1)
    ideas = [insight("Rust has a formatter that nobody configures"), insight("Two kettles were measured")]
    for weight, factors in ((1.0, [1.75, 1.0]), (2.0, [2.5, 1.0]), (-3.0, [0.1, 1.0])):
        taste = Taste(leanings=(Leaning(vector=unit(1, 0), weight=weight, words="Rust", reason="you follow Rust"),))
        assert taste.factors(ideas, [near, near]).tolist() == pytest.approx(factors)
    assert taste.factors(ideas, [far, far]).tolist() == [1.0, 1.0]


def test_a_show_or_person_that_is_preferred_is_raised_by_a_part_of_its_name() -> None:
    preferred = (Voice(name="lattice"), Voice(name="Ines", person=True))
    taste = Taste(preferences=Preferences(preferred=preferred))
    ideas = [insight("A", speaker=None), insight("B", show="Other", speaker="Ines Okafor"), insight("C", show="Inest")]
    assert taste.factors(ideas, [None] * 3).tolist() == pytest.approx([1.3, 1.3, 1.0])
    assert [taste.reason(idea, None) for idea in ideas] == ["you prefer lattice", "you prefer Ines", ""]


def test_nothing_but_what_was_asked_for_fills_a_brief_all_the_same() -> None:
    world = _two_themes()
    tea = replace(world, library=[i for i in world.library if i.claim.startswith("Tea")])
    wanted = Taste(leanings=(Leaning(vector=unit(1, 0, *[0] * 12), reason="you asked for tea"),))
    assert _themes(tea, wanted) == ["Tea"] * 5
