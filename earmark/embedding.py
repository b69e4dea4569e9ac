"""Vectors of texts, each encoded once in its life: what the catalog has is read, the rest is encoded and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from earmark.catalog import vectors
from earmark.catalog.batches import batches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder
    from earmark.types import Chunk, Insight

__all__ = ["chunk_text", "insight_text", "vectors_for"]

_BATCH = 64
"""Texts encoded between two commits: under two seconds of work on two cores, so a kill loses no more than that."""


def chunk_text(chunk: Chunk) -> str:
    """What is embedded of a passage, and what its ``content_hash`` is of: the context line, then the text."""
    return f"{chunk.context}\n{chunk.text}"


def insight_text(insight: Insight) -> str:
    """What is embedded of an insight: the claim, then its body."""
    return f"{insight.claim}\n{insight.body}"


def vectors_for(
    catalog: Catalog,
    encoder: Encoder,
    texts: Mapping[str, str],
    *,
    on_encoded: Callable[[int], None] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)``, L2-normalised, by content hash, for every text given.

    Args:
        catalog: where vectors are kept; missing ones are added batch by batch.
        encoder: makes the missing ones; not called, and its model not loaded, where there are none.
        texts: what is embedded, by content hash.
        on_encoded: told how many texts were just encoded.

    Raises:
        ModelCallError: the encoder's endpoint failed.
        CatalogError, StorageFull: the vectors could not be kept.
    """
    model = encoder.model_id
    with catalog.read() as tx:
        found = vectors.get_many(tx, model, list(texts))
    missing = sorted(texts.keys() - found.keys(), key=lambda key: (len(texts[key]), key))
    for part in batches(missing, _BATCH):
        made = dict(zip(part, encoder.encode([texts[key] for key in part]), strict=True))
        with catalog.write() as tx:
            vectors.put(tx, model, made)
        found.update(made)
        if on_encoded is not None:
            on_encoded(len(part))
    return found
