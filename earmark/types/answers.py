"""Answers with their sources, and conversations of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from earmark.timeline import moved

__all__ = ["Answer", "Citation", "Conversation", "Narrowing", "Turn", "View"]


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
    """What the search is narrowed to: ``kind`` is ``show``, ``speaker``, ``dates``, ``episode``, ``words`` or ``marked``.

    ``label`` names it for the reader (``Noise Floor``, ``2025``, ``since 1 June 2026``, ``without “kelp”``). ``given`` is
    whether the reader set it for this question, as a filter or by an operator of a search (``speaker:``), so that it holds
    whatever is found; what holds from a question before can be left out as what the words of the question narrow it to.
    """

    kind: str
    label: str
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One side of a disagreement: who holds it, and the numbers of the citations that say so."""

    holder: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in which every sentence ends in ``[n]``, or, when ``abstained``, a sentence that says that there is none.

    What comes nearest may follow that sentence, with its mark: a quote, or what a language model says is told instead.
    A question for several persons or shows has a paragraph for each; only "X says nothing on it here." has no mark.
    ``understood`` is the question as it was looked for, where that differs from the one asked (a follow-up question).
    ``narrowed`` is what the reader's filters and its words narrowed the search to; ``note`` says in words what the reader has to know beside the
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
