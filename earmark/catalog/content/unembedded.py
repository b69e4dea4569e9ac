"""Episodes whose texts have no vector of a model yet: after a change of the model, all of them."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema import chunks, insights, vectors

__all__ = ["unembedded"]


def unembedded(tx: sa.Connection, model: str) -> list[str]:
    """The ids of the episodes that have a passage or an insight without a vector of the model, by id."""
    lacking = [
        sa.select(table.c.episode_id).where(
            ~sa.exists().where(vectors.c.content_hash == table.c.content_hash, vectors.c.model == model)
        )
        for table in (chunks, insights)
    ]
    return sorted(tx.execute(sa.union(*lacking)).scalars())
