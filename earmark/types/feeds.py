"""What a publisher said of a show and its episodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Chapter", "EpisodeData", "FeedData", "Person", "Soundbite", "TranscriptLink"]


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
