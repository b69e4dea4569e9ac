"""How readers and their programs prove who they are."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, reader, text

__all__ = ["invitations", "reader_passwords", "reader_sessions", "reader_tokens"]

reader_passwords = sa.Table(
    "reader_passwords",
    metadata,
    reader(),
    sa.Column("hash", Words, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

# The keys of sessions, invitations and tokens are hashes of their secrets: whoever reads the catalog cannot sign in.
reader_sessions = sa.Table(
    "reader_sessions",
    metadata,
    sa.Column("key", Words, primary_key=True),
    of("reader_id", "readers.id"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("key", Words, primary_key=True),
    of("reader_id", "readers.id"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

reader_tokens = sa.Table(
    "reader_tokens",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("reader_id", "readers.id"),
    sa.Column("key", Words, nullable=False, unique=True),
    text("name"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)
