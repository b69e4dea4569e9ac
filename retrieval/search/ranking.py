"""The ranking of passages for a text: all that decides their order, before passages are merged into moments.

The two rankings of the index are brought to one scale and weighed (`retrieval.search.pool`); then the best are looked at again
(`retrieval.search.second_look`), and a cross-encoder reads the best of those where one is named (`retrieval.search.rerank`).
docs/search-quality.md says what each step is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.language.folding import has_unspaced
from earmark.ports import IndexHit, IndexQuery
from earmark.settings import SearchSettings
from retrieval.search.pool import pooled
from retrieval.search.second_look import EncodedQuery, SecondLook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder, TokenVectors, VectorIndex
    from earmark.types import Filters
    from retrieval.search.rerank import Reranker

__all__ = ["DEPTH", "LOOKED_AT", "Ranker"]

DEPTH = 100
"""Passages taken from each ranking of the index."""
ALL_OF_IT = 0.8
"""Share of the best BM25 score from which on a passage is taken to hold the query: its pairs of characters come together."""
LOOKED_AT = 60
"""Passages that are looked at again: 45 rank as well on five of six collections, 100 no better."""


class Ranker:
    """Safe to share between threads.

    Args:
        catalog: holds the vectors of passages.
        index: finds them.
        encoder: whose vectors they are.
        settings: whether tokens are compared, and how many passages the cross-encoder reads.
        reranker: the cross-encoder, where one is named.
    """

    def __init__(
        self,
        catalog: Catalog,
        index: VectorIndex,
        encoder: Encoder,
        *,
        settings: SearchSettings | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._settings = settings or SearchSettings()
        self._catalog = catalog
        self._index = index
        self._look = SecondLook(catalog, encoder, late_interaction=self._settings.late_interaction)
        self._reranker = reranker

    def rank(
        self,
        text: str,
        vector: NDArray[np.float32],
        *,
        filters: Filters,
        limit: int,
        tokens: TokenVectors | None = None,
    ) -> list[IndexHit]:
        """The best passages for a cleaned query, best first; all of them are what the filters allow.

        Scores order the passages of one ranking and mean nothing beyond it.

        Args:
            text: the words searched for, without query syntax.
            vector: of the text, of shape ``(dimension,)``.
            filters: what the search is narrowed to.
            limit: how many are wanted at most.
            tokens: of the text, where the caller has them; else they are encoded here when they are needed.
        """
        depth = max(limit, DEPTH)
        dense = self._index.query(IndexQuery(kind="chunk", vector=vector.tolist(), limit=depth, filters=filters))
        words = self._index.query(IndexQuery(kind="chunk", text=text, limit=depth, filters=filters))
        pool = pooled(dense, words, depth=depth)
        best = pool.best()
        if not best:
            return []
        asked = EncodedQuery(text=text, vector=vector, filters=filters, tokens=tokens)
        hits = self._look.scored(pool, best[:LOOKED_AT], asked)
        hits += _below(hits, best[LOOKED_AT:])
        if self._reranker is not None:
            hits = self._reranker.reordered(self._catalog, text, hits, depth=self._settings.rerank_depth)
        if words and (has_unspaced(text) or _is_unread(text, tokens)):
            hits = _exact_first(hits, words)
        return hits[:limit]


def _is_unread(text: str, tokens: TokenVectors | None) -> bool:
    """Whether the model sees one and the same token in all of a text that is not ASCII: it does not read its script."""
    return tokens is not None and not text.isascii() and len(set(tokens.token_ids.tolist())) == 1


def _exact_first(hits: Sequence[IndexHit], words: Sequence[IndexHit]) -> list[IndexHit]:
    """Passages that hold nearly all of a query before those that only seem to mean it; both in their order.

    For scripts without spaces and those that the model does not read: models trained on English know few of their
    letters, and what they make of the rest outweighs the words.
    """
    least = ALL_OF_IT * max(hit.score for hit in words)
    exact = {hit.key for hit in words if hit.score >= least}
    lift = max(hit.score for hit in hits) - min(hit.score for hit in hits) + 1.0
    lifted = [replace(hit, score=hit.score + lift) if hit.key in exact else hit for hit in hits]
    return sorted(lifted, key=lambda hit: (-hit.score, hit.key))


def _below(hits: Sequence[IndexHit], rest: Sequence[IndexHit]) -> list[IndexHit]:
    """What was not looked at again and did not come in beside another, in its order, with scores below all others."""
    held = {hit.key for hit in hits}
    left = [hit for hit in rest if hit.key not in held]
    drop = max(0.0, left[0].score - hits[-1].score) if left else 0.0
    return [
        IndexHit(key=hit.key, score=hit.score - drop, show_id=hit.show_id, episode_id=hit.episode_id) for hit in left
    ]
