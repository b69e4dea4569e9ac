"""What a reader asked, and the answers."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, reader, text

__all__ = ["conversations", "turns"]

conversations = sa.Table(
    "conversations",
    metadata,
    reader(),
    sa.Column("id", Words, primary_key=True),
    text("title"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False, index=True),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("reader_id", Words, primary_key=True),
    sa.Column("conversation_id", Words, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("question", Words, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["reader_id", "conversation_id"], ["conversations.reader_id", "conversations.id"], ondelete="CASCADE"
    ),
)
