"""Who reads, and what they did with what they read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from earmark.kinds import Direction, Rhythm, Role

__all__ = ["ApiToken", "Click", "InsightState", "Profile", "Reader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A person who reads in a library. Every day and hour is the reader's own, in ``timezone``.

    Attributes:
        id: letters, digits and dashes; ``local`` for the reader of this machine.
        name: how briefs and pages greet the reader.
        email: where mail goes, and what a sign-in is known by; may be empty.
        timezone: an IANA name; empty for this machine's zone.
        role: what the reader may do.
        all_shows: whether the reader sees every show, or only those of `earmark.catalog.readers.reader_shows`.
        brief_at: from which time of the day on the brief is wanted.
        language: of dates, as a BCP 47 tag.
        length: ideas in a brief; 0 takes ``brief.size``.
        rhythm: how often a brief is wanted.
        weekday: day of a weekly brief, 0 for Monday to 6 for Sunday.
        digest_on: day of the weekly digest, as ``weekday``; ``None`` for a reader who wants none.
        tell_quiet: whether something is sent on a day that has nothing to tell.
        created_at: when the reader was added.
        disabled_at: since when the reader may no longer sign in and gets no briefs; ``None`` for a reader who may.
    """

    id: str
    name: str = ""
    email: str = ""
    timezone: str = "UTC"
    role: Role = Role.READER
    all_shows: bool = True
    brief_at: dt.time = dt.time(6, 0)
    language: str = "en"
    length: int = 0
    rhythm: Rhythm = Rhythm.DAILY
    weekday: int = 0
    digest_on: int | None = None
    tell_quiet: bool = False
    created_at: datetime | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token with which programs ask for a reader; its secret is shown once and not kept.

    ``used_at`` is right to ten minutes, ``None`` for a token that was never used.
    """

    id: str
    reader_id: str
    name: str
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightState:
    """What a reader did with an insight: read, saved, hid it, and when; ``None`` for what the reader did not.

    ``note`` and ``tags`` are the reader's own words on an insight that is saved.
    """

    insight_id: str
    read_at: datetime | None = None
    saved_at: datetime | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    hidden_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A reader's wish for more or less like an insight; ``undone_at`` says since when it no longer counts."""

    id: int
    insight_id: str
    direction: Direction
    at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a reader wrote down about their interests: the Markdown ``text``, and the text ``before`` its last change.

    ``version`` grows by one with each change; 0 is the profile of a reader who has none.
    """

    text: str = ""
    before: str = ""
    version: int = 0
    updated_at: datetime | None = None
