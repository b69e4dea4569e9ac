"""Vectors kept between evaluations, in a catalog of their own: a text is encoded once, by the product's own functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.catalog import open_catalog
from earmark.catalog.batches import batches
from earmark.catalog.content import vectors
from earmark.embedding import query_vectors, vectors_for
from earmark.ids import content_hash
from earmark.token_store import tokens_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder

__all__ = ["CachedEncoder", "VectorCache", "cached"]

Progress = Callable[[str], None]
_MANY = 256
"""The fewest texts for which progress is reported."""


class VectorCache:
    """Vectors of one encoder in a folder; what is encoded is kept batch by batch, so Ctrl-C loses seconds."""

    def __init__(self, folder: Path, encoder: Encoder, on_progress: Progress) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._catalog = open_catalog(f"sqlite:///{folder.absolute() / 'vectors.sqlite'}")
        self._encoder = encoder
        self._on_progress = on_progress

    def close(self) -> None:
        """Closes the file."""
        self._catalog.close()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)`` in the order of ``texts``, as ``Encoder.encode`` gives them."""
        keys = [content_hash(text) for text in texts]
        return self._stacked(keys, self._made(self._encoder, dict(zip(keys, texts, strict=True))))

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of queries, of the same shape."""
        keys = [content_hash("query", text) for text in texts]
        return self._stacked(keys, self._made(_CachedQueries(self._encoder), dict(zip(keys, texts, strict=True))))

    def fill(self, catalog: Catalog, texts: Mapping[str, str], *, tokens: bool = False) -> None:
        """Puts the vectors of texts, by content hash, into another catalog; with ``tokens``, those of tokens too."""
        self._made(self._encoder, texts, tokens=tokens)
        models = (self._encoder.model_id, *([tokens_model(self._encoder.model_id)] if tokens else []))
        for model in models:
            for part in batches(list(texts), 4 * _MANY):
                with self._catalog.read() as tx:
                    kept = vectors.get_bytes(tx, model, part)
                with catalog.write() as tx:
                    vectors.put_bytes(tx, model, kept)

    def _made(
        self, encoder: Encoder, texts: Mapping[str, str], *, tokens: bool = False
    ) -> dict[str, NDArray[np.float32]]:
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            if done > _MANY:
                self._on_progress(f"encoded {done:,} new texts of at most {len(texts):,}")

        return vectors_for(self._catalog, encoder, texts, tokens=tokens, on_encoded=tell)

    def _stacked(self, keys: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        if not keys:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([vectors[key] for key in keys])


class CachedEncoder:
    """An ``Encoder`` that asks its model only for what the folder lacks."""

    def __init__(self, kept: VectorCache, inner: Encoder) -> None:
        self._kept = kept
        self._inner = inner

    @property
    def model_id(self) -> str:
        """That of the encoder inside."""
        return self._inner.model_id

    @property
    def dimension(self) -> int:
        """That of the encoder inside."""
        return self._inner.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)`` in the order of ``texts``."""
        return self._kept.encode(texts)


def cached(inner: Encoder, folder: Path, on_progress: Progress) -> CachedEncoder:
    """The encoder with its vectors kept in ``folder``, which is made."""
    return CachedEncoder(VectorCache(folder, inner, on_progress), inner)


class _CachedQueries:
    """An ``Encoder`` of queries."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner

    @property
    def model_id(self) -> str:
        return self._inner.model_id

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return query_vectors(self._inner, texts)
