"""What is being read and what that costs: the line of episodes, duties, replies and bills of models."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, text

__all__ = ["duties", "jobs", "llm_replies", "model_usage", "usage"]

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    text("owner"),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", UtcDateTime),
    sa.Column("failed", sa.Boolean, nullable=False, server_default=sa.false()),
    text("last_error"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    text("waits"),
    sa.Column("failed_at", UtcDateTime),
    # The place in the line of its priority (`earmark.catalog.work.line`): 0 before it has one, NULL outside the line.
    sa.Column("turn", sa.Integer, server_default="0"),
    # Orders those of one turn: when the episode was published, written here when it gets its place.
    sa.Column("aired", UtcDateTime),
)

# In the order of claims, and of columns that a lease does not change: PostgreSQL then keeps it alone at a heartbeat.
sa.Index(
    "ix_jobs_line",
    jobs.c.priority,
    jobs.c.turn,
    jobs.c.aired.desc(),
    jobs.c.episode_id,
    sqlite_where=jobs.c.turn.is_not(None),
    postgresql_where=jobs.c.turn.is_not(None),
)

# What failed or waits, which is a small part of all. A lease changes none of these columns either.
_noted = sa.or_(jobs.c.last_error != sa.text("''"), jobs.c.waits != sa.text("''"), jobs.c.failed)
sa.Index("ix_jobs_noted", jobs.c.episode_id, sqlite_where=_noted, postgresql_where=_noted)

llm_replies = sa.Table(
    "llm_replies",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", Words, primary_key=True),
    sa.Column("reply", Words, nullable=False, server_default="", default=""),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0", default=0),
)

usage = sa.Table(
    "usage",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", Words, primary_key=True),
    sa.Column("amount", sa.Float, nullable=False),
)

model_usage = sa.Table(
    "model_usage",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("model", Words, primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("tokens_in", sa.BigInteger, nullable=False),
    sa.Column("tokens_out", sa.BigInteger, nullable=False),
    sa.Column("money", sa.Float, nullable=False),
)

duties = sa.Table(
    "duties",
    metadata,
    sa.Column("name", Words, primary_key=True),
    text("owner"),
    sa.Column("held_until", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    text("note"),
)
