"""Vectors, by content hash and model: nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import vectors as table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Place", "first_bytes", "get_at", "get_bytes", "get_many", "known", "put", "put_at", "put_bytes"]

Place = tuple[str, str]
"""Where a vector is kept: the content hash of a text, and the model; the model's name goes on where it is of a part of the text."""


_PLACES = 200
"""Places asked for at once, of two parameters each: fewer than 999, which older SQLite takes."""


def known(tx: sa.Connection, model: str, hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that have a vector of the model."""
    stored: set[str] = set()
    for part in batches(list(dict.fromkeys(hashes))):
        query = sa.select(table.c.content_hash).where(table.c.model == model, table.c.content_hash.in_(part))
        stored.update(tx.execute(query).scalars())
    return stored


def put(tx: sa.Connection, model: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Stores vectors by content hash; vectors stored before stay."""
    put_bytes(tx, model, {content_hash: _bytes(vector) for content_hash, vector in vectors.items()})


def put_bytes(tx: sa.Connection, model: str, kept: Mapping[str, bytes]) -> None:
    """Stores what was computed from texts by content hash, packed by the caller; values stored before stay."""
    new = kept.keys() - known(tx, model, list(kept))
    # In one order: two episodes that say the same, stored at once, wait for each other and not both for the other.
    insert_missing(tx, table, [{"content_hash": h, "model": model, "vector": kept[h]} for h in sorted(new)])


def get_bytes(tx: sa.Connection, model: str, hashes: Sequence[str]) -> dict[str, bytes]:
    """What ``put_bytes`` stored, by content hash; missing ones are left out."""
    stored: dict[str, bytes] = {}
    for part in batches(list(dict.fromkeys(hashes))):
        query = sa.select(table.c.content_hash, table.c.vector).where(
            table.c.model == model, table.c.content_hash.in_(part)
        )
        stored.update((content_hash, kept) for content_hash, kept in tx.execute(query).all())
    return stored


def first_bytes(tx: sa.Connection, model: str, *, rows: int, length: int) -> list[bytes]:
    """The beginnings, ``length`` bytes at most, of the first ``rows`` by content hash: a sample, hashes being random."""
    start = sa.func.substr(table.c.vector, 1, length, type_=sa.LargeBinary)
    query = sa.select(start).where(table.c.model == model).order_by(table.c.content_hash).limit(rows)
    return [bytes(value) for value in tx.execute(query).scalars()]


def get_many(tx: sa.Connection, model: str, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)`` by content hash; missing ones are left out."""
    import numpy as np  # a tenth of a second that most commands do not need

    stored: dict[str, NDArray[np.float32]] = {}
    for part in batches(list(dict.fromkeys(hashes))):
        query = sa.select(table.c.content_hash, table.c.vector).where(
            table.c.model == model, table.c.content_hash.in_(part)
        )
        for content_hash, vector in tx.execute(query).all():
            stored[content_hash] = np.frombuffer(vector, dtype="<f4")
    return stored


def get_at(tx: sa.Connection, places: Sequence[Place]) -> dict[Place, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)`` by where they are kept; missing ones are left out."""
    import numpy as np

    stored: dict[Place, NDArray[np.float32]] = {}
    for part in batches(list(dict.fromkeys(places)), _PLACES):
        # Not as pairs: for those SQLite reads the whole table.
        hashes, models = (sorted(set(names)) for names in zip(*part, strict=True))
        query = sa.select(table).where(table.c.content_hash.in_(hashes), table.c.model.in_(models))
        asked = set(part)
        for content_hash, model, vector in tx.execute(query):
            if (content_hash, model) in asked:
                stored[content_hash, model] = np.frombuffer(vector, dtype="<f4")
    return stored


def put_at(tx: sa.Connection, vectors: Mapping[Place, NDArray[np.float32]]) -> None:
    """Stores vectors where they are to be kept; vectors stored there before stay."""
    there = get_at(tx, list(vectors))
    rows = [
        {"content_hash": content_hash, "model": model, "vector": _bytes(vectors[content_hash, model])}
        for content_hash, model in sorted(vectors.keys() - there.keys())
    ]
    insert_missing(tx, table, rows)


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f4").tobytes()
