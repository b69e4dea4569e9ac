"""The followed shows, their secret addresses, and their episodes."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, text

__all__ = ["episode_keys", "episodes", "show_secrets", "shows"]

shows = sa.Table(
    "shows",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("feed_url", Words, nullable=False, unique=True),
    text("title"),
    text("description"),
    text("author"),
    text("link"),
    text("language"),
    text("image_url"),
    text("folder"),
    sa.Column("status", Words, nullable=False),
    text("etag"),
    text("last_modified"),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    text("last_error"),
    sa.Column("next_check", UtcDateTime),
    sa.Column("hold_until", UtcDateTime),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
    text("backfill"),
    sa.Column("ttl_s", sa.Float),
)

show_secrets = sa.Table(
    "show_secrets",
    metadata,
    sa.Column("show_id", Words, sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("feed_url", Words, nullable=False),
)

episodes = sa.Table(
    "episodes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("show_id", "shows.id"),
    text("guid"),
    text("title"),
    text("description"),
    text("link"),
    sa.Column("published", UtcDateTime, index=True),
    sa.Column("duration_s", sa.Float),
    text("audio_url"),
    text("audio_type"),
    sa.Column("audio_bytes", sa.BigInteger),
    sa.Column("transcripts", sa.JSON, nullable=False),
    sa.Column("persons", sa.JSON, nullable=False),
    text("chapters_url"),
    sa.Column("chapters", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("soundbites", sa.JSON, nullable=False, server_default="[]"),
    text("language"),
    sa.Column("stage", Words, nullable=False),
    sa.Column("discovered_at", UtcDateTime, nullable=False),
    text("same_as"),
    # Why the episode, though it has come through all stages, has no insight.
    text("no_insights"),
)

# All that a summary of the shows counts of an episode, so that none of the long rows is read for it.
sa.Index(
    "ix_episodes_summary",
    episodes.c.show_id,
    episodes.c.stage,
    episodes.c.published,
    episodes.c.same_as,
    episodes.c.id,
)

# With what says that an episode is read as another, so that those of a stage are counted in the index.
sa.Index("ix_episodes_stage", episodes.c.stage, episodes.c.same_as)

# The episodes that were read and gave nothing, which the status lists.
sa.Index(
    "ix_episodes_silent",
    episodes.c.stage,
    sqlite_where=episodes.c.no_insights != sa.text("''"),
    postgresql_where=episodes.c.no_insights != sa.text("''"),
)

episode_keys = sa.Table(
    "episode_keys",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", Words, primary_key=True, index=True),
)
