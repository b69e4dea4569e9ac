"""Who contradicts whom in a library: pairs of insights of two shows and two people that say opposite things.

A list of what is related to one insight looks at all that was said; here every newer insight is held against all others, so
only what costs next to nothing is asked: the vectors that the catalog has, the words, and what a model has said of a pair
before. No model is asked. Without its word a pair is one only where the words make it sure (`retrieval.related.stance`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import insights
from earmark.language.folding import fold
from earmark.language.polarity import subject
from earmark.relations import Relation
from earmark.types import Disagreement, Insight, Related
from retrieval.bounded_memory import BoundedMemory
from retrieval.related.relation import SURE, Relations
from retrieval.related.remarks import claimed
from retrieval.related.stance import SHARED, relation_of
from retrieval.related.twins import recordings

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.scope import ShowScope
    from retrieval.related.vector_memory import VectorMemory

__all__ = ["Disagreements"]

_NEWEST = 2_000
"""Insights that are held against all others: half a year of ten shows."""
_BLOCK = 200
"""Insights whose cosines with all others are in memory at a time: 40 MB for 50,000 others."""
_LISTS = 64
"""Lists that are kept: one for each set of shows and state of the library."""


class Disagreements:
    """Safe to share between threads. What the words of a library give is kept until the library changes."""

    def __init__(self, catalog: Catalog, memory: VectorMemory, relations: Relations) -> None:
        self._catalog = catalog
        self._memory = memory
        self._relations = relations
        self._kept: BoundedMemory[tuple[tuple[str, str], ...]] = BoundedMemory(_LISTS)

    def within(self, scope: ShowScope) -> list[Disagreement]:
        """All pairs of these shows, each once, the one whose later side is newest first."""
        with self._catalog.read() as tx:
            state = f"{changes.head(tx)} {_shows(scope)}"
            known = {insight.id: insight for insight in insights.listed(tx, scope=scope)}
        pairs = self._kept.among([state]).get(state)
        if pairs is None:
            pairs = tuple(self._by_words(list(known.values())))
            self._kept.add({state: pairs})
        told = self._told(known, pairs)
        return sorted(told, key=lambda pair: (_second(pair.insight), pair.insight.id), reverse=True)

    def _told(self, known: Mapping[str, Insight], pairs: Sequence[tuple[str, str]]) -> Iterator[Disagreement]:
        """The pairs of words that no model has thrown out, and those that a model has found."""
        by_words = [(known[a], known[b]) for a, b in pairs if a in known and b in known]
        by_model = [(a, b) for a, b in self._relations.opposites(list(known.values())) if _may_differ(a, b)]
        every = {frozenset((a.id, b.id)): _latest_first(a, b) for a, b in (*by_words, *by_model)}
        voices = recordings(self._catalog, [claimed(insight) for pair in every.values() for insight in pair])
        left = [pair for pair in every.values() if not voices.same(*map(claimed, pair))]
        remarks = [(claimed(later), claimed(earlier)) for later, earlier in left]
        told = zip(left, self._relations.known(remarks), self._relations.lines(remarks), strict=True)
        for (later, earlier), note, line in told:
            if note is not None and note.relation != Relation.OPPOSITE.value:
                continue
            why = note.why if note is not None and note.why else line
            entry = Related(insight=earlier, score=1.0, why=why, relation=Relation.OPPOSITE.value)
            yield Disagreement(insight=later, other=entry)

    def _by_words(self, every: Sequence[Insight]) -> Iterator[tuple[str, str]]:
        """Ids of those that the words make sure of, near enough in meaning for words to tell."""
        import numpy as np

        vectors = self._memory.known([insight.content_hash for insight in every])
        held = [insight for insight in every if insight.content_hash in vectors]  # the newest come first
        if not held:
            return
        matrix = np.stack([vectors[insight.content_hash] for insight in held])
        terms = [subject(insight.claim) for insight in held]
        for first in range(0, min(len(held), _NEWEST), _BLOCK):
            block = matrix[first : min(first + _BLOCK, _NEWEST)]
            for row, column in np.argwhere(block @ matrix.T >= SURE).tolist():
                place, other = first + row, column
                if other <= place or len(terms[place] & terms[other]) < SHARED:
                    continue
                if _may_differ(held[place], held[other]) and _opposite(held[place], held[other]):
                    yield held[place].id, held[other].id


def _shows(scope: ShowScope) -> str:
    return "all" if scope.ids is None else " ".join(sorted(scope.ids))


def _may_differ(insight: Insight, other: Insight) -> bool:
    """Whether two people speak, on two shows; who has no name may be anybody."""
    speakers = fold(insight.speaker or ""), fold(other.speaker or "")
    return insight.show_id != other.show_id and (not all(speakers) or speakers[0] != speakers[1])


def _opposite(insight: Insight, other: Insight) -> bool:
    """By the claims alone: sentences of two bodies may point apart where what the two are shown for does not."""
    return relation_of((insight.claim,), (other.claim,)) == Relation.OPPOSITE.value


def _latest_first(insight: Insight, other: Insight) -> tuple[Insight, Insight]:
    first, second = sorted((insight, other), key=lambda said: (_second(said), said.id), reverse=True)
    return first, second


def _second(insight: Insight) -> float:
    """When it was published, in seconds; 0 where no feed says."""
    return insight.published.timestamp() if insight.published else 0.0
