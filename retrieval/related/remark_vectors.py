"""Vectors of remarks, each made once: they are kept in the catalog with what they were said in, and go with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.embedding import claims_model, vectors_at
from retrieval.bounded_memory import BoundedMemory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.catalog.content.vectors import Place
    from earmark.ports import Encoder
    from retrieval.related.remarks import Remark
    from retrieval.related.vector_memory import VectorMemory

__all__ = ["RemarkVectors"]

_KEPT = 20_000
"""Claims and statements whose vectors are kept in memory too, 30 MB: a list takes a hundred."""


class RemarkVectors:
    """Safe to share between threads."""

    def __init__(self, catalog: Catalog, encoder: Encoder, memory: VectorMemory) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._memory = memory
        self._kept: BoundedMemory[NDArray[np.float32]] = BoundedMemory(_KEPT)

    def text(self, remarks: Sequence[Remark]) -> NDArray[np.float32]:
        """Vectors of the claims and statements alone, of shape ``(n, dimension)``."""
        by_text = {remark.text_hash: remark for remark in remarks}
        known = self._kept.among(by_text)
        places = {key: self._place(remark) for key, remark in by_text.items() if key not in known}
        texts = {place: by_text[key].text for key, place in places.items()}
        made = vectors_at(self._catalog, self._encoder, texts) if texts else {}
        fresh = {key: made[place] for key, place in places.items()}
        self._kept.add(fresh)
        return self._rows(known | fresh, [remark.text_hash for remark in remarks])

    def around(self, remarks: Sequence[Remark]) -> NDArray[np.float32]:
        """Vectors of what they were said in, of shape ``(n, dimension)``."""
        vectors = self._memory.of({remark.around_hash: remark.around for remark in remarks})
        return self._rows(vectors, [remark.around_hash for remark in remarks])

    def _place(self, remark: Remark) -> Place:
        """A claim is kept with its insight, a statement with its passage, by where it begins and ends there."""
        model = self._encoder.model_id
        part = claims_model(model) if remark.insight is not None else f"{model}#{remark.key.partition(':')[2]}"
        return remark.around_hash, part

    def _rows(self, vectors: dict[str, NDArray[np.float32]], keys: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        if not keys:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([vectors[key] for key in keys]).astype(np.float32)
