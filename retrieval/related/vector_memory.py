"""Vectors of texts, from memory where they were read before: a list takes six hundred, most of them those of the last one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from earmark.catalog.content import vectors
from earmark.embedding import vectors_for
from retrieval.bounded_memory import BoundedMemory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder

__all__ = ["VectorMemory"]

_KEPT = 20_000
"""Vectors that are kept, 30 MB. They are of content, and never become untrue."""


class VectorMemory:
    """Safe to share between threads."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._kept: BoundedMemory[NDArray[np.float32]] = BoundedMemory(_KEPT)

    def of(self, texts: Mapping[str, str]) -> dict[str, NDArray[np.float32]]:
        """The vector of every text, by content hash; raises as `earmark.embedding.vectors_for` does."""
        known = self._kept.among(texts)
        missing = {key: text for key, text in texts.items() if key not in known}
        fresh = vectors_for(self._catalog, self._encoder, missing) if missing else {}
        self._kept.add(fresh)
        return known | fresh

    def known(self, hashes: Collection[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that the catalog has of these content hashes."""
        known = self._kept.among(hashes)
        missing = [key for key in hashes if key not in known]
        if not missing:
            return known
        with self._catalog.read() as tx:
            fresh = vectors.get_many(tx, self._encoder.model_id, missing)
        self._kept.add(fresh)
        return known | fresh
