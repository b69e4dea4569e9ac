"""An insight among all others: what other shows say about the same thing, and how new it is.

Nearest neighbours alone give hubs (insights that are near everything) and leaks (the same interview). So: candidates
from the index without the own show, by meaning and by words, insights (`retrieval.related.hubness`) and statements of
passages (`retrieval.related.statements`); each with the chance that a reader would say it belongs here, from judged pairs
(`retrieval.related.chance`), and none below a floor; none from a recording of the same episode; near-duplicates folded;
and a list in which shows take turns, each entry with how and why it is related. Nothing of a list outlives a change of the
library (`retrieval.related.kept_lists`): what a new episode says is in the lists of old insights as soon as the index has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.embedding import insight_text
from earmark.language.sameness import NEAR, may_be_same
from earmark.ports import IndexQuery
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Disagreement, Filters, Insight, Related
from retrieval.index.points import lowered
from retrieval.rarity import RarityIndex
from retrieval.related.affinity import Profiles, normalised
from retrieval.related.chance import FLOOR, FLOOR_WITH_MODEL, chances
from retrieval.related.disagreements import Disagreements
from retrieval.related.entries import entry_of
from retrieval.related.hubness import Landscapes, scored
from retrieval.related.kept_lists import KeptLists, ListKey
from retrieval.related.pairing import Vectors, features
from retrieval.related.relation import Neighbour, Relations
from retrieval.related.remark_vectors import RemarkVectors
from retrieval.related.remarks import Remark, claimed
from retrieval.related.shortlist import Group, RelatedCandidate, folded, picked
from retrieval.related.statements import Statements
from retrieval.related.surroundings import Surroundings
from retrieval.related.twins import recordings
from retrieval.related.vector_memory import VectorMemory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import ChatModel, Encoder, StatementReader, VectorIndex

__all__ = ["RelatedFinder"]

_CANDIDATES = 100
"""Of each of the two rankings; 60 lose .4 points of nDCG@10, 40 lose .9."""
_LOOKED_AT = 60
"""Insights of the ranking that a list is made from."""
_ASKED = 2
"""Entries that a model is asked about at once, for each that is wanted: it throws most out."""
_SECOND_ASK = 2
"""A list of less than one in so many of the entries that are wanted has the model asked once more, about as many again.

Of pairs of an insight and its likeliest 20 readers held one in five to belong, of the next 20 one in thirteen.
"""
_DUPLICATES = 60
_DUPLICATE_FLOOR = 0.55
"""Cosine of claim and body below which the claims alone are not compared: the same claim with another body lies above."""


@dataclass(frozen=True, slots=True)
class _Claims:
    """Vectors of claims and statements alone, by their keys; what they were said in may differ where they are the same."""

    vectors: dict[str, NDArray[np.float32]]
    threshold: float

    def same(self, remark: Remark, other: Remark) -> bool:
        a, b = self.vectors.get(remark.key), self.vectors.get(other.key)
        if a is None or b is None or float(a @ b) < self.threshold:
            return False
        return may_be_same(remark.text, other.text)


class RelatedFinder:
    """Safe to share between threads."""

    def __init__(
        self,
        catalog: Catalog,
        index: VectorIndex,
        encoder: Encoder,
        chat: ChatModel | None = None,
        *,
        rarities: RarityIndex | None = None,
        reader: StatementReader | None = None,
    ) -> None:
        """Builds what a list needs; without a ``reader`` of statements lists hold insights alone."""
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._profiles = Profiles()
        self._landscapes = Landscapes(catalog, self._profiles, model_id=encoder.model_id)
        self._rarities = rarities or RarityIndex(catalog)
        self._relations = Relations(catalog, self._rarities, chat)
        self._statements = None if reader is None else Statements(catalog, index, reader)
        self._memory = VectorMemory(catalog, encoder)
        self._disagreements = Disagreements(catalog, self._memory, self._relations)
        self._surroundings = Surroundings(catalog, self._memory)
        self._remark_vectors = RemarkVectors(catalog, encoder, self._memory)
        self._lists = KeptLists(catalog, index)
        self._scope = EVERYTHING

    def within(self, scope: ShowScope) -> RelatedFinder:
        """The same finder for a reader of these shows: what other shows say does not exist for it."""
        other = copy(self)
        other._scope = scope
        return other

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        """What other shows say about the same thing, best first, shows taking turns; few or nothing where little is near.

        Entries are insights and moments. ``also_said_by`` of an entry names those of yet other episodes that say nearly
        the same as it. With a model entries that it holds to be unrelated are left out.
        """
        if limit < 1:
            return []
        own = claimed(insight)
        candidates = self._kept(insight, own)
        voices = recordings(self._catalog, [own, *(candidate.remark for candidate in candidates)])
        candidates = [candidate for candidate in candidates if not voices.same(own, candidate.remark)]
        claims = self._claims([own, *(candidate.remark for candidate in candidates)])
        groups = folded(candidates, claims.same, voices.same)
        if not self._relations.asks:
            return self._entries(own, picked(groups, limit, twins=voices.same), claims)
        at_once = _ASKED * limit
        likeliest = picked(groups, 2 * at_once, twins=voices.same)
        entries = self._entries(own, likeliest[:at_once], claims)
        if len(entries) * _SECOND_ASK < limit and self._relations.asks:
            entries += self._entries(own, likeliest[at_once:], claims)
        # Where the model has a word for how two belong together, readers found four in five to do so, else two in three.
        return sorted(entries, key=lambda entry: not entry.relation)[:limit]

    def disagreements(self) -> list[Disagreement]:
        """Who contradicts whom on two shows, each pair once, the latest first; no model is asked."""
        return self._disagreements.within(self._scope)

    def prepare(self, insight: Insight) -> None:
        """Makes what costs most of an insight's list and keeps it, so that `related` has it at once; no model is asked."""
        self._kept(insight, claimed(insight))

    def ranked(self, insight: Insight, *, limit: int = 10) -> list[Insight]:
        """All insights of other shows that may be related, best first, before any is left out or put beside another."""
        return self._candidates(insight)[: max(0, limit)]

    def near_duplicates(self, insight: Insight, *, threshold: float = NEAR) -> list[Insight]:
        """Insights of any show that make nearly the same claim, nearest first, without the insight itself."""
        vector = self._vectors([insight])[insight.content_hash]
        filters = self._scope.narrow(Filters())
        if filters is None:
            return []
        hits = self._index.query(IndexQuery(kind="insight", vector=vector.tolist(), limit=_DUPLICATES, filters=filters))
        near = [hit for hit in hits if hit.score >= _DUPLICATE_FLOOR and hit.key != insight.id]
        with self._catalog.read() as tx:
            known = insights.get_many(tx, [hit.key for hit in near])
        others = [known[hit.key] for hit in near if hit.key in known and self._scope.holds(known[hit.key].show_id)]
        own = claimed(insight)
        claims = self._claims([own, *map(claimed, others)], threshold=threshold)
        return [other for other in others if claims.same(own, claimed(other))]

    def nearest(self, vector: NDArray[np.float32], *, words: str = "", limit: int) -> list[str]:
        """The ids of the insights of any show nearest to a unit vector, and to words where there are any, nearest first."""
        filters = self._scope.narrow(Filters())
        if filters is None:
            return []
        asked = IndexQuery(kind="insight", vector=vector.tolist(), text=words or None, limit=limit, filters=filters)
        return [hit.key for hit in self._index.query(asked)]

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new each insight was to the library when it came out, by id: 1 less the cosine of the nearest earlier one.

        Earlier is an episode published on an earlier day (UTC); an insight without a date is compared with all other
        episodes. 1 where there is nothing earlier.
        """
        vectors = self._vectors(insights)
        return {insight.id: self._novelty(insight, vectors[insight.content_hash]) for insight in insights}

    def _novelty(self, insight: Insight, vector: NDArray[np.float32]) -> float:
        dated = insight.published is not None
        filters = self._scope.narrow(Filters(before=insight.published.date() if insight.published else None))
        if filters is None:
            return 1.0
        most = 1 if dated else _DUPLICATES
        hits = self._index.query(IndexQuery(kind="insight", vector=vector.tolist(), limit=most, filters=filters))
        if not dated:
            hits = [hit for hit in hits if hit.episode_id != insight.episode_id]
        return float(min(1.0, max(0.0, 1.0 - hits[0].score))) if hits else 1.0

    def _kept(self, insight: Insight, own: Remark) -> list[RelatedCandidate]:
        """What is likely enough to belong to an insight, made only where no list of it is kept."""
        floor = FLOOR_WITH_MODEL if self._relations.asks else FLOOR
        key = ListKey(insight_id=insight.id, content_hash=insight.content_hash, scope=self._scope, floor=floor)
        return self._lists.candidates(key, lambda: self._likely(insight, own, floor))

    def _likely(self, insight: Insight, own: Remark, floor: float) -> list[RelatedCandidate]:
        """What other shows say that is likely enough to belong to an insight, likeliest first."""
        import numpy as np

        around = self._vectors([insight])[own.around_hash]
        rarity = self._rarities.rarity()
        others = [claimed(other) for other in self._candidates(insight)[:_LOOKED_AT]]
        if self._statements is not None:
            context = self._surroundings.vectors([own], around[None])[0]
            others += self._statements.near(own, around, context, rarity, scope=self._scope)
        if not others:
            return []
        every = [own, *others]
        texts, arounds = self._remark_vectors.text(every), self._remark_vectors.around(every)
        vectors = Vectors(text=texts, around=arounds, context=self._surroundings.vectors(every, arounds))
        sample = self._landscapes.current().vectors
        chance = chances(features(own, others, vectors, sample=sample, rarity=rarity))
        order = sorted(range(len(others)), key=lambda n: (-float(chance[n]), others[n].key))
        return [
            RelatedCandidate(others[n], texts[n + 1], float(chance[n]), float(np.dot(arounds[0], arounds[n + 1])))
            for n in order
            if chance[n] >= floor
        ]

    def _candidates(self, insight: Insight) -> list[Insight]:
        """Insights of other shows, best first."""
        import numpy as np

        vector = self._vectors([insight])[insight.content_hash]
        others = self._near(insight, vector)
        if not others:
            return []
        everyone = [insight, *others]
        vectors = self._vectors(everyone)
        own = np.stack([vectors[other.content_hash] for other in everyone])
        land = self._landscapes.current()
        rows = self._profiles.rows([(other.content_hash, insight_text(other)) for other in everyone])
        final = scored(insight, others, own, normalised(rows, land.rarity), land).final
        order = sorted(range(len(others)), key=lambda n: (-float(final[n]), others[n].id))
        return [others[n] for n in order]

    def _near(self, insight: Insight, vector: NDArray[np.float32]) -> list[Insight]:
        filters = self._scope.narrow(Filters())
        if filters is None:
            return []
        asked = IndexQuery(
            kind="insight",
            vector=vector.tolist(),
            limit=_CANDIDATES,
            filters=filters,
            exclude_shows=(insight.show_id,),
        )
        hits = [
            *self._index.query(asked),
            *self._index.query(replace(asked, vector=None, text=insight_text(insight))),
        ]
        with self._catalog.read() as tx:
            known = insights.get_many(tx, list(dict.fromkeys(hit.key for hit in hits)))
        # The index may lag behind the catalog: what counts is the show that the catalog names.
        others = [other for other in known.values() if other.show_id != insight.show_id and other.id != insight.id]
        return [other for other in others if self._scope.holds(other.show_id)]

    def _vectors(self, others: Sequence[Insight]) -> dict[str, NDArray[np.float32]]:
        return self._memory.of({other.content_hash: insight_text(other) for other in others})

    def _claims(self, remarks: Sequence[Remark], *, threshold: float = NEAR) -> _Claims:
        """Those that may say the same as another one here, with the vectors of the claims alone."""
        alike = [
            remark
            for n, remark in enumerate(remarks)
            if any(n != m and may_be_same(remark.text, other.text) for m, other in enumerate(remarks))
        ]
        vectors = self._remark_vectors.text(alike)
        return _Claims({remark.key: vectors[n] for n, remark in enumerate(alike)}, threshold)

    def _entries(self, own: Remark, groups: Sequence[Group], claims: _Claims) -> list[Related]:
        neighbours = [
            Neighbour(
                remark=group[0].remark,
                chance=group[0].chance,
                cosine=group[0].cosine,
                nearly_same=claims.same(own, group[0].remark),
                same_guest=_same_guest(own, group[0].remark),
            )
            for group in groups
        ]
        told = self._relations.of(own, neighbours)
        return [
            entry_of(group, neighbour, note)
            for group, neighbour, note in zip(groups, neighbours, told, strict=True)
            if note is not None
        ]


def _same_guest(own: Remark, other: Remark) -> bool:
    """Whether one person, by full name, speaks on both of two shows; first names and labels ("Speaker 1") do not count."""
    if not own.speaker or not other.speaker or own.show_id == other.show_id:
        return False
    name = lowered(own.speaker)
    return name == lowered(other.speaker) and " " in name and not any(c.isdigit() for c in name)
