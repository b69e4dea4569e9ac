"""The evidence for a question that names several persons or shows: found and weighed for each of them by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from earmark.types import Filters, Narrowing
from retrieval.answers.asked_for import SearchRequest, asked_for, together
from retrieval.answers.evidence import AnswerEvidence, SideEvidence
from retrieval.answers.sides import Comparison, comparison_in, sides_of

if TYPE_CHECKING:
    from retrieval.answers.mentions import LibraryNames
    from retrieval.answers.weighing import Weigher

__all__ = ["Comparer"]

_JOINING = r"(?:(?:,|and|or|&)\s+)+"
_SUBJECT = re.compile(rf"\b(did|do|does|are|were|is|was|has|have|had|would|will|can|could)\s+{_JOINING}", re.IGNORECASE)
_OBJECT = re.compile(rf"\b(of|between|for|to|by|with|from)\s+{_JOINING}", re.IGNORECASE)
_COMPARE = re.compile(r"^(?:please\s+)?(?:compare|contrast)\b\s*(?:how|what|why)?\s*(?:and\b\s*)*", re.IGNORECASE)


class Comparer:
    """Safe to share between threads."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher

    def compared(
        self, question: str, read: SearchRequest, given: Filters, known: LibraryNames, today: date, *, now: datetime
    ) -> AnswerEvidence | None:
        """The evidence of all sides of a question; ``None`` where it names fewer than two.

        A side counts only where its own evidence is sure enough, by the same measure as for any question. Where no
        side does, what comes back does not answer either.

        Args:
            question: the question, whole.
            read: what it asks for, as it is read where it has no sides.
            given: what the reader narrowed the search to; persons or shows that they chose are not taken apart.
            known: the names of the library.
            today: what "last year" in it is counted from.
            now: what "recent" in it is counted from.
        """
        comparison, rest = _sides(question, read, known, today)
        kinds = {side.narrowed.kind for side in comparison.sides} if comparison else set()
        if comparison is None or ("speaker" in kinds and given.speakers) or ("show" in kinds and given.shows):
            return None
        weighed = [
            self._weigher.weigh(
                comparison.topic,
                together(given, _both(side.filters, rest.filters)),
                now=now,
                topical=comparison.topical,
            )
            for side in comparison.sides
        ]
        sides = tuple(
            SideEvidence(label=side.label, evidence=evidence if self._weigher.answers(evidence) else None)
            for side, evidence in zip(comparison.sides, weighed, strict=True)
        )
        held = [side.evidence for side in sides if side.evidence is not None]
        narrowed = (*rest.narrowed, *(side.narrowed for side in comparison.sides))
        return replace(_joined(question, held or weighed), narrowed=narrowed, sides=sides)


def _sides(
    question: str, read: SearchRequest, known: LibraryNames, today: date
) -> tuple[Comparison | None, SearchRequest]:
    """The comparison in a question, and what the question narrows all its sides to: days, and a show."""
    comparison = comparison_in(question, known)
    if comparison is not None:
        by_show = any(side.narrowed.kind == "show" for side in comparison.sides)
        rest = asked_for(comparison.topic, replace(known, speakers=(), shows=() if by_show else known.shows), today)
        return replace(comparison, topic=rest.text), rest
    persons = [narrowing for narrowing in read.narrowed if narrowing.kind == "speaker"]
    persons = persons or [Narrowing(kind="speaker", label=name) for name in read.side_by_side]
    sides = sides_of(persons, known)
    if len(sides) < 2 or read.text == question:
        return None, read
    others = tuple(narrowing for narrowing in read.narrowed if narrowing.kind != "speaker")
    topic = _OBJECT.sub(r"\1 them ", _SUBJECT.sub(r"\1 they ", _COMPARE.sub("", read.text) or read.text))
    topical = read.topical or bool(read.filters.speakers)
    return Comparison(topic=topic, sides=sides, topical=topical), replace(read, narrowed=others)


def _both(side: Filters, rest: Filters) -> Filters:
    return replace(side, shows=side.shows or rest.shows, after=rest.after, before=rest.before)


def _joined(question: str, sides: Sequence[AnswerEvidence]) -> AnswerEvidence:
    """What sides hold together; as sure as the surest of them."""
    vectors = [evidence.vectors for evidence in sides if evidence.vectors is not None]
    return AnswerEvidence(
        question=question,
        hits=tuple(hit for evidence in sides for hit in evidence.hits),
        sentences=tuple(sentence for evidence in sides for sentence in evidence.sentences),
        scores=tuple(score for evidence in sides for score in evidence.scores),
        confidence=max(evidence.confidence for evidence in sides),
        vectors=np.concatenate(vectors) if vectors else None,
    )
