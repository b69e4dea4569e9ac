"""The words that every part of Earmark shares: plain frozen values, no behaviour.

Two tiers: ``FeedData`` and ``EpisodeData`` are what a publisher said, ``Show`` and ``Episode`` are what the catalog
holds. Datetimes are aware and in UTC. Times inside audio are float seconds from its start, ``None`` if the
transcript carries no times.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from earmark.kinds import Because, Direction, MailState, Rhythm, Role, SelectionKind, ShowStatus, Stage
from earmark.name_rules import NameRule
from earmark.timeline import moved

__all__ = [
    "STAND_IN",
    "Alert",
    "AlertNews",
    "Answer",
    "ApiToken",
    "Archive",
    "ArchivedTalk",
    "Because",
    "Brief",
    "BriefItem",
    "Chapter",
    "Chunk",
    "Citation",
    "Click",
    "ComingNews",
    "Conversation",
    "Direction",
    "Echo",
    "Episode",
    "EpisodeData",
    "FeedData",
    "Filters",
    "Hit",
    "Insight",
    "InsightDraft",
    "InsightState",
    "MailState",
    "Mailing",
    "Narrowing",
    "Person",
    "Profile",
    "Question",
    "Reader",
    "ReaderFeed",
    "Related",
    "Rhythm",
    "Role",
    "Segment",
    "Selection",
    "SelectionKind",
    "Show",
    "ShowStatus",
    "Stage",
    "Theme",
    "ThemeMonth",
    "ThemePoint",
    "ThemeShare",
    "ToldClaim",
    "ToldNews",
    "Transcript",
    "TranscriptLink",
    "Turn",
    "UndeliveredLetter",
    "View",
    "Voice",
    "Withdrawal",
    "Withdrawn",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody a feed names, with the role it gives (``host``, ``guest``, …)."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLink:
    """One ``podcast:transcript`` of an episode; ``url`` is absolute."""

    url: str
    type: str = ""
    language: str = ""
    rel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of an episode.

    ``source`` is where its bounds come from: ``feed``, ``file``, ``audio``, ``notes``, ``transcript``, ``topics``. ``sponsor`` where the publisher marks it as advertising; ``title`` is empty for a boundary that nobody named.
    """

    start_s: float
    title: str = ""
    end_s: float | None = None
    source: str = ""
    sponsor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundbite:
    """A moment that the publisher points out (``podcast:soundbite``); ``title`` is empty where it has none of its own."""

    start_s: float
    duration_s: float
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The person behind a label of a transcript: a ``name``, its ``confidence`` in 0..1, and what gave it (``by``)."""

    label: str
    name: str
    role: str = ""
    confidence: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeData:
    """An episode as its feed describes it; texts are plain text, URLs absolute."""

    guid: str
    title: str
    description: str = ""
    link: str = ""
    published: datetime | None = None
    duration_s: float | None = None
    audio_url: str = ""
    audio_type: str = ""
    audio_bytes: int | None = None
    transcripts: tuple[TranscriptLink, ...] = ()
    persons: tuple[Person, ...] = ()
    chapters_url: str = ""
    chapters: tuple[Chapter, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedData:
    """A feed as parsed; ``problems`` says in words what had to be worked around."""

    title: str
    description: str = ""
    author: str = ""
    link: str = ""
    language: str = ""
    image_url: str = ""
    new_feed_url: str = ""
    ttl_s: float | None = None
    persons: tuple[Person, ...] = ()
    episodes: tuple[EpisodeData, ...] = ()
    problems: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of speech by one speaker, in the order of the transcript."""

    text: str
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said in one episode, and where that text comes from.

    ``source`` is a publisher format (``vtt``, ``srt``, ``json``, ``html``, ``text``) or the speech model with its
    version (``faster-whisper 1.2.1 tiny.en``).
    """

    segments: tuple[Segment, ...]
    source: str
    source_url: str = ""
    language: str = ""
    chapters: tuple[Chapter, ...] = ()
    voices: tuple[Voice, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """How it was made, as JSON values: the engine's version, the model and its sha256, what else was tried and why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of a transcript; ``context`` is the line that is embedded before ``text``."""

    id: str
    episode_id: str
    seq: int
    text: str
    context: str = ""
    speaker: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    content_hash: str
    chapter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightDraft:
    """What an extractor proposes; the gate decides whether it becomes an ``Insight``.

    ``extractor`` names what wrote it, if that is not the extractor that was asked. ``written`` says that a model wrote claim
    and body; otherwise they are sentences as they were spoken. ``kind`` is ``claim``, ``mechanism``, ``finding``,
    ``prediction``, ``advice`` or ``disagreement``, or empty.
    """

    claim: str
    body: str
    quote: str
    quality: float = 0.0
    extractor: str = ""
    headline: str = ""
    kind: str = ""
    written: bool = False
    objection: str = ""
    """Why the model that checked it would not print it; the gate drops it and counts it."""


STAND_IN = "stand-in"
"""The extractor of insights that were found without the language model while that did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """A claim that makes sense on its own, with the verbatim quote that carries it.

    ``quality`` is in 0..1: how likely a reader is glad to have read it, on one scale for all extractors. ``extractor``
    names what wrote it (``extractive``, ``llm <model>`` or ``stand-in``). ``headline`` (at most 14 words) and ``kind`` (as in
    `InsightDraft`) come from a model and are empty without one.
    """

    id: str
    episode_id: str
    show_id: str
    show: str
    episode: str
    published: datetime | None
    url: str
    audio_url: str
    seq: int
    claim: str
    body: str
    quote: str
    speaker: str | None
    start_s: float | None
    end_s: float | None
    quality: float
    extractor: str
    content_hash: str
    headline: str = ""
    kind: str = ""
    shift_s: float = 0.0
    """Seconds to add to ``start_s`` for the file that the host serves now, where that is another than was transcribed."""
    about: bool = False
    """Whether that is a guess: the file has changed, and the quote was not found in it again."""

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.start_s, self.shift_s)

    @property
    def stand_in(self) -> bool:
        """Whether it was found without the language model while that did not answer, and waits to be replaced."""
        return self.extractor == STAND_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A reader's word that an insight is wrong: where it came from, why, and not what it claimed.

    ``note`` is the reader's own and may be empty; ``by`` is the id of that reader.
    """

    insight_id: str
    show_id: str
    show: str
    episode: str
    because: Because
    note: str = ""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An insight as it was when it was withdrawn; nothing but the list of the withdrawn shows it."""

    withdrawal: Withdrawal
    insight: Insight


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search is narrowed to; empty fields do not narrow. ``shows`` holds show ids, ``before`` is exclusive.

    ``keys`` are the ids of the only passages, or the only insights, that are wanted, which may be none; ``None`` for all.

    ``zone`` says whose days they are, as an IANA name (empty for this machine's); ``None`` leaves it to the library, which
    takes the reader's. `earmark.days.span` gives the moments.
    """

    shows: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    zone: str | None = None
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a reader asks it.

    ``conversation`` is the id of the conversation that it belongs to, known or new: the question is understood from what
    was asked there before, and kept there with its answer. Without it the question has no context and is not kept.
    ``narrowing`` says whether the question's own words ("last year", "what did Ines say") narrow the search further than
    ``filters`` do.
    """

    text: str
    filters: Filters = Filters()
    conversation: str = ""
    narrowing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search found. ``score`` orders hits of one search; it is not comparable across searches.

    ``cosine`` is that between question and passage, comparable across searches (``None`` if it was not computed).
    ``chunk_ids`` are the passages that were merged into this one moment, best first (``chunk_id`` is the best). The
    sentence that matters is ``text[highlight[0]:highlight[1]]``, said at ``highlight_s`` seconds. ``shift_s`` and ``about``
    are as in `Insight`.
    """

    chunk_id: str
    episode_id: str
    show_id: str
    show: str
    episode: str
    published: datetime | None
    url: str
    speaker: str | None
    start_s: float | None
    end_s: float | None
    text: str
    score: float
    cosine: float | None = None
    chunk_ids: tuple[str, ...] = ()
    highlight: tuple[int, int] | None = None
    highlight_s: float | None = None
    shift_s: float = 0.0
    about: bool = False

    @property
    def second(self) -> float | None:
        """When what matters is said, in the transcript: the sentence that is marked, else the beginning."""
        return self.start_s if self.highlight_s is None else self.highlight_s

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.second, self.shift_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Somebody else who said nearly the same thing: in an insight, or at ``start_s`` of an episode."""

    insight_id: str
    show: str
    speaker: str | None
    episode_id: str = ""
    start_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What another show says on an insight, why it is here, and who else said nearly the same.

    It is an ``insight`` or else a ``moment``, in which the sentences that meet the insight are marked
    (`earmark.relations.utterance` reads either). ``relation`` is a value of `earmark.relations.Relation`; empty if unsure.
    """

    insight: Insight | None = None
    moment: Hit | None = None
    score: float
    why: str
    also_said_by: tuple[Echo, ...] = ()
    same_guest: bool = False
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeShare:
    """Who speaks in a theme, and in how many of its insights. ``id`` is that of a show; empty for a person."""

    name: str
    count: int
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMonth:
    """How many insights of a theme come from episodes of a month, written ``YYYY-MM``."""

    month: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Insights that are about the same thing. The ``id`` survives re-clustering while most of its insights stay together.

    ``label`` is what it is about, in a few words, written by ``label_by`` (``terms`` or ``llm <model>``) from
    ``terms``, its telling words, best first. ``insight_id`` and ``claim`` are its most central insight. ``shows`` and
    ``speakers`` come most insights first; ``months`` in time, from its first to its last, empty ones included.
    """

    id: str
    label: str
    label_by: str
    terms: tuple[str, ...]
    size: int
    insight_id: str
    claim: str
    shows: tuple[ThemeShare, ...] = ()
    speakers: tuple[ThemeShare, ...] = ()
    months: tuple[ThemeMonth, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePoint:
    """An insight on the map of all insights; ``theme_id`` is ``None`` if it belongs to no theme.

    ``similarity`` is its cosine to the middle of its theme (or to the nearest one). ``x`` and ``y`` are in about -1..1.
    """

    insight_id: str
    theme_id: str | None
    x: float
    y: float
    similarity: float
    claim: str
    show: str
    speaker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The passage that sentence ``[n]`` of an answer rests on; ``quote`` is verbatim from the transcript.

    ``shift_s`` and ``about`` are as in `Insight`; ``url`` leads to the second with them.
    """

    n: int
    chunk_id: str
    episode_id: str
    show: str
    episode: str
    speaker: str | None
    start_s: float | None
    quote: str
    url: str
    published: datetime | None = None
    shift_s: float = 0.0
    about: bool = False

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.start_s, self.shift_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What the words of a question narrow the search to: ``kind`` is ``show``, ``speaker`` or ``dates``.

    ``label`` names it for the reader (``Noise Floor``, ``2025``, ``since 1 June 2026``).
    """

    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One side of a disagreement: who holds it, and the numbers of the citations that say so."""

    holder: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in which every sentence ends in ``[n]``, or, when ``abstained``, an explanation of why there is no answer.

    A question for several persons or shows has a paragraph for each; only "X says nothing on it here." has no mark.
    ``understood`` is the question as it was looked for, where that differs from the one asked (a follow-up question).
    ``narrowed`` is what its words narrowed the search to; ``note`` says in words what the reader has to know beside the
    answer (a narrowing that was given up, the age of what it rests on). ``views`` are the two sides where speakers
    contradict each other. ``confidence`` is the probability in 0..1 that the evidence answers.
    """

    question: str
    answer: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    writer: str = "extractive"
    understood: str = ""
    narrowed: tuple[Narrowing, ...] = ()
    note: str = ""
    views: tuple[View, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question of a conversation and its answer."""

    question: str
    answer: Answer
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Questions that follow on each other; ``title`` is the first one until the reader gives another."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int = 0


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
class Selection:
    """A part of the insights that a reader sees: ``value`` is a theme's id, a person's name or a query, else empty."""

    kind: SelectionKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFeed:
    """A selection as a feed at an address of its own; the secret in that address is shown once and not kept.

    ``used_at`` is right to ten minutes, ``None`` for a feed that was never asked for.
    """

    id: str
    reader_id: str
    selection: Selection
    title: str
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A selection of which a reader is told what is new: a search, a person or a theme."""

    id: str
    reader_id: str
    selection: Selection
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """What is new to an alert, best first."""

    alert: Alert
    insights: tuple[Insight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingNews:
    """What is new to a reader's alerts, each insight under one; ``until`` is the last change of the catalog looked at."""

    until: int
    news: tuple[AlertNews, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClaim:
    """A claim that an alert told on a day: ``title`` is that of the alert, ``place`` its place in the day's message."""

    insight_id: str
    day: dt.date
    title: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNews:
    """An insight that an alert of this title told on a day."""

    insight: Insight
    day: dt.date
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredLetter:
    """Something that did not go out to a reader.

    ``what`` is a brief, a digest or news (of alerts), ``again`` the time of the next try, ``None`` where Earmark gave up.
    """

    id: str
    reader_id: str
    day: dt.date
    what: str
    channel: str
    reason: str
    attempts: int = 0
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A reader's wish for mail at an address.

    Attributes:
        reader_id: whose.
        address: where; the wish is about no other.
        state: asked, confirmed or ended.
        confirm_key: the hash of the secret that confirms it, while it is asked.
        confirm_until: how long that secret works.
        leave_key: what ends it in every mail, kept as it is; empty before the first mail.
        asked_at: when the reader was asked last.
        confirmed_at: when the reader confirmed it.
        ended_at: when it ended.
        why: why it ended, in words.
        refusals: days in a row on which the address was refused.
        refused_on: the last of them, in UTC.
    """

    reader_id: str
    address: str
    state: MailState
    confirm_key: str = ""
    confirm_until: datetime | None = None
    leave_key: str = ""
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    refusals: int = 0
    refused_on: dt.date | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefItem:
    """One idea of a brief: the insight, why this reader gets it, and what other shows say.

    ``why`` is empty where there is nothing to say. ``section`` heads it and those after it in a digest.
    """

    insight: Insight
    why: str
    novelty: float
    related: tuple[Related, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The ideas of one reader's day. ``note`` says in words why there are fewer than asked for, else is empty.

    ``withdrawn`` are the ideas that it told and that have been withdrawn since; they are not among ``items`` any more.
    ``title`` is that of a digest, and empty for the brief of a day.
    """

    subscriber_id: str
    date: dt.date
    items: tuple[BriefItem, ...] = ()
    created_at: datetime
    note: str = ""
    withdrawn: tuple[Withdrawal, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTalk:
    """A conversation with its questions and answers."""

    conversation: Conversation
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Everything that is a reader's own, without what a reader signs in with.

    ``insights`` are those that were saved, whole; ``told`` is what alerts told. ``names`` are an owner's decisions about what
    people are called, which other readers have none of.
    """

    reader: Reader
    profile: Profile
    states: tuple[InsightState, ...] = ()
    wishes: tuple[Click, ...] = ()
    talks: tuple[ArchivedTalk, ...] = ()
    briefs: tuple[Brief, ...] = ()
    insights: tuple[Insight, ...] = ()
    alerts: tuple[Alert, ...] = ()
    told: tuple[ToldClaim, ...] = ()
    names: tuple[NameRule, ...] = ()
