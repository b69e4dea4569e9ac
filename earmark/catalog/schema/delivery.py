"""What comes to a reader by itself: briefs and how each was made, mail, feeds and alerts."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, of, reader, text

__all__ = [
    "alert_told",
    "brief_drops",
    "brief_runs",
    "briefs",
    "deliveries",
    "mailings",
    "reader_alerts",
    "reader_feeds",
    "told",
]

briefs = sa.Table(
    "briefs",
    metadata,
    sa.Column("subscriber_id", Words, sa.ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("date", sa.Date, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

told = sa.Table(
    "told",
    metadata,
    sa.Column("subscriber_id", Words, sa.ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("insight_id", Words, primary_key=True),
    sa.Column("content_hash", Words, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("direct", sa.Boolean, nullable=False),
)

brief_runs = sa.Table(
    "brief_runs",
    metadata,
    reader(),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", Words, primary_key=True),
    text("owner"),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    text("outcome"),
    text("note"),
)

brief_drops = sa.Table(
    "brief_drops",
    metadata,
    reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("swapped", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("subscriber_id", Words, sa.ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("date", sa.Date, primary_key=True),
    sa.Column("channel", Words, primary_key=True, server_default="mail"),
    sa.Column("recipient", Words, nullable=False),
    sa.Column("message_id", Words, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("sent_at", UtcDateTime),
    text("last_error"),
)

mailings = sa.Table(
    "mailings",
    metadata,
    reader(),
    sa.Column("address", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    text("confirm_key"),
    sa.Column("confirm_until", UtcDateTime),
    text("leave_key"),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    text("why"),
    sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused_on", sa.Date),
)

reader_feeds = sa.Table(
    "reader_feeds",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("reader_id", "readers.id"),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("kind", Words, nullable=False),
    text("value"),
    text("title"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    # What it said when it was last asked for, as a hash, and since when.
    text("digest"),
    sa.Column("changed_at", UtcDateTime),
)

reader_alerts = sa.Table(
    "reader_alerts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    of("reader_id", "readers.id"),
    sa.Column("kind", Words, nullable=False),
    text("value"),
    text("title"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # Changes of the catalog: what came after the one is new, and up to the other was looked through once.
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
)

alert_told = sa.Table(
    "alert_told",
    metadata,
    reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("day", sa.Date, nullable=False),
    text("title"),
    sa.Column("place", sa.Integer, nullable=False),
)
