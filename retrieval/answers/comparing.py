"""The evidence for a question that compares persons, shows or subjects: found and weighed for each of them by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from earmark.language.words import content_terms, stem, words
from earmark.types import Filters, Narrowing
from retrieval.answers.abstaining import from_any_time
from retrieval.answers.asked_for import SearchRequest, asked_for, together, within
from retrieval.answers.evidence import NEAR, AnswerEvidence, SideEvidence
from retrieval.answers.halves import halves_of
from retrieval.answers.mentions import speakers_in, spellings
from retrieval.answers.sides import Comparison, claims_in, comparison_in, sides_of
from retrieval.answers.signals import asked_words
from retrieval.answers.subjects import ComparedSubjects, holds, subjects_in

if TYPE_CHECKING:
    from retrieval.answers.mentions import LibraryNames
    from retrieval.answers.parting import QuestionPart
    from retrieval.answers.weighing import Weigher

__all__ = ["Comparer", "sides_in"]

_JOINING = r"(?:(?:,|and|or|&)\s+)+"
_SUBJECT = re.compile(rf"\b(did|do|does|are|were|is|was|has|have|had|would|will|can|could)\s+{_JOINING}", re.IGNORECASE)
_OBJECT = re.compile(rf"\b(of|between|for|to|by|with|from)\s+{_JOINING}", re.IGNORECASE)
_COMPARE = re.compile(r"^(?:please\s+)?(?:compare|contrast)\b\s*(?:how|what|why)?\s*(?:and\b\s*)*", re.IGNORECASE)

_APART = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs|(?:dis)?agree\w*|both|each|either|respectively|unlike|whereas)\b",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"^['’]s?(?!\w)")
_LEFT_OVER = re.compile(
    r"\b(?:(?:and|or|of|from|with|between|by|to)\s+)+(?=(?:and|or|of|each|both|differ\w*|agree\w*)\b|[?.!,]|$)",
    re.IGNORECASE,
)
"""Words that joined the names which were cut out of a question."""
_NEAR_BEST = 0.1
"""How far below the best score a sentence on both subjects may lie for them to be told of together."""


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
        if claims := claims_in(question):
            claimed = self._claimed(question, claims, together(given, read.filters), now)
            return replace(claimed, narrowed=read.narrowed)
        if (halves := self._by_halves(question, given, known, today, now)) is not None:
            return halves
        comparison, rest = sides_in(question, read, known, today)
        rest = within(rest, given, known)
        kinds = {side.narrowed.kind for side in comparison.sides} if comparison else set()
        if comparison is None:
            return self._of_subjects(question, read, given, now)
        if ("speaker" in kinds and given.speakers) or ("show" in kinds and given.shows):
            return None
        weighed = self._weighed(comparison, given, rest.filters, now)
        note, days = "", [narrowing for narrowing in rest.narrowed if narrowing.kind == "dates"]
        if days and not any(map(self._weigher.answers_for_side, weighed)):  # of that time they may only speak
            always = self._weighed(comparison, given, replace(rest.filters, after=None, before=None), now)
            silent = not any(evidence.sentences for evidence in weighed)
            if silent or any(map(self._weigher.answers_for_side, always)):
                weighed, note = always, from_any_time(days)
                rest = replace(
                    rest, narrowed=tuple(narrowing for narrowing in rest.narrowed if narrowing.kind != "dates")
                )
        sides = tuple(
            self._side(SideEvidence(label=side.label), evidence)
            for side, evidence in zip(comparison.sides, weighed, strict=True)
        )
        narrowed = (*rest.narrowed, *(side.narrowed for side in comparison.sides))
        return replace(_joined(question, sides), narrowed=narrowed, sides=sides, note=note)

    def _weighed(self, comparison: Comparison, given: Filters, rest: Filters, now: datetime) -> list[AnswerEvidence]:
        """The evidence of each side, in their order."""
        return [
            self._weigher.weigh(
                comparison.topic, together(given, _both(side.filters, rest)), now=now, topical=comparison.topical
            )
            for side in comparison.sides
        ]

    def _claimed(self, question: str, claims: tuple[str, str], filters: Filters, now: datetime) -> AnswerEvidence:
        """The evidence of who holds each of two claims; the second is about what the first names."""
        first, second = claims
        own = {stem(word) for word in asked_words(second)}
        carried = [word for word in asked_words(first) if stem(word) not in own]
        weighed = (
            self._weigher.weigh(first, filters, now=now),
            self._weigher.weigh(f"{second} ({', '.join(carried)})", filters, now=now, carried=carried),
        )
        sides = tuple(
            self._side(SideEvidence(label=claim, kind="claim"), replace(evidence, asked=f"Who says that {claim}?"))
            for claim, evidence in zip(claims, weighed, strict=True)
        )
        return replace(_joined(question, sides), sides=sides)

    def _of_subjects(self, question: str, read: SearchRequest, given: Filters, now: datetime) -> AnswerEvidence | None:
        """The evidence on each of two subjects; ``None`` where none is compared, or one sentence speaks of both."""
        compared = subjects_in(read.text)
        if compared is None:
            return None
        filters = together(given, read.filters)
        whole = self._weigher.weigh(read.text, filters, now=now, about=read.about)
        if self._weigher.answers(whole) and _told_together(whole, compared):
            return None
        sides = tuple(
            self._side(
                SideEvidence(label=label, kind="subject"),
                _speaking_of(
                    label,
                    self._weigher.weigh(compared.search_for(label), filters, now=now, topical=True, about=read.about),
                ),
            )
            for label in compared.labels
        )
        if self._weigher.answers(whole) and all(side.evidence is None for side in sides):
            return None
        return replace(_joined(question, sides), narrowed=read.narrowed, sides=sides)

    def _by_halves(
        self, question: str, given: Filters, known: LibraryNames, today: date, now: datetime
    ) -> AnswerEvidence | None:
        """The evidence for two questions that are asked in one, each of persons of its own; ``None`` for any other question."""
        halves = halves_of(question)
        reads = [asked_for(half.text, known, today) for half in halves]
        persons = [set(read.filters.speakers or read.about) for read in reads]
        if given.speakers or not reads or not all(persons) or persons[0] & persons[1]:
            return None
        sides = []
        for half, read in zip(halves, reads, strict=True):
            names = [narrowing.label for narrowing in read.narrowed if narrowing.kind == "speaker"]
            names = names or list(read.side_by_side or read.about[:1])
            about = half if half.points_back else replace(half, carried=())
            text, carried = about.sought(read, (*persons[0], *persons[1]))
            evidence = self._weigher.weigh(
                text,
                together(given, read.filters),
                now=now,
                topical=read.topical,
                carried=carried,
                about=read.about,
            )
            sides.append(self._side(SideEvidence(label=" and ".join(names)), replace(evidence, asked=half.text)))
        narrowed = tuple(narrowing for read in reads for narrowing in read.narrowed)
        return replace(_joined(question, sides), narrowed=narrowed, sides=tuple(sides))

    def by_parts(
        self,
        question: str,
        parts: Sequence[QuestionPart],
        given: Filters,
        known: LibraryNames,
        today: date,
        *,
        now: datetime,
    ) -> AnswerEvidence:
        """The evidence for the parts of a question that a language model has taken apart, a side for each.

        Args:
            question: the question, whole.
            parts: at least one.
            given: what the reader narrowed the search to.
            known: the names of the library.
            today: what "last year" in it is counted from.
            now: what "recent" in it is counted from.
        """
        sides, narrowed = [], list[Narrowing]()
        for part in parts:
            read = within(asked_for(part.question, known, today), given, known)
            narrowed += read.narrowed
            evidence = self._weigher.weigh(
                read.text, together(given, read.filters), now=now, topical=True, about=read.about
            )
            label = _in_full(part.label, (*read.filters.speakers, *read.about))
            sides.append(self._side(SideEvidence(label=label, kind="subject"), evidence))
        return replace(_joined(question, sides), narrowed=tuple(dict.fromkeys(narrowed)), sides=tuple(sides))

    def _side(self, side: SideEvidence, evidence: AnswerEvidence) -> SideEvidence:
        """A side with its evidence, or, where that is not sure enough, with it as what comes nearest."""
        if self._weigher.answers_for_side(evidence):
            return replace(side, evidence=evidence)
        return replace(side, near=evidence)


def sides_in(
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
    if len(sides) < 2:
        return _set_apart(question, read, known)
    if read.text == question:
        return None, read
    others = tuple(narrowing for narrowing in read.narrowed if narrowing.kind != "speaker")
    topic = _OBJECT.sub(r"\1 them ", _SUBJECT.sub(r"\1 they ", _COMPARE.sub("", read.text) or read.text))
    topical = read.topical or bool(read.filters.speakers)
    return Comparison(topic=topic, sides=sides, topical=topical), replace(read, narrowed=others)


def _set_apart(question: str, read: SearchRequest, known: LibraryNames) -> tuple[Comparison | None, SearchRequest]:
    """The comparison of all speakers whom a question names, in whatever form, where it has a word of comparing."""
    named = [mention for mention in speakers_in(question, known.speakers) if " " in mention.name]
    sides = sides_of([Narrowing(kind="speaker", label=mention.name) for mention in named], known)
    if len(sides) < 2 or not _APART.search(question):
        return None, read
    topic = question
    for mention in reversed(named):
        topic = f"{topic[: mention.start]} {_WHOSE.sub('', topic[mention.end :])}"
    topic = " ".join(_LEFT_OVER.sub(" ", " ".join(topic.split())).split()).strip(" ,;:-?")
    others = tuple(narrowing for narrowing in read.narrowed if narrowing.kind != "speaker")
    if not content_terms(topic):
        return None, read
    return Comparison(topic=topic, sides=sides), replace(read, narrowed=others)


def _in_full(label: str, persons: Sequence[str]) -> str:
    """The name of the one person of whose name a label is a part; else the label."""
    own = {stem(word) for word in words(label)}
    named = [name for name in persons if own and own <= {stem(word) for word in words(name)}]
    return named[0] if named and len(set(spellings(named[:1], named))) == len(set(named)) else label


def _speaking_of(label: str, evidence: AnswerEvidence) -> AnswerEvidence:
    """The evidence without the sentences of passages that do not speak of a subject.

    It is sure no more where the sentences that answered best are among those.
    """
    left = evidence.only(lambda sentence: holds(f"{sentence.hit.episode} {sentence.hit.text}", label))
    if not left.sentences:
        return replace(left, confidence=0.0)
    if max(left.scores) < max(evidence.scores) - _NEAR_BEST:
        return replace(left, confidence=min(NEAR, evidence.confidence))
    return left


def _told_together(evidence: AnswerEvidence, compared: ComparedSubjects) -> bool:
    """Whether a sentence that answers nearly as well as the best one speaks of both subjects."""
    best = max(evidence.scores)
    return any(
        score >= best - _NEAR_BEST and all(holds(sentence.text, label) for label in compared.labels)
        for sentence, score in zip(evidence.sentences, evidence.scores, strict=True)
    )


def _both(side: Filters, rest: Filters) -> Filters:
    return replace(side, shows=side.shows or rest.shows, after=rest.after, before=rest.before)


def _joined(question: str, sides: Sequence[SideEvidence]) -> AnswerEvidence:
    """What sides hold together, or, where none holds anything, what comes nearest; as sure as the surest of them."""
    held = [side.evidence for side in sides if side.evidence is not None]
    held = held or [side.near for side in sides if side.near is not None]
    vectors = [evidence.vectors for evidence in held if evidence.vectors is not None]
    return AnswerEvidence(
        question=question,
        hits=tuple(hit for evidence in held for hit in evidence.hits),
        sentences=tuple(sentence for evidence in held for sentence in evidence.sentences),
        scores=tuple(score for evidence in held for score in evidence.scores),
        confidence=max(evidence.confidence for evidence in held),
        vectors=np.concatenate(vectors) if vectors else None,
    )
