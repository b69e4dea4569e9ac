"""The ranking of passages for a text: all that decides their order, before passages are merged into moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.types import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder, IndexHit, VectorIndex

__all__ = ["Ranker"]


class Ranker:
    """Safe to share between threads."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder) -> None:
        self._catalog = catalog
        self._index = index
        self._encoder = encoder

    def rank(self, text: str, vector: NDArray[np.float32], *, filters: Filters, limit: int) -> list[IndexHit]:
        """The best passages for a cleaned query, best first.

        Args:
            text: the words searched for, without query syntax.
            vector: of the text, of shape ``(dimension,)``.
            filters: what the search is narrowed to.
            limit: how many are wanted at most.
        """
        return self._index.query_hybrid("chunk", vector.tolist(), text, limit=limit, filters=filters)
