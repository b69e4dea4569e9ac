"""Vectors of what is compared: those of insights and passages are kept in the catalog, those of statements in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.embedding import vectors_for
from retrieval.kept import Kept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder
    from retrieval.related.said import Said

__all__ = ["SaidVectors"]

_KEPT = 20_000
"""Statements whose vectors are kept, 30 MB. In the catalog they would grow with every list that is looked at."""


class SaidVectors:
    """Safe to share between threads."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._kept: Kept[NDArray[np.float32]] = Kept(_KEPT)

    def said(self, said: Sequence[Said]) -> NDArray[np.float32]:
        """Vectors of the claims and statements alone, of shape ``(n, dimension)``."""
        claims = {each.text_hash: each.text for each in said if each.insight is not None}
        vectors = vectors_for(self._catalog, self._encoder, claims)
        statements = {each.text_hash: each.text for each in said if each.text_hash not in vectors}
        return self._rows(vectors | self._encoded(statements), [each.text_hash for each in said])

    def around(self, said: Sequence[Said]) -> NDArray[np.float32]:
        """Vectors of what they were said in, of shape ``(n, dimension)``."""
        vectors = vectors_for(self._catalog, self._encoder, {each.around_hash: each.around for each in said})
        return self._rows(vectors, [each.around_hash for each in said])

    def _encoded(self, texts: dict[str, str]) -> dict[str, NDArray[np.float32]]:
        known = self._kept.among(texts)
        missing = [key for key in texts if key not in known]
        made = dict(zip(missing, self._encoder.encode([texts[key] for key in missing]), strict=True)) if missing else {}
        self._kept.add(made)
        return known | made

    def _rows(self, vectors: dict[str, NDArray[np.float32]], keys: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        if not keys:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([vectors[key] for key in keys]).astype(np.float32)
