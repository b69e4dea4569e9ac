"""What was said in an episode: its transcript, who is in it, its recording, and the passages that are searched."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, text

__all__ = ["appearances", "audio_files", "chunks", "transcripts"]

transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("segments", sa.JSON, nullable=False),
    sa.Column("source", Words, nullable=False),
    text("source_url"),
    text("language"),
    sa.Column("content_hash", Words, nullable=False),
    sa.Column("chapters", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("voices", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("provenance", sa.JSON, nullable=False, server_default="{}"),
)

# Whom a voice of the transcript (`heard`) or the feed names, as it is written, and the role that either gives.
appearances = sa.Table(
    "appearances",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", Words, primary_key=True),
    sa.Column("heard", sa.Boolean, primary_key=True),
    text("role"),
)

# The file that the host serves, as it was when it was last looked at, and how far its seconds lie from the transcript's.
audio_files = sa.Table(
    "audio_files",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("checked_at", UtcDateTime, nullable=False),
    sa.Column("bytes", sa.BigInteger),
    text("etag"),
    text("last_modified"),
    # `earmark.timeline.Timeline.stored`: NULL while the transcript's times hold.
    sa.Column("anchors", sa.JSON(none_as_null=True)),
    text("outcome"),
    text("note"),
)

chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("episode_id", "episodes.id"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("text", Words, nullable=False),
    text("context"),
    sa.Column("speaker", Words),
    sa.Column("start_s", sa.Float),
    sa.Column("end_s", sa.Float),
    sa.Column("content_hash", Words, nullable=False),
    text("chapter"),
    # The speaker as the transcript has them, where an owner calls them otherwise (`earmark.catalog.content.names`).
    sa.Column("spelling", Words),
)

# All that is asked of a speaker's passages but their texts, so that none of the long rows is read for it.
sa.Index("ix_chunks_speaker", chunks.c.speaker, chunks.c.episode_id, chunks.c.spelling)
