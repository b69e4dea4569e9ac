"""What the search index is made of: vectors of texts, and the log of what changed."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import Words, metadata

__all__ = ["changes", "vectors"]

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("content_hash", Words, primary_key=True),
    sa.Column("model", Words, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("key", Words, nullable=False, index=True),
    sqlite_autoincrement=True,
)
