"""What a reader keeps, likes and wrote about themselves."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, reader, text

__all__ = ["reader_clicks", "reader_profiles", "reader_states"]

# Insights are named here without a foreign key: they are replaced when their episode is read again, and keep their ids.
reader_states = sa.Table(
    "reader_states",
    metadata,
    reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("read_at", UtcDateTime),
    sa.Column("saved_at", UtcDateTime),
    text("note"),
    sa.Column("tags", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("hidden_at", UtcDateTime),
)

reader_clicks = sa.Table(
    "reader_clicks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    of("reader_id", "readers.id"),
    sa.Column("insight_id", Words, nullable=False, index=True),
    sa.Column("direction", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("undone_at", UtcDateTime),
    sqlite_autoincrement=True,
)

reader_profiles = sa.Table(
    "reader_profiles",
    metadata,
    reader(),
    text("text"),
    text("before"),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)
