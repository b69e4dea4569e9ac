"""The second look: the best passages of a pool read again from the catalog, each with the passages around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from earmark.catalog.content import passages as stored
from earmark.catalog.content import vectors
from earmark.embedding import query_tokens
from earmark.ports import IndexHit, TokenEncoder
from earmark.token_store import tokens_model, unpack
from retrieval.index.points import lowered
from retrieval.search.feedback import ALONE_WEIGHT, FEEDBACK_WEIGHT, likeness
from retrieval.search.late import LATE_WEIGHT, TokenRarity, late_scores
from retrieval.search.pool import RankingPool, filled
from retrieval.search.surroundings import STEPS, alone, beside, lent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog, Connection
    from earmark.catalog.content.passages import Place
    from earmark.ports import Encoder, TokenVectors
    from earmark.types import Filters

__all__ = ["EncodedQuery", "SecondLook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedQuery:
    """A query: its words, their vector, what it is narrowed to, and the vectors of its tokens where they are known."""

    text: str
    vector: NDArray[np.float32]
    filters: Filters
    tokens: TokenVectors | None = None


@dataclass(frozen=True, slots=True)
class _PassageData:
    """What the catalog holds of passages and of those around them, by id, and the query's tokens with their weights."""

    where: Mapping[str, Place]
    vectors: Mapping[str, NDArray[np.float32]]
    packed: Mapping[str, bytes]
    tokens: TokenVectors | None
    weights: NDArray[np.float32] | None


class SecondLook:
    """Scores passages by their tokens, their surroundings and their likeness to the best; safe to share between threads."""

    def __init__(self, catalog: Catalog, encoder: Encoder, *, late_interaction: bool) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._by_token = encoder if late_interaction and isinstance(encoder, TokenEncoder) else None
        self._rarity = TokenRarity(encoder.model_id)

    def scored(self, pool: RankingPool, first: Sequence[IndexHit], asked: EncodedQuery) -> list[IndexHit]:
        """The passages and those right beside them, best first, with scores; equal ones by key.

        A passage that comes in beside another is of the same episode, so that all filters hold for it but those of
        speakers and keys, which are looked at.

        Args:
            pool: what the rankings of the index say.
            first: the passages to look at.
            asked: the query.
        """
        keys = [hit.key for hit in first]
        with self._catalog.read() as tx:
            read = self._read(tx, keys, asked)
        every = [*keys, *sorted(read.where.keys() - set(keys))]
        own = self._own(pool, every, len(keys), read, asked)
        near = beside(every, read.where)
        known = _rows(keys, read, len(asked.vector))
        weight = FEEDBACK_WEIGHT + ALONE_WEIGHT * alone(near[:, : len(keys)])
        own[: len(keys)] += weight * likeness(known, lent(own, near)[: len(keys)])
        scores = lent(own, near).tolist()
        joined = set(near[[STEPS.index(-1), STEPS.index(1)], : len(keys)].ravel().tolist()) - {-1}
        shows = {hit.episode_id: hit.show_id for hit in first}
        hits = [_hit(hit, score) for hit, score in zip(first, scores, strict=False)]
        for number in sorted(joined - set(range(len(keys)))):
            place = read.where[every[number]]
            if _allowed(place, asked.filters):
                show = shows[place.episode_id]
                hits.append(IndexHit(key=place.key, score=scores[number], show_id=show, episode_id=place.episode_id))
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def _read(self, tx: Connection, keys: Sequence[str], asked: EncodedQuery) -> _PassageData:
        where = stored.around(tx, keys, reach=STEPS[-1])
        held = vectors.get_many(tx, self._encoder.model_id, [place.content_hash for place in where.values()])
        tokens, weights, kept = asked.tokens, None, dict[str, bytes]()
        if self._by_token is not None:
            wanted = [where[key].content_hash for key in keys if key in where]
            kept = vectors.get_bytes(tx, tokens_model(self._encoder.model_id), wanted)
            if kept:
                tokens = tokens or query_tokens(self._by_token, [asked.text])[0]
                weights = self._rarity.weights(tx, tokens.token_ids)
        return _PassageData(
            where=where,
            vectors={key: held[place.content_hash] for key, place in where.items() if place.content_hash in held},
            packed={key: kept[place.content_hash] for key, place in where.items() if place.content_hash in kept},
            tokens=tokens,
            weights=weights,
        )

    def _own(
        self, pool: RankingPool, every: Sequence[str], first: int, read: _PassageData, asked: EncodedQuery
    ) -> NDArray[np.float32]:
        """What each passage is worth by itself, of shape ``(len(every),)``."""
        cosines = {key: float(held @ asked.vector) for key, held in read.vectors.items() if not pool.has_cosine(key)}
        base = pool.scores(every, cosines)
        late = np.full(len(every), np.nan, dtype=np.float32)
        held = [number for number, key in enumerate(every[:first]) if key in read.packed]
        if held and read.tokens is not None and read.weights is not None:
            passages = [unpack(read.packed[every[number]]) for number in held]
            late[held] = late_scores(read.tokens, read.weights, passages)
        return base + LATE_WEIGHT * filled(late, base, first=first)


def _rows(keys: Sequence[str], read: _PassageData, dimension: int) -> NDArray[np.float32]:
    """Vectors of passages as rows; zeros where one is not known."""
    nothing = np.zeros(dimension, dtype=np.float32)
    return np.stack([read.vectors.get(key, nothing) for key in keys])


def _allowed(place: Place, filters: Filters) -> bool:
    if filters.keys is not None and place.key not in filters.keys:
        return False
    return not filters.speakers or lowered(place.speaker or "") in {lowered(name) for name in filters.speakers}


def _hit(hit: IndexHit, score: float) -> IndexHit:
    return IndexHit(key=hit.key, score=score, show_id=hit.show_id, episode_id=hit.episode_id)
