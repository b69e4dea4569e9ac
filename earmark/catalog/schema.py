"""The tables. Migrations under ``migrations/`` bring any older database here; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

__all__ = [
    "UtcDateTime",
    "Words",
    "alert_told",
    "audio_files",
    "briefs",
    "changes",
    "chunks",
    "conversations",
    "deliveries",
    "episode_keys",
    "episodes",
    "gate_drops",
    "insights",
    "invitations",
    "jobs",
    "llm_replies",
    "mailings",
    "metadata",
    "model_usage",
    "reader_alerts",
    "reader_clicks",
    "reader_feeds",
    "reader_passwords",
    "reader_profiles",
    "reader_sessions",
    "reader_shows",
    "reader_states",
    "reader_tokens",
    "readers",
    "relations",
    "remembered_withdrawals",
    "shared_insights",
    "show_secrets",
    "shows",
    "speaker_names",
    "theme_members",
    "theme_runs",
    "themes",
    "told",
    "transcripts",
    "turns",
    "usage",
    "vectors",
    "withdrawals",
]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is stored: the same moment in UTC; raises ``ValueError`` for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is read: the moment with its zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(sa.types.TypeDecorator[str]):
    """A text, in which a NUL is U+FFFD: PostgreSQL refuses it, and feeds in JSON, readers and models may write one."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is stored and compared."""
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}") if value is not None and "\x00" in value else value


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, Words, nullable=False, server_default="")


def _of(name: str, target: str) -> sa.Column[Any]:
    return sa.Column(name, Words, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)


def _reader() -> sa.Column[Any]:
    return sa.Column("reader_id", Words, sa.ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True)


shows = sa.Table(
    "shows",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("feed_url", Words, nullable=False, unique=True),
    _text("title"),
    _text("description"),
    _text("author"),
    _text("link"),
    _text("language"),
    _text("image_url"),
    _text("folder"),
    sa.Column("status", Words, nullable=False),
    _text("etag"),
    _text("last_modified"),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    _text("last_error"),
    sa.Column("next_check", UtcDateTime),
    sa.Column("hold_until", UtcDateTime),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("backfill"),
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
    _of("show_id", "shows.id"),
    _text("guid"),
    _text("title"),
    _text("description"),
    _text("link"),
    sa.Column("published", UtcDateTime, index=True),
    sa.Column("duration_s", sa.Float),
    _text("audio_url"),
    _text("audio_type"),
    sa.Column("audio_bytes", sa.BigInteger),
    sa.Column("transcripts", sa.JSON, nullable=False),
    sa.Column("persons", sa.JSON, nullable=False),
    _text("chapters_url"),
    sa.Column("chapters", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("soundbites", sa.JSON, nullable=False, server_default="[]"),
    _text("language"),
    sa.Column("stage", Words, nullable=False, index=True),
    sa.Column("discovered_at", UtcDateTime, nullable=False),
    _text("same_as"),
    # Why the episode, though it has come through all stages, has no insight.
    _text("no_insights"),
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

episode_keys = sa.Table(
    "episode_keys",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", Words, primary_key=True, index=True),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    _text("owner"),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", UtcDateTime),
    sa.Column("failed", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("last_error"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    _text("waits"),
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

transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("segments", sa.JSON, nullable=False),
    sa.Column("source", Words, nullable=False),
    _text("source_url"),
    _text("language"),
    sa.Column("content_hash", Words, nullable=False),
    sa.Column("chapters", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("voices", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("provenance", sa.JSON, nullable=False, server_default="{}"),
)

# The file that the host serves, as it was when it was last looked at, and how far its seconds lie from the transcript's.
audio_files = sa.Table(
    "audio_files",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("checked_at", UtcDateTime, nullable=False),
    sa.Column("bytes", sa.BigInteger),
    _text("etag"),
    _text("last_modified"),
    # `earmark.timeline.Timeline.stored`: NULL while the transcript's times hold.
    sa.Column("anchors", sa.JSON(none_as_null=True)),
    _text("outcome"),
    _text("note"),
)

chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _of("episode_id", "episodes.id"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("text", Words, nullable=False),
    _text("context"),
    sa.Column("speaker", Words),
    sa.Column("start_s", sa.Float),
    sa.Column("end_s", sa.Float),
    sa.Column("content_hash", Words, nullable=False),
    _text("chapter"),
    # The speaker as the transcript has them, where an owner calls them otherwise (`earmark.catalog.content.names`).
    sa.Column("spelling", Words),
)

insights = sa.Table(
    "insights",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _of("episode_id", "episodes.id"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("claim", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Column("quote", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("speaker", Words, index=True),
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

withdrawals = sa.Table(
    "withdrawals",
    metadata,
    sa.Column("insight_id", Words, primary_key=True),
    _of("episode_id", "episodes.id"),
    sa.Column("because", Words, nullable=False),
    _text("note"),
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

relations = sa.Table(
    "relations",
    metadata,
    sa.Column("key", Words, primary_key=True),
    _of("episode_id", "episodes.id"),
    _of("other_episode_id", "episodes.id"),
    _text("relation"),
    _text("why"),
)

llm_replies = sa.Table(
    "llm_replies",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", Words, primary_key=True),
    sa.Column("reply", Words, nullable=False, server_default="", default=""),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0", default=0),
)

gate_drops = sa.Table(
    "gate_drops",
    metadata,
    sa.Column("episode_id", Words, sa.ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("reason", Words, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

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

readers = sa.Table(
    "readers",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _text("name"),
    _text("email"),
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
    _reader(),
    sa.Column("show_id", Words, sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("added_at", UtcDateTime, nullable=False),
)

# Insights are named here without a foreign key: they are replaced when their episode is read again, and keep their ids.
reader_states = sa.Table(
    "reader_states",
    metadata,
    _reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("read_at", UtcDateTime),
    sa.Column("saved_at", UtcDateTime),
    _text("note"),
    sa.Column("tags", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("hidden_at", UtcDateTime),
)

shared_insights = sa.Table(
    "shared_insights",
    metadata,
    sa.Column("insight_id", Words, primary_key=True),
    sa.Column("reader_id", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

reader_clicks = sa.Table(
    "reader_clicks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    _of("reader_id", "readers.id"),
    sa.Column("insight_id", Words, nullable=False, index=True),
    sa.Column("direction", Words, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("undone_at", UtcDateTime),
    sqlite_autoincrement=True,
)

reader_profiles = sa.Table(
    "reader_profiles",
    metadata,
    _reader(),
    _text("text"),
    _text("before"),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

reader_passwords = sa.Table(
    "reader_passwords",
    metadata,
    _reader(),
    sa.Column("hash", Words, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

# The keys of sessions, invitations and tokens are hashes of their secrets: whoever reads the catalog cannot sign in.
reader_sessions = sa.Table(
    "reader_sessions",
    metadata,
    sa.Column("key", Words, primary_key=True),
    _of("reader_id", "readers.id"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("key", Words, primary_key=True),
    _of("reader_id", "readers.id"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

reader_tokens = sa.Table(
    "reader_tokens",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _of("reader_id", "readers.id"),
    sa.Column("key", Words, nullable=False, unique=True),
    _text("name"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)

reader_feeds = sa.Table(
    "reader_feeds",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _of("reader_id", "readers.id"),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("kind", Words, nullable=False),
    _text("value"),
    _text("title"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    # What it said when it was last asked for, as a hash, and since when.
    _text("digest"),
    sa.Column("changed_at", UtcDateTime),
)

reader_alerts = sa.Table(
    "reader_alerts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    _of("reader_id", "readers.id"),
    sa.Column("kind", Words, nullable=False),
    _text("value"),
    _text("title"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # Changes of the catalog: what came after the one is new, and up to the other was looked through once.
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
)

alert_told = sa.Table(
    "alert_told",
    metadata,
    _reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("day", sa.Date, nullable=False),
    _text("title"),
    sa.Column("place", sa.Integer, nullable=False),
)

mailings = sa.Table(
    "mailings",
    metadata,
    _reader(),
    sa.Column("address", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    _text("confirm_key"),
    sa.Column("confirm_until", UtcDateTime),
    _text("leave_key"),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    _text("why"),
    sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused_on", sa.Date),
)

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
    _reader(),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", Words, primary_key=True),
    _text("owner"),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    _text("outcome"),
    _text("note"),
)

brief_drops = sa.Table(
    "brief_drops",
    metadata,
    _reader(),
    sa.Column("insight_id", Words, primary_key=True, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("swapped", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

duties = sa.Table(
    "duties",
    metadata,
    sa.Column("name", Words, primary_key=True),
    _text("owner"),
    sa.Column("held_until", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    _text("note"),
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
    _text("last_error"),
)

conversations = sa.Table(
    "conversations",
    metadata,
    _reader(),
    sa.Column("id", Words, primary_key=True),
    _text("title"),
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

themes = sa.Table(
    "themes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("model", Words, nullable=False),
    _text("label"),
    _text("label_by"),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("centroid", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("merged_into", Words, index=True),
)

theme_members = sa.Table(
    "theme_members",
    metadata,
    sa.Column("insight_id", Words, sa.ForeignKey("insights.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("theme_id", Words, sa.ForeignKey("themes.id", ondelete="CASCADE"), index=True),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("x", sa.Float, nullable=False),
    sa.Column("y", sa.Float, nullable=False),
)

theme_runs = sa.Table(
    "theme_runs",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("model", Words, nullable=False),
    sa.Column("clustered_at", UtcDateTime, nullable=False),
    sa.Column("insights", sa.Integer, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
)
