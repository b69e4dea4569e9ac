"""What was said in an episode, as it is stored and as it is searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from earmark.types.feeds import Chapter

__all__ = ["Chunk", "Segment", "Transcript", "Voice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The person behind a label of a transcript: a ``name``, its ``confidence`` in 0..1, and what gave it (``by``)."""

    label: str
    name: str
    role: str = ""
    confidence: float = 1.0
    by: str = ""


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
