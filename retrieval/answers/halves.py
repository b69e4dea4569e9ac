"""The two questions that one sentence joins: "How many came, and who had asked them?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from earmark.language.words import content_terms, stem, words
from earmark.types import Filters
from retrieval.answers.asked_for import SearchRequest, asked_for, together
from retrieval.answers.naming import of_the_named
from retrieval.answers.signals import asked_words

if TYPE_CHECKING:
    from retrieval.answers.evidence import AnswerEvidence
    from retrieval.answers.mentions import LibraryNames
    from retrieval.answers.weighing import Weigher

__all__ = ["HalfReader", "QuestionHalf", "halves_of"]

_WH = r"(?:who|whom|whose|what|why|how|where|when|which)"
_AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|must|may|might)"
_TO = r"(?:(?:in|at|to|of|for|from|with|by|on|about|since|after|until|into)\s+)?"
_SHARED = re.compile(
    rf"^(?P<first>{_TO}{_WH}(?:\s+[\w-]+)?)\s+and\s+(?P<second>{_TO}{_WH}(?:\s+[\w-]+)?)\s+(?P<rest>{_AUX}\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
"""Two question words with the rest in common: "How old and how large may it be?"."""
_JOINED = re.compile(
    rf"^(?P<first>.+?)(?P<comma>,)?\s+and\s+(?:then\s+)?(?P<second>{_TO}(?:{_WH}|{_AUX})\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(rf"\b{_WH}\b", re.IGNORECASE)
_BEGINS = re.compile(rf"^(?:.*[.:,]\s+)?{_TO}(?:{_WH}|{_AUX})\b", re.IGNORECASE | re.DOTALL)
_VERBLESS = re.compile(r"^how (?:many|much) [\w-]+ of [\w-]+$|^how (?:many|much) of [\w-]+$", re.IGNORECASE)
"""A first half whose verb is that of the second: "How many hours of film and how many of music …"."""
_OF_THEM = re.compile(r"\b(?:he|she|him|his|her|hers|they|them|their|the two|both)\b", re.IGNORECASE)
"""Words of a second question for the persons of the first."""
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|there|then|so|he|she|him|his|her|they|them|their|one|ones|each)\b",
    re.IGNORECASE,
)
_SAYS = 2
"""Words of a question from which it says by itself what it is about."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionHalf:
    """One of two questions; ``carried`` are words of the other, which say what it is about and not what it asks."""

    text: str
    carried: tuple[str, ...] = ()

    @property
    def points_back(self) -> bool:
        """Whether it speaks of what the other names: "what did it cost", "and why"."""
        return bool(_POINTS_BACK.search(self.text)) or len(asked_words(self.text)) < _SAYS

    def sought(self, read: SearchRequest, persons: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """What is looked for, and which words of it are carried: those that name none of some persons."""
        names = {stem(word) for name in persons for word in words(name)}
        carried = tuple(word for word in self.carried if stem(word) not in names)
        return f"{read.text} ({', '.join(carried)})" if carried else read.text, carried


class HalfReader:
    """Finds the evidence of each of two questions that are asked in one; safe to share between threads."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher

    def answering(
        self, question: str, given: Filters, known: LibraryNames, today: date, *, now: datetime
    ) -> list[AnswerEvidence]:
        """What answers each of the two questions, as well as anything there does; empty for a single question.

        Args:
            question: whole.
            given: where it is looked for: in the episodes that answer the question as it stands.
            known: the names of the library.
            today: what "last year" in it is counted from.
            now: what "recent" in it is counted from.
        """
        halves = halves_of(question)
        reads = [asked_for(half.text, known, today) for half in halves]
        weighed = (
            self._weighed(half, _inheriting(half, read, reads[0]), given, now)
            for half, read in zip(halves, reads, strict=True)
        )
        return [evidence for evidence in weighed if evidence.sentences]

    def _weighed(self, half: QuestionHalf, read: SearchRequest, given: Filters, now: datetime) -> AnswerEvidence:
        text, carried = half.sought(read, (*read.filters.speakers, *read.about))
        filters = together(given, read.filters)
        evidence = self._weigher.weigh(text, filters, now=now, topical=read.topical, carried=carried, about=read.about)
        named = of_the_named(evidence) if evidence.sentences else evidence
        return replace(named, asked=half.text)


def _inheriting(half: QuestionHalf, read: SearchRequest, first: SearchRequest) -> SearchRequest:
    """What a question asks for, in the shows, days and, where it speaks of them, persons of the one before it."""
    filters, about = read.filters, read.about
    if not filters.speakers and not about and _OF_THEM.search(half.text):
        filters, about = replace(filters, speakers=first.filters.speakers), first.about
    dated = filters.after or filters.before
    filters = replace(
        filters,
        shows=filters.shows or first.filters.shows,
        after=filters.after if dated else first.filters.after,
        before=filters.before if dated else first.filters.before,
    )
    return replace(read, filters=filters, about=about)


def halves_of(question: str) -> tuple[QuestionHalf, ...]:
    """The two questions that a question joins; none where it asks one.

    The second speaks of what the first names. A sentence before them is about both.
    """
    *before, asked = _SENTENCE.split(" ".join(question.split()))
    asked = asked.rstrip("?.! ")
    told = tuple(word for sentence in before for word in asked_words(sentence))
    if shared := _SHARED.match(asked):
        return tuple(
            QuestionHalf(text=f"{shared[part]} {shared['rest']}", carried=told) for part in ("first", "second")
        )
    joined = _JOINED.match(asked)
    if joined is None or not _BEGINS.match(joined["first"]) or not content_terms(joined["first"]):
        return ()
    if _VERBLESS.match(joined["first"]) or (not joined["comma"] and len(_ASKS.findall(joined["first"])) > 1):
        return ()  # "… say about how it began and what makes it hard" asks one thing
    own = {stem(word) for word in asked_words(joined["second"])}
    named = [*told, *asked_words(joined["first"])]
    carried = tuple(dict.fromkeys(word for word in named if stem(word) not in own))
    return QuestionHalf(text=joined["first"], carried=told), QuestionHalf(text=joined["second"], carried=carried)
