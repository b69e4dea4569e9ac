"""Places to quote: sentences in a row of one voice that together hold a thought, and how much each is worth.

A single sentence that meets a question often only names the subject; what is said of it follows, or came before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.answers.asides import spoken_turns
from retrieval.answers.completing import points_back
from retrieval.answers.evidence import AnswerEvidence, PassageSentence
from retrieval.answers.replies import HEARD, asks, turns_of

__all__ = ["SHORT", "Place", "overlaps", "places", "read_on", "word_count"]

_FEWEST, _ENOUGH, _LONGEST = 30, 55, 90
"""Words of a place: below the first it is worth less, from the second on it is not made longer, beyond the third it is none."""
SHORT = 40
"""Words of a place up to which it is read on behind the end of its turn."""
_BEST, _ALL = 0.6, 0.4
"""What the best sentence of a place counts, and all of them on average.

These weights and those below were chosen by hand on 60 questions to a library of 150 episodes, 13 of them comparisons.
"""
_LEANS = 0.15
"""Taken from a place that begins with a word for what was said before it."""
_CUT = 0.4
"""Taken from a place that begins in the midst of a sentence."""
_BREAKS_OFF = 0.1
"""Taken from a place that ends with a question, or in the midst of a sentence or quotation."""
_STOPS_SHORT = 0.1
"""Taken from a place whose best sentence is its last, where more follows."""
_THIN = 0.4
"""Taken from a place of hardly any words."""
_UNSCORED = 0.4
"""What a sentence without a score counts, a question as a rule, of the best score there is."""
_LEADS_TALK = 0.25
"""Taken from a place that leads the talk rather than says something: an introduction, or what a host gives back to a guest."""
_LEADING = re.compile(
    r"\b(?:(?:in|on) (?:this|today['’]s) (?:episode|show|part)|welcome (?:back|to)|joined by|my guest|in this part"
    r"|you (?:just )?(?:said|mentioned|were saying)|I (?:just )?asked you|(?:tell|walk) (?:me|us)|go into that"
    r"|let['’]s (?:talk|get|dive|move)|(?:talk|hear) (?:some )?more about|I(?:['’]m| am) assuming (?:that )?you)\b",
    re.IGNORECASE,
)
_NEXT = 6
"""Turns of the next passage in which a voice is looked for: in a quick exchange each says little."""
_SAYS = 4
"""Words of a turn from which it is quoted there: "Yeah." is not."""
_WORTH_IT = 10
"""Words of what follows from which it is read on there."""
_CONCLUDES = re.compile(r"^(?:and )?(?:so|therefore|hence|that['’]s why|which is why)\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_POINTS_AT_END = re.compile(r"\b(?:that|this|it|so|them)[.!]?[\"”’)]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of a passage in one voice: ``best`` is the number of its best sentence in the evidence."""

    whole: PassageSentence
    worth: float
    best: int


def places(evidence: AnswerEvidence, allowed: Sequence[int]) -> list[Place]:
    """All places that hold one of some sentences of the evidence, the worthiest first."""
    by_hit: dict[str, list[int]] = {}
    for n in allowed:
        by_hit.setdefault(evidence.sentences[n].hit.chunk_id, []).append(n)
    unscored = _UNSCORED * max(evidence.scores[n] for n in allowed)
    made: list[Place] = []
    for numbers in by_hit.values():
        turns = spoken_turns(turns_of(evidence.sentences[numbers[0]].hit), evidence.asides)
        for at, turn in enumerate(turns):
            scored = [_number(sentence, numbers, evidence) for sentence in turn]
            scores = [unscored if n is None else evidence.scores[n] for n in scored]
            more = word_count(_going_on(_joined(turn), turns[at + 1 :], _FEWEST)) if word_count(turn) < _FEWEST else 0
            made += _in_turn(turn, scored, scores, more)
    return sorted(made, key=lambda place: -place.worth)


def read_on(place: Place, evidence: AnswerEvidence, *, short: int = SHORT) -> list[PassageSentence]:
    """A place in parts: where it is shorter than ``short`` words, with what the same voice goes on to say, or else said before.

    It goes on behind a word of somebody else ("Right."), or in the next passage.
    """
    whole = place.whole
    if word_count([whole]) >= short and _ENDED.search(whole.text):
        return [whole]
    after = evidence.beside(whole.hit).after
    here, then = (spoken_turns(turns_of(hit), evidence.asides) if hit else [] for hit in (whole.hit, after))
    own, *following = [turn for turn in here if _end(turn[-1]) > whole.offset]
    following += then[:_NEXT]
    if rest := [sentence for sentence in own if sentence.offset >= _end(whole)]:
        whole = _joined([whole, *_enough(rest, short - word_count([whole]))])
    more = _going_on(whole, following, max(short, _ENOUGH)) if _end(own[-1]) <= _end(whole) else []
    if more and not _CONCLUDES.match(whole.text):
        return [whole, *more]
    before = [sentence for sentence in own if sentence.offset < whole.offset]
    begins = len(before)
    while begins and word_count([*before[begins:], whole]) < SHORT:
        begins -= 1
    return [_joined([*before[begins:], whole])]


def _going_on(whole: PassageSentence, turns: Sequence[Sequence[PassageSentence]], enough: int) -> list[PassageSentence]:
    """What the voice of a place says in the next turns, each as one, where that is enough to be worth it.

    Between them others may have a word ("Right.").
    """
    parts = list[PassageSentence]()
    others = 0
    for turn in turns:
        left = enough - word_count([whole, *parts])
        if left <= 0 or (turn[0].speaker != whole.speaker and (others or word_count(turn) > HEARD)):
            break
        if turn[0].speaker != whole.speaker:
            others += 1
        elif taken := _enough(turn, left):
            parts, others = [*parts, *([_joined(taken)] if word_count(taken) >= _SAYS else [])], 0
        else:
            break
    return parts if word_count(parts) >= _WORTH_IT else []


def _enough(sentences: Sequence[PassageSentence], words: int) -> list[PassageSentence]:
    """The first sentences, up to about so many words, but for questions at their end."""
    taken = list[PassageSentence]()
    for sentence in sentences:
        if word_count(taken) >= words:
            break
        taken.append(sentence)
    while taken and asks(taken[-1].text):
        taken.pop()
    return taken


def overlaps(sentence: PassageSentence, other: PassageSentence) -> bool:
    """Whether two stretches of passages have characters in common."""
    if sentence.hit.chunk_id != other.hit.chunk_id:
        return False
    return sentence.offset < other.offset + len(other.text) and other.offset < sentence.offset + len(sentence.text)


def _end(sentence: PassageSentence) -> int:
    return sentence.offset + len(sentence.text)


def word_count(sentences: Sequence[PassageSentence]) -> int:
    """The words of some sentences together."""
    return sum(len(sentence.text.split()) for sentence in sentences)


def _number(sentence: PassageSentence, numbers: Sequence[int], evidence: AnswerEvidence) -> int | None:
    """The number in the evidence of what holds a sentence; short ones are there with the next."""
    held = (n for n in numbers if overlaps(sentence, evidence.sentences[n]))
    return next(held, None)


def _in_turn(
    turn: Sequence[PassageSentence], scored: Sequence[int | None], scores: Sequence[float], more: int
) -> list[Place]:
    """The places of a turn, one for each sentence that may begin one; its voice goes on behind it for ``more`` words."""
    lengths = [len(sentence.text.split()) for sentence in turn]
    made = []
    for first in range(len(turn)):
        last, words = first, lengths[first]
        while last + 1 < len(turn) and words + lengths[last + 1] <= _LONGEST:
            if words >= _ENOUGH and _ENDED.search(turn[last].text):
                break
            last += 1
            words += lengths[last]
        while last > first and asks(turn[last].text):
            words -= lengths[last]
            last -= 1
        here = range(first, last + 1)
        held = [(scores[k], -k, n) for k in here if (n := scored[k]) is not None]
        if not held:
            continue
        best, at, number = max(held)
        mean = sum(scores[k] * lengths[k] for k in here) / words
        worth = _BEST * best + _ALL * mean - _flaws(turn, first, last, words + (more if last == len(turn) - 1 else 0))
        if -at == last and first < last < len(turn) - 1:
            worth -= _STOPS_SHORT
        made.append(Place(whole=_joined(turn[first : last + 1]), worth=worth, best=number))
    return made


def _flaws(turn: Sequence[PassageSentence], first: int, last: int, words: int) -> float:
    flaws = _THIN * max(0.0, 1.0 - words / _FEWEST)
    if first and not _ENDED.search(turn[first - 1].text):
        flaws += _CUT
    elif first and (points_back(turn[first].text) or _POINTS_AT_END.search(turn[first].text)):
        flaws += _LEANS
    if any(_LEADING.search(sentence.text) for sentence in turn[first : last + 1]):
        flaws += _LEADS_TALK
    open_ = sum(sentence.text.count('"') for sentence in turn[first : last + 1]) % 2
    if open_ or asks(turn[last].text) or not _ENDED.search(turn[last].text):
        flaws += _BREAKS_OFF
    return flaws


def _joined(sentences: Sequence[PassageSentence]) -> PassageSentence:
    first, last = sentences[0], sentences[-1]
    text = first.hit.text[first.offset : last.offset + len(last.text)]
    return replace(first, text=text)
