"""Late interaction: a query and a passage compared token by token, with the vectors that the encoder makes anyway.

For each token of the query the passage's closest token counts; rare tokens count more. It finds the one sentence of a
passage that the vector of the whole passes over, and names that speech recognition spelled otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from earmark.catalog import Connection, changes
from earmark.catalog.content import vectors
from earmark.token_store import PackedTokens, ids_of, tokens_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import TokenVectors

__all__ = ["LATE_WEIGHT", "TokenRarity", "late_scores"]

LATE_WEIGHT = 0.29
"""Weight of late interaction, beside those of `retrieval.search.pool`."""
_SAMPLE = 2_000
"""Passages that the rarity of tokens is counted over."""
_SAMPLE_BYTES = 1_024
"""Bytes of each that are read: the ids of about 500 tokens, which come first."""


def late_scores(
    query: TokenVectors, weights: NDArray[np.float32], passages: Sequence[PackedTokens]
) -> NDArray[np.float32]:
    """The weighed mean, over the query's tokens, of the best cosine among a passage's tokens; shape ``(len(passages),)``.

    Args:
        query: the query's tokens, at full precision.
        weights: of its tokens, of shape ``(n_tokens,)``.
        passages: their packed tokens; one without any scores 0.

    Source: the sum of maximal similarities of ColBERT (Khattab and Zaharia, 2020), here on an encoder that was not
    trained for it.
    """
    scores = np.zeros(len(passages), dtype=np.float32)
    held = [number for number, passage in enumerate(passages) if len(passage.token_ids)]
    total = float(weights.sum())
    if not held or total <= 0:
        return scores
    dimension = query.tokens.shape[1]
    signs = np.unpackbits(np.concatenate([passages[n].signs for n in held]), axis=1, count=dimension)
    products = 2 * (signs.astype(np.float32) @ query.tokens.T) - query.tokens.sum(axis=1)
    products *= np.concatenate([passages[n].scales for n in held])[:, None]
    starts = np.cumsum([0, *(len(passages[n].token_ids) for n in held[:-1])])
    scores[held] = np.maximum.reduceat(products, starts, axis=0) @ (weights / total)
    return scores


class TokenRarity:
    """How rare tokens of a model are in one catalog, counted again when it has changed by a tenth; safe to share between threads."""

    def __init__(self, model_id: str) -> None:
        self._model = tokens_model(model_id)
        self._lock = threading.Lock()
        self._seen = 0
        self._size = 0
        self._counts: NDArray[np.int64] = np.zeros(1, dtype=np.int64)

    def weights(self, tx: Connection, token_ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Inverse document frequencies as BM25 has them, of shape ``(len(token_ids),)``; ones in an empty catalog."""
        with self._lock:
            head = changes.head(tx)
            if not self._size or head >= 1.1 * self._seen:
                self._count(tx)
                self._seen = head
            size, counts = self._size, self._counts
        if not size:
            return np.ones(len(token_ids), dtype=np.float32)
        held = counts[np.minimum(token_ids, len(counts) - 1)]
        return np.log1p((size - held + 0.5) / (held + 0.5)).astype(np.float32)

    def _count(self, tx: Connection) -> None:
        """Counts over a sample (keys are hashes, so the first by key are a random sample)."""
        kept = vectors.first_bytes(tx, self._model, rows=_SAMPLE, length=_SAMPLE_BYTES)
        ids = [ids_of(passage) for passage in kept]
        longest = max((int(token_ids.max()) for token_ids in ids if len(token_ids)), default=0)
        # The last place stays 0, for tokens beyond all that were seen.
        self._counts = np.bincount(np.concatenate([*ids, np.zeros(0, np.int64)]), minlength=longest + 2)
        self._size = len(kept)
