"""The sentences of found passages, each with its place: what an answer may rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from earmark.language.links import at_second
from earmark.language.sentences import spans_in, turns
from earmark.timeline import moved
from earmark.types import Citation, Filters, Hit, Narrowing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LONGEST",
    "NEAR",
    "AnswerEvidence",
    "Neighbours",
    "PassageSentence",
    "SideEvidence",
    "citation",
    "date_of",
    "sentences_of",
]

NEAR = 0.12
"""Confidence from which what was found is at least about the subject."""
LONGEST = 60
"""Words of the longest sentence that is quoted whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSentence:
    """A sentence, verbatim, with its passage, where in that it begins (in characters), and who says it."""

    text: str
    hit: Hit
    offset: int
    speaker: str | None

    @property
    def start_s(self) -> float | None:
        """When it is said: between the passage's start and end by its share of the characters before it."""
        hit = self.hit
        if hit.start_s is None or hit.end_s is None or not hit.text:
            return hit.start_s
        return hit.start_s + (hit.end_s - hit.start_s) * self.offset / len(hit.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The passages just before and after one in its episode; ``None`` at the episode's ends."""

    before: Hit | None = None
    after: Hit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEvidence:
    """A question, the passages found for it, and how sure it is that they answer it (see `retrieval.answers.confidence`).

    ``scores`` says how well each sentence answers, in the order of ``sentences``; ``vectors`` are theirs, of shape
    ``(len(sentences), dimension)``. ``asides`` are what of the passages and their neighbours is no answer, whatever its words
    (`retrieval.answers.asides`). ``confidence`` is a probability. ``sought`` is what was looked for: the question without
    the persons, shows and days that narrow the search, and ``filters`` is the part of the library. ``understood``, ``narrowed`` and ``note`` are what
    the answer says beside (see `earmark.types.Answer`). ``neighbours`` are those of ``hits``, in their order. Where the
    question names several persons or shows, ``sides`` are theirs, in its order, and all else is what the sides hold
    together. ``given`` and ``narrowing`` are the reader's own (see `earmark.types.Question`), and ``reworded`` is whether the
    question was asked in other words already, ``told`` the ids of passages that were cited before: what a second search
    needs. ``conditions`` are those that the reader set, as they are called, and ``remarks`` say what of them could not be
    taken as typed; ``unfit`` is whether nothing in the library can fit them all, so that nothing is read. ``pool`` is what a model with room for many passages reads instead, best first.
    """

    question: str
    hits: tuple[Hit, ...]
    sentences: tuple[PassageSentence, ...]
    scores: tuple[float, ...]
    confidence: float
    vectors: NDArray[np.float32] | None = None
    asked: str = ""
    sought: str = ""
    filters: Filters = field(default_factory=Filters)
    understood: str = ""
    narrowed: tuple[Narrowing, ...] = ()
    note: str = ""
    sides: tuple[SideEvidence, ...] = ()
    neighbours: tuple[Neighbours, ...] = ()
    asides: Collection[tuple[str, int]] = frozenset()
    given: Filters = field(default_factory=Filters)
    narrowing: bool = True
    reworded: bool = False
    told: frozenset[str] = frozenset()
    conditions: tuple[Narrowing, ...] = ()
    remarks: tuple[str, ...] = ()
    unfit: bool = False
    pool: tuple[Hit, ...] = ()

    @property
    def scope(self) -> tuple[Narrowing, ...]:
        """All that the search was narrowed to: by the reader's conditions, then by the words of the question."""
        set_by_reader = {(narrowing.kind, narrowing.label) for narrowing in self.conditions}
        read = (narrowing for narrowing in self.narrowed if (narrowing.kind, narrowing.label) not in set_by_reader)
        return (*self.conditions, *read)

    def beside(self, hit: Hit) -> Neighbours:
        """The neighbours of one of ``hits``; none where they were not read."""
        held = (near for own, near in zip(self.hits, self.neighbours, strict=False) if own is hit)
        return next(held, Neighbours())

    def only(self, kept: Callable[[PassageSentence], bool]) -> AnswerEvidence:
        """The same with these sentences alone."""
        rows = [n for n, sentence in enumerate(self.sentences) if kept(sentence)]
        return replace(
            self,
            sentences=tuple(self.sentences[n] for n in rows),
            scores=tuple(self.scores[n] for n in rows),
            vectors=None if self.vectors is None else self.vectors[rows],
        )

    def without(self, passages: Collection[str]) -> AnswerEvidence:
        """The same, that of its sides too, without what is said in passages of these ids."""
        rows = [n for n, hit in enumerate(self.hits) if hit.chunk_id not in passages]
        return replace(
            self.only(lambda sentence: sentence.hit.chunk_id not in passages),
            hits=tuple(self.hits[n] for n in rows),
            neighbours=tuple(self.neighbours[n] for n in rows if n < len(self.neighbours)),
            sides=tuple(side.without(passages) for side in self.sides),
        )

    def passage_scores(self) -> list[float]:
        """How well each passage answers: as well as its best sentence does."""
        best = {id(hit): -math.inf for hit in self.hits}
        for sentence, score in zip(self.sentences, self.scores, strict=True):
            best[id(sentence.hit)] = max(best[id(sentence.hit)], score)
        return [best[id(hit)] for hit in self.hits]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEvidence:
    """The evidence of one side of a question; ``None`` where that side says nothing that answers it.

    ``near`` is then what comes nearest, where it is about the subject at all. The ``label`` of a side is, as ``kind`` says,
    that of a voice (a person or a show), a claim that somebody may hold, or a subject that people speak of.
    """

    label: str
    evidence: AnswerEvidence | None = None
    near: AnswerEvidence | None = None
    kind: Literal["voice", "claim", "subject"] = "voice"

    def to_read(self) -> AnswerEvidence | None:
        """What a language model is given of this side, which can tell itself whether that answers; ``None`` for nothing."""
        if self.evidence is not None:
            return self.evidence
        return self.near if self.near is not None and self.near.sentences and self.near.confidence >= NEAR else None

    def without(self, passages: Collection[str]) -> SideEvidence:
        """As of `AnswerEvidence`; a side that has nothing left says nothing."""
        left = [held and held.without(passages) for held in (self.evidence, self.near)]
        evidence, near = (held if held and held.sentences else None for held in left)
        return replace(self, evidence=evidence, near=near)


def sentences_of(hit: Hit) -> list[PassageSentence]:
    """The sentences of a passage, in order, each with who says it.

    A passage of several speakers has a turn a line, behind its speaker's name; the name is not part of what is said.
    """
    several = "\n" in hit.text
    return [
        PassageSentence(
            text=hit.text[start:end], hit=hit, offset=start, speaker=(turn.name or None) if several else hit.speaker
        )
        for turn in turns(hit.text)
        for start, end in spans_in(hit.text, turn.start, turn.end, longest=LONGEST)
    ]


def date_of(hit: Hit) -> str:
    """When a passage was published, in words whose year, month and day a sentence about it may name; empty if nobody knows."""
    return f"{hit.published:%Y %B} {hit.published.day}" if hit.published else ""


def citation(n: int, sentence: PassageSentence) -> Citation:
    """The citation of a sentence; its address opens at the second at which a listener hears it."""
    hit, start_s = sentence.hit, sentence.start_s
    base = hit.url.partition("#t=")[0]
    return Citation(
        n=n,
        chunk_id=hit.chunk_id,
        episode_id=hit.episode_id,
        show=hit.show,
        episode=hit.episode,
        speaker=sentence.speaker,
        start_s=start_s,
        quote=sentence.text,
        url=at_second(base, moved(start_s, hit.shift_s)),
        published=hit.published,
        shift_s=hit.shift_s,
        about=hit.about,
    )
