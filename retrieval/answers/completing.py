"""Picked sentences made whole: with the neighbour that holds what is asked, or what their first word points back to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from earmark.language.words import content_terms
from retrieval.answers.attributes import wanted
from retrieval.answers.evidence import AnswerEvidence, PassageSentence

__all__ = ["completing", "joined", "points_back", "read_around"]

_REACH = (1, -1, 2)
"""Places of the neighbours that are looked at for the number, time or cause, in this order."""
_LED = 2
"""How many of the best sentences get the one that they point back to."""
_POINTS_BACK = re.compile(
    r"^(?:(?:and|but|so|because|well|yeah|like)[,]?\s+)*(?:it|its|it['’]s|that|that['’]s|this|they|they['’](?:re|ve|ll)|them"
    r"|except|he|he['’]s|she|she['’]s|these|those|which|there)\b",
    re.IGNORECASE,
)
_NAMED = 2
"""Words of a question that a sentence with the number it wants has to have to stand alone."""
_SHORT = 7
"""Words up to which a sentence hardly stands alone."""
_AROUND = (1, -1, 2)
_ENOUGH = 45
"""Words of what is quoted up to which the best sentence is quoted with those beside it."""
_GAP = 3
"""Characters between two sentences that follow each other."""
_LONGEST = 90
"""Words of sentences in a row that are shown as one quotation."""


def completing(chosen: Sequence[int], evidence: AnswerEvidence) -> list[int]:
    """The numbers of sentences to add to those chosen, best first: few, each in the same turn of a passage."""
    added: list[int] = []
    question = evidence.asked or evidence.question
    attribute = wanted(question)
    if attribute is not None and not any(attribute.told(evidence.sentences[n].text) for n in chosen):
        told = (
            n + step
            for n in chosen
            for step in _REACH
            if _in_a_row(evidence.sentences, n, n + step) and attribute.told(evidence.sentences[n + step].text)
        )
        added += [n for n in [next(told, -1)] if n >= 0]
    for n in [*chosen[:_LED], *added]:
        before, text = n - 1, evidence.sentences[n].text
        if (
            _in_a_row(evidence.sentences, before, n)
            and (points_back(text) or _named_before(question, text, evidence.sentences[before].text))
            and before not in chosen
            and before not in added
        ):
            added.append(before)
    return [n for n in added if n not in chosen]


def read_around(chosen: Sequence[int], evidence: AnswerEvidence) -> list[int]:
    """The numbers of sentences beside the best one, until what is quoted is long enough to be read by itself.

    What follows comes first, then what was said before; all of it in the same turn of a passage. None where a number is
    wanted that is not told, and none that alone tells it in the form that is asked for: that is another.
    """
    attribute = wanted(evidence.asked or evidence.question)
    texts = [evidence.sentences[n].text for n in chosen]
    if attribute is not None and not any(map(attribute.told, texts)):
        return []
    in_form = attribute is None or any(map(attribute.told_in_form, texts))
    sentences, best = evidence.sentences, chosen[0]
    added: list[int] = []
    for step in _AROUND:
        words = sum(len(sentences[n].text.split()) for n in {*chosen, *added})
        beside = best + step
        apart = step == 2 and not {best + 1} & {*chosen, *added}
        if words >= _ENOUGH or beside in chosen or apart or not _in_a_row(sentences, best, beside):
            continue
        if in_form or attribute is None or not attribute.told_in_form(sentences[beside].text):
            added.append(beside)
    return added


def _named_before(question: str, text: str, before: str) -> bool:
    """Whether a sentence tells the number that is wanted and hardly says of what, which the one before it does."""
    attribute, asked = wanted(question), set(content_terms(question))
    if attribute is None or not attribute.told_in_form(text):
        return False
    return len(asked & set(content_terms(text))) < _NAMED and bool(asked & set(content_terms(before)))


def points_back(text: str) -> bool:
    """Whether a sentence hardly stands alone: it begins with a word for what was said before it, or is short."""
    return bool(_POINTS_BACK.match(text)) or len(text.split()) <= _SHORT


def joined(ordered: Sequence[PassageSentence]) -> list[PassageSentence]:
    """The sentences, those that follow each other in a turn as one, so that they read as they were said."""
    whole: list[PassageSentence] = []
    for sentence in ordered:
        if whole and _follows(whole[-1], sentence):
            before = whole[-1]
            text = sentence.hit.text[before.offset : sentence.offset + len(sentence.text)]
            if len(text.split()) <= _LONGEST:
                whole[-1] = replace(before, text=text)
                continue
        whole.append(sentence)
    return whole


def _in_a_row(sentences: Sequence[PassageSentence], first: int, second: int) -> bool:
    """Whether all sentences from one number to another follow each other in a turn."""
    low, high = min(first, second), max(first, second)
    if low < 0 or high >= len(sentences):
        return False
    return all(_follows(sentences[n], sentences[n + 1]) for n in range(low, high))


def _follows(before: PassageSentence, after: PassageSentence) -> bool:
    if before.hit is not after.hit or before.speaker != after.speaker:
        return False
    between = before.hit.text[before.offset + len(before.text) : after.offset]
    return after.offset > before.offset and len(between) <= _GAP and "\n" not in between
