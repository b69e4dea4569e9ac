"""An insight among all others: what other shows say about the same thing, and how new it is.

Nearest neighbours alone give hubs (insights that are near everything) and leaks (the same interview). So: candidates
from the index without the own show, by meaning and by words; their affinity corrected for hubs (`retrieval.related.hubness`);
none from a recording of the same episode; a floor below which nothing is related; near-duplicates folded; and a list
picked by maximal marginal relevance, at most one of a show, each entry with how and why it is related.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.embedding import insight_text, vectors_for
from earmark.ids import content_hash
from earmark.language.sameness import NEAR, may_be_same
from earmark.ports import IndexQuery
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Echo, Filters, Insight, Related
from retrieval.index.points import lowered
from retrieval.rarity import Rarity, RarityIndex
from retrieval.related.affinity import Profiles, normalised
from retrieval.related.chance import believable, chances
from retrieval.related.hubness import Landscapes, scored
from retrieval.related.relation import Neighbour, Relations
from retrieval.related.shortlist import Group, RelatedCandidate, folded, picked
from retrieval.related.twins import recordings
from retrieval.related.why import shared_phrases

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import ChatModel, Encoder, VectorIndex

__all__ = ["RelatedFinder"]

_CANDIDATES = 100
"""Of each of the two rankings; 60 lose .4 points of nDCG@10, 40 lose .9."""
_LOOKED_AT = 60
"""Of the ranking, how many a list is made from."""
_DUPLICATES = 60
_DUPLICATE_FLOOR = 0.55
"""Cosine of claim and body below which the claims alone are not compared: the same claim with another body lies above."""


@dataclass(frozen=True, slots=True)
class _Claims:
    """Vectors of claims alone; the body may differ where the claim is the same."""

    vectors: dict[str, NDArray[np.float32]]
    threshold: float

    def same(self, insight: Insight, other: Insight) -> bool:
        a, b = self.vectors.get(_claim_key(insight)), self.vectors.get(_claim_key(other))
        if a is None or b is None or float(a @ b) < self.threshold:
            return False
        return may_be_same(insight.claim, other.claim)


def _claim_key(insight: Insight) -> str:
    return content_hash("claim", insight.claim)


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
    ) -> None:
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._profiles = Profiles()
        self._landscapes = Landscapes(catalog, self._profiles, model_id=encoder.model_id)
        self._rarities = rarities or RarityIndex(catalog)
        self._relations = Relations(self._rarities, chat)
        self._scope = EVERYTHING

    def within(self, scope: ShowScope) -> RelatedFinder:
        """The same finder for a reader of these shows: other shows' insights do not exist for it."""
        other = copy(self)
        other._scope = scope
        return other

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        """Insights of other shows about the same thing, best first, one a show; few or none where little is near.

        ``also_said_by`` of an entry names those of yet other episodes that say nearly the same as it.
        """
        if limit < 1:
            return []
        rarity = self._rarities.rarity()
        candidates = [
            candidate for candidate in self._candidates(insight)[:_LOOKED_AT] if _shown(insight, candidate, rarity)
        ]
        voices = recordings(self._catalog, [insight, *(candidate.insight for candidate in candidates)])
        candidates = [candidate for candidate in candidates if not voices.same(insight, candidate.insight)]
        claims = self._claims([insight, *(candidate.insight for candidate in candidates)])
        groups = picked(folded(candidates, claims.same, voices.same), limit, twins=voices.same)
        return self._entries(insight, groups, claims)

    def ranked(self, insight: Insight, *, limit: int = 10) -> list[Insight]:
        """All insights of other shows that may be related, best first, before any is left out or put beside another."""
        return [candidate.insight for candidate in self._candidates(insight)[: max(0, limit)]]

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
        claims = self._claims([insight, *others], threshold=threshold)
        return [other for other in others if claims.same(insight, other)]

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

    def _candidates(self, insight: Insight) -> list[RelatedCandidate]:
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
        scores = scored(insight, others, own, normalised(rows, land.rarity), land)
        chance = chances(scores)
        order = sorted(range(len(others)), key=lambda n: (-float(scores.final[n]), others[n].id))
        return [
            RelatedCandidate(others[n], own[n + 1], float(scores.final[n]), float(chance[n]), float(scores.meaning[n]))
            for n in order
        ]

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
        return vectors_for(self._catalog, self._encoder, {other.content_hash: insight_text(other) for other in others})

    def _claims(self, insights: Sequence[Insight], *, threshold: float = NEAR) -> _Claims:
        """The claims that may say the same as another one here, with the vectors of the claims alone."""
        texts = {
            _claim_key(insight): insight.claim
            for n, insight in enumerate(insights)
            if any(n != m and may_be_same(insight.claim, other.claim) for m, other in enumerate(insights))
        }
        return _Claims(vectors_for(self._catalog, self._encoder, texts), threshold)

    def _entries(self, insight: Insight, groups: Sequence[Group], claims: _Claims) -> list[Related]:
        heads = [group[0] for group in groups]
        readings = [
            Neighbour(
                insight=head.insight,
                cosine=head.cosine,
                nearly_same=claims.same(insight, head.insight),
                same_guest=_same_guest(insight, head.insight),
            )
            for head in heads
        ]
        told = self._relations.of(insight, readings)
        return [
            Related(
                insight=group[0].insight,
                score=group[0].score,
                why=relation.why,
                also_said_by=tuple(
                    Echo(insight_id=other.insight.id, show=other.insight.show, speaker=other.insight.speaker)
                    for other in group[1:]
                ),
                same_guest=reading.same_guest,
                relation=relation.relation,
            )
            for group, reading, relation in zip(groups, readings, told, strict=True)
        ]


def _shown(insight: Insight, candidate: RelatedCandidate, rarity: Rarity) -> bool:
    def shared() -> bool:
        return bool(shared_phrases(insight_text(insight), insight_text(candidate.insight), rarity))

    return believable(candidate.chance, candidate.cosine, shared=shared)


def _same_guest(insight: Insight, other: Insight) -> bool:
    """Whether one person, by full name, speaks on both of two shows; first names and labels ("Speaker 1") do not count."""
    if not insight.speaker or not other.speaker or insight.show_id == other.show_id:
        return False
    name = lowered(insight.speaker)
    return name == lowered(other.speaker) and " " in name and not any(c.isdigit() for c in name)
