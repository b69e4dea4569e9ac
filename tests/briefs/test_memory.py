"""A finder that remembers answers as its finder does, asks once for each insight, and forgets when the library changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from briefs.memory import FinderMemory
from earmark.types import Insight, Related
from tests.briefs.samples import SmallFinder, insight, unit

CLAIMS = [insight(f"Claim {n}", show=f"Show {n}") for n in range(4)]
VECTORS = {claim.id: unit(1.0, 0.3 * n) for n, claim in enumerate(CLAIMS)}


class CountingFinder(SmallFinder):
    """A finder that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(CLAIMS, VECTORS)
        self.asked: Counter[str] = Counter()

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        self.asked["related"] += 1
        return super().related(insight, limit=limit)

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        self.asked["novelty"] += len(insights)
        return super().novelty(insights)

    def near_duplicates(self, insight: Insight) -> list[Insight]:
        self.asked["near_duplicates"] += 1
        return super().near_duplicates(insight)


def test_answers_are_those_of_the_finder_and_each_is_asked_once() -> None:
    finder, plain = CountingFinder(), SmallFinder(CLAIMS, VECTORS)
    memory = FinderMemory(finder).at(1)
    for _ in range(3):
        assert memory.at(1).related(CLAIMS[0], limit=3) == plain.related(CLAIMS[0], limit=3)
        assert memory.related(CLAIMS[0], limit=2) == plain.related(CLAIMS[0], limit=2)
        assert memory.novelty(CLAIMS[:3]) == plain.novelty(CLAIMS[:3])
        assert memory.novelty(CLAIMS[1:]) == plain.novelty(CLAIMS[1:])
        assert memory.near_duplicates(CLAIMS[0]) == plain.near_duplicates(CLAIMS[0])
    assert finder.asked == {"related": 1, "novelty": 4, "near_duplicates": 1}


def test_more_is_asked_for_where_more_is_wanted() -> None:
    finder = CountingFinder()
    memory = FinderMemory(finder).at(1)
    assert len(memory.related(CLAIMS[0], limit=1)) == 1
    assert len(memory.related(CLAIMS[0], limit=3)) == 3
    assert finder.asked["related"] == 2


def test_a_change_of_the_library_is_seen() -> None:
    finder = CountingFinder()
    memory = FinderMemory(finder).at(1)
    memory.novelty(CLAIMS)
    finder.library = CLAIMS[:1]
    assert memory.at(1).novelty(CLAIMS[:1]) != FinderMemory(finder).novelty(CLAIMS[:1])
    assert memory.at(2).novelty(CLAIMS[:1]) == {CLAIMS[0].id: 1.0}
