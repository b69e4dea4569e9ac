"""Vectors, by content hash and model: nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import vectors as table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["get_many", "known", "put"]


def known(tx: sa.Connection, model: str, hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that have a vector of the model."""
    found: set[str] = set()
    for part in batches(list(dict.fromkeys(hashes))):
        query = sa.select(table.c.content_hash).where(table.c.model == model, table.c.content_hash.in_(part))
        found.update(tx.execute(query).scalars())
    return found


def put(tx: sa.Connection, model: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Stores vectors by content hash; ones that are there already stay."""
    new = vectors.keys() - known(tx, model, list(vectors))
    if new:
        rows = [{"content_hash": h, "model": model, "vector": _bytes(vectors[h])} for h in vectors if h in new]
        tx.execute(table.insert(), rows)


def get_many(tx: sa.Connection, model: str, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)`` by content hash; missing ones are left out."""
    import numpy as np  # a tenth of a second that most commands do not need

    found: dict[str, NDArray[np.float32]] = {}
    for part in batches(list(dict.fromkeys(hashes))):
        query = sa.select(table.c.content_hash, table.c.vector).where(
            table.c.model == model, table.c.content_hash.in_(part)
        )
        for row in tx.execute(query):
            found[row.content_hash] = np.frombuffer(row.vector, dtype="<f4")
    return found


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f4").tobytes()
