"""Claims with their proof: those that are shown, what was withdrawn, and what each says of others."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, text

__all__ = [
    "gate_drops",
    "insights",
    "relations",
    "remembered_withdrawals",
    "shared_insights",
    "speaker_names",
    "withdrawals",
]

insights = sa.Table(
    "insights",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("episode_id", "episodes.id"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("claim", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Column("quote", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("speaker", Words),
    sa.Column("start_s", sa.Float),
    sa.Column("end_s", sa.Float),
    sa.Column("quality", sa.Float, nullable=False),
    sa.Column("extractor", Words, nullable=False),
    sa.Column("headline", Words, nullable=False, server_default="", default=""),
    sa.Column("kind", Words, nullable=False, server_default="", default=""),
    sa.Column("content_hash", Words, nullable=False),
    # As in `chunks`.
    sa.Column("spelling", Words),
)

# With the episode, so that everybody who speaks is counted without the long rows.
sa.Index("ix_insights_speaker", insights.c.speaker, insights.c.episode_id)

gate_drops = sa.Table(
    "gate_drops",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("reason", Words, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

withdrawals = sa.Table(
    "withdrawals",
    metadata,
    sa.Column("insight_id", Words, primary_key=True),
    of("episode_id", "episodes.id"),
    sa.Column("because", Words, nullable=False),
    text("note"),
    sa.Column("reader_id", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("content_hash", Words, nullable=False),
    # The columns of its row in `insights`, from which it is restored.
    sa.Column("document", sa.JSON, nullable=False),
)

# Of shows that were removed: hashes, and no word of what was said (`earmark.catalog.content.remembered`).
remembered_withdrawals = sa.Table(
    "remembered_withdrawals",
    metadata,
    sa.Column("insight_id", Words, primary_key=True),
    sa.Column("content_hash", Words, nullable=False, index=True),
    sa.Column("because", Words, nullable=False),
    sa.Column("reader_id", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

shared_insights = sa.Table(
    "shared_insights",
    metadata,
    sa.Column("insight_id", Words, primary_key=True),
    sa.Column("reader_id", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

relations = sa.Table(
    "relations",
    metadata,
    sa.Column("key", Words, primary_key=True),
    of("episode_id", "episodes.id"),
    of("other_episode_id", "episodes.id"),
    text("relation"),
    text("why"),
)

# What owners decided about names. A place is the id of a show or an episode, and no foreign key: it is either.
speaker_names = sa.Table(
    "speaker_names",
    metadata,
    sa.Column("spelling", Words, primary_key=True),
    sa.Column("place", Words, primary_key=True),
    sa.Column("label", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("alone", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("at", UtcDateTime, nullable=False),
)
