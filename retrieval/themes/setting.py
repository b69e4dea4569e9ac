"""The vectors that themes are found among: what an insight says, and what is spoken about around it.

A claim alone is often too short to tell its subject ("you act as if the payment may have gone out"); the minute or two in which it
was said tells it. Judged on a library of 146 episodes, on shows that nothing was chosen on, it raises both the share of members that
belong to their theme and the share of insights that are in one (evaluation/results/judged/themes.json).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.related.remarks import claimed
from retrieval.related.surroundings import Surroundings
from retrieval.related.vector_memory import VectorMemory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder
    from earmark.types import Insight

__all__ = ["Setting"]

_SHARE = 0.75
"""How much the surroundings count beside what is said. Of .5 to 1.5 this gave most at a coherence of .85 in three libraries."""
_BLOCK = 2_000
"""Insights whose passages are in memory at a time: 10 MB."""


class Setting:
    """Places insights by what they say and where. Safe to share between threads."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self._surroundings = Surroundings(catalog, VectorMemory(catalog, encoder))

    def vectors(self, insights: Sequence[Insight], said: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors of shape ``(n, d)``; an insight without passages keeps its own.

        Passages without a vector get one: after a change of the embedding model themes must not be found by claims alone.

        Args:
            insights: what to place.
            said: the vector of each, of shape ``(n, d)``.

        Raises:
            ModelCallError: the encoder's endpoint failed.
            CatalogError, StorageFull: the vectors could not be kept.
        """
        placed = said.copy()
        order = sorted(range(len(insights)), key=lambda row: insights[row].episode_id)
        for start in range(0, len(order), _BLOCK):
            rows = order[start : start + _BLOCK]
            around = self._surroundings.vectors([claimed(insights[row]) for row in rows], said[rows], embed=True)
            mixed = said[rows] + _SHARE * around
            placed[rows] = mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
        return placed
