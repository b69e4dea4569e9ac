"""Who reads, and which shows."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, reader, text

__all__ = ["reader_shows", "readers"]

readers = sa.Table(
    "readers",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text("name"),
    text("email"),
    sa.Column("timezone", Words, nullable=False, server_default="UTC"),
    sa.Column("role", Words, nullable=False, server_default="reader"),
    sa.Column("all_shows", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("brief_at", sa.Time, nullable=False, server_default="06:00:00"),
    sa.Column("language", Words, nullable=False, server_default="en"),
    sa.Column("length", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rhythm", Words, nullable=False, server_default="daily"),
    sa.Column("weekday", sa.Integer, nullable=False, server_default="0"),
    sa.Column("digest_on", sa.Integer),
    sa.Column("tell_quiet", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UtcDateTime),
    sa.Column("disabled_at", UtcDateTime),
)

reader_shows = sa.Table(
    "reader_shows",
    metadata,
    reader(),
    sa.Column("show_id", Words, sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("added_at", UtcDateTime, nullable=False),
)
