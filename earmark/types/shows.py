"""Shows and episodes as the catalog holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from earmark.kinds import ShowStatus, Stage
from earmark.types.feeds import EpisodeData

__all__ = ["Episode", "Show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A followed show as the catalog holds it."""

    id: str
    feed_url: str
    title: str
    description: str = ""
    author: str = ""
    link: str = ""
    language: str = ""
    image_url: str = ""
    folder: str = ""
    status: ShowStatus = ShowStatus.ACTIVE
    etag: str = ""
    last_modified: str = ""
    added_at: datetime
    checked_at: datetime | None = None
    failures: int = 0
    last_error: str = ""
    next_check: datetime | None = None
    """When the feed is asked next; ``None`` for at once."""
    hold_until: datetime | None = None
    """The server refuses requests before this time (Retry-After), even forced ones."""
    private: bool = False
    """Its real address is a secret (`earmark.catalog.feeds.secrets`); ``feed_url`` is what may be shown of it."""
    backfill: str = ""
    """Which episodes are taken: ``newest:25``, ``since:2026-01-31`` or ``all``; empty takes the setting."""
    ttl_s: float | None = None
    """How long the feed itself said it may be kept, in seconds; an answer of 304 does not repeat it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An episode as the catalog holds it, with the state of its way through the stages."""

    id: str
    show_id: str
    show: str
    data: EpisodeData
    stage: Stage
    language: str = ""
    discovered_at: datetime
    attempts: int = 0
    failed: bool = False
    last_error: str = ""
    same_as: str = ""
    """The id of the same episode in another followed feed, which is worked on in place of this one."""
    no_insights: str = ""
    """Why it gave no insight, in words; empty while it has some, or is not finished."""
