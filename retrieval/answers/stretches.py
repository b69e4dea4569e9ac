"""Picked sentences read on: with what the same voice says next, so that a quotation holds a thought and not its first line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.answers.completing import points_back
from retrieval.answers.evidence import Neighbours, PassageSentence
from retrieval.answers.replies import QUESTION_END, turns_of

__all__ = ["overlaps", "stretch", "word_count"]

_LONGEST = 90
"""Words of a stretch at most."""
_POINTS_AT_END = re.compile(r"\b(?:that|this|it|so|them)[.!]?[\"”’)]*$", re.IGNORECASE)
"""A sentence that ends on a word for what was said before it ("So I would define it as that.")."""
_FEW = 25
"""Words below which a stretch that its passage ends is read on in the next passage."""


def stretch(
    sentence: PassageSentence, near: Neighbours, *, enough: int, taken: Sequence[PassageSentence] = ()
) -> list[PassageSentence]:
    """The sentence with what the same voice says after it, up to about ``enough`` words; a part for each passage.

    It begins a sentence earlier where the sentence points back to that. It never ends with a question, and stops before
    what is in ``taken``.
    """
    turn = next((turn for turn in turns_of(sentence.hit) if _covers(turn, sentence)), None)
    if turn is None:
        return [sentence]
    end = sentence.offset + len(sentence.text)
    own = [n for n, other in enumerate(turn) if other.offset < end and sentence.offset < other.offset + len(other.text)]
    free = [not any(overlaps(other, held) for held in taken) for other in turn]
    first, last = own[0], own[-1]
    while first and free[first - 1] and _incomplete(turn[first]) and own[0] - first < 2:
        first -= 1
    while last + 1 < len(turn) and free[last + 1]:
        words = word_count(turn[first : last + 1])
        if words >= enough or words + word_count([turn[last + 1]]) > _LONGEST:
            break
        last += 1
    ended = last + 1 == len(turn)
    while last > own[-1] and QUESTION_END.search(turn[last].text):
        last -= 1
    whole = _joined(turn[first : last + 1])
    missing = enough - word_count([whole])
    if not ended or near.after is None or enough - missing >= _FEW:
        return [whole]
    following = next(iter(turns_of(near.after)), [])
    if not following or following[0].speaker != sentence.speaker or any(overlaps(following[0], held) for held in taken):
        return [whole]
    return [whole, *stretch(following[0], Neighbours(), enough=missing, taken=taken)]


def overlaps(sentence: PassageSentence, other: PassageSentence) -> bool:
    """Whether two stretches of passages have characters in common."""
    if sentence.hit.chunk_id != other.hit.chunk_id:
        return False
    return sentence.offset < other.offset + len(other.text) and other.offset < sentence.offset + len(sentence.text)


def word_count(sentences: Sequence[PassageSentence]) -> int:
    """The words of some sentences together."""
    return sum(len(sentence.text.split()) for sentence in sentences)


def _covers(turn: Sequence[PassageSentence], sentence: PassageSentence) -> bool:
    return turn[0].offset <= sentence.offset < turn[-1].offset + len(turn[-1].text)


def _incomplete(sentence: PassageSentence) -> bool:
    return points_back(sentence.text) or bool(_POINTS_AT_END.search(sentence.text))


def _joined(sentences: Sequence[PassageSentence]) -> PassageSentence:
    first, last = sentences[0], sentences[-1]
    text = first.hit.text[first.offset : last.offset + len(last.text)]
    return replace(first, text=text)
