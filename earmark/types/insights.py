"""Insights, and those that were withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from earmark.kinds import Because
from earmark.timeline import moved

__all__ = ["STAND_IN", "Insight", "InsightDraft", "Withdrawal", "Withdrawn"]


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
