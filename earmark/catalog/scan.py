"""Everything that is searchable, in order and in pieces, with its vectors: what a new index is built from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from earmark.catalog.schema import chunks, episodes, insights, vectors

if TYPE_CHECKING:
    from earmark.catalog.engine import Catalog

__all__ = ["claims", "passages"]


def passages(catalog: Catalog, model: str, *, size: int = 2048) -> Iterator[Sequence[Any]]:
    """All passages by id, ``size`` at a time, each in a transaction of its own.

    Rows hold ``id, episode_id, text, context, speaker, spelling, content_hash, show_id, published, vector``; the vector is
    that of a model as bytes (float32, little-endian), ``None`` if it is not there yet.
    """
    names = ("id", "episode_id", "text", "context", "speaker", "spelling", "content_hash")
    own = tuple(chunks.c[name] for name in names)
    yield from _pieces(catalog, chunks, own, model, size)


def claims(catalog: Catalog, model: str, *, size: int = 2048) -> Iterator[Sequence[Any]]:
    """All insights, as ``passages`` gives passages; ``claim, body, quote`` are in place of ``text, context``."""
    table = insights.c
    own = (table.id, table.episode_id, table.claim, table.body, table.quote, table.speaker, table.content_hash)
    yield from _pieces(catalog, insights, own, model, size)


def _pieces(
    catalog: Catalog, table: sa.Table, own: tuple[sa.Column[Any], ...], model: str, size: int
) -> Iterator[Sequence[Any]]:
    query = (
        sa.select(*own, episodes.c.show_id, episodes.c.published, vectors.c.vector)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .outerjoin(vectors, sa.and_(vectors.c.content_hash == table.c.content_hash, vectors.c.model == model))
        .order_by(table.c.id)
        .limit(size)
    )
    last = ""
    while True:
        with catalog.read() as tx:
            rows = tx.execute(query.where(table.c.id > last)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id
