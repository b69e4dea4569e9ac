"""The tables, in files by subject. Migrations under ``migrations/`` bring any older database here; a test holds the two together."""

from __future__ import annotations

from earmark.catalog.schema.accounts import reader_shows, readers
from earmark.catalog.schema.asking import conversations, turns
from earmark.catalog.schema.claims import (
    gate_drops,
    insights,
    relations,
    remembered_withdrawals,
    shared_insights,
    speaker_names,
    withdrawals,
)
from earmark.catalog.schema.clustering import theme_members, theme_runs, themes
from earmark.catalog.schema.columns import UtcDateTime, Words, metadata
from earmark.catalog.schema.delivery import (
    alert_told,
    brief_drops,
    brief_runs,
    briefs,
    deliveries,
    mailings,
    reader_alerts,
    reader_feeds,
    told,
)
from earmark.catalog.schema.feeds import episode_keys, episodes, show_secrets, shows
from earmark.catalog.schema.index import changes, vectors
from earmark.catalog.schema.sign_ins import invitations, reader_passwords, reader_sessions, reader_tokens
from earmark.catalog.schema.taste import reader_clicks, reader_profiles, reader_states
from earmark.catalog.schema.texts import appearances, audio_files, chunks, transcripts
from earmark.catalog.schema.work import duties, jobs, llm_replies, model_usage, usage

__all__ = [
    "UtcDateTime",
    "Words",
    "alert_told",
    "appearances",
    "audio_files",
    "brief_drops",
    "brief_runs",
    "briefs",
    "changes",
    "chunks",
    "conversations",
    "deliveries",
    "duties",
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
