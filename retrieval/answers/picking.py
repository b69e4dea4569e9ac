"""What of the evidence is quoted: the sentences or places that answer best, none of which repeats another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.language.folding import fold
from retrieval.answers.attributes import wanted, wants_figure
from retrieval.answers.completing import completing, joined, read_around
from retrieval.answers.evidence import AnswerEvidence, PassageSentence
from retrieval.answers.holders import holding
from retrieval.answers.nameless import may_be_quoted
from retrieval.answers.places import SHORT, Place, overlaps, places, read_on, word_count
from retrieval.answers.replies import reply_to
from retrieval.answers.views import contradict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["pick", "pick_together", "voice"]

_MOST = 5
_ROOM = 180
"""Words after which no further place is quoted; a quotation is never cut for it."""
_MOST_OF_HALF, _ROOM_OF_HALF = 1, 60
"""The same for each of two questions that are asked in one, beside what answers them together."""
_REPLIED = 2
"""The first parts of an answer to who something is, to which a reply is read where they are said to somebody."""
_NEAR_PLACE, _OTHER_PLACE = 0.9, 0.8
"""How far below the best place's worth another is worth reading, on the best one's show and on others.

Of 82 questions to four shows that neither reader of sentences was learned from, what is quoted holds the answer for 51, in 138
words; with .25 and .35, as they were before sentences were read together with the question, for 45, in 86.
"""
_WHO = re.compile(r"^(?:and |but |so )?who(?:se)?\b", re.IGNORECASE)
_FORM_REACH = 0.8
"""How far below the best sentence's score one is taken in its place that tells what is wanted in the form that is asked for.

On 141 questions for a number or a time of Spoken-SQuAD (part "tune"), 75 of them with an answer in the library, .6 and .8 give
47 right answers each; of 90 to a library of 150 episodes .8 answers one more.
"""
_NEAR_BEST = 0.3
"""How far below the best sentence's score another is worth reading.

On 330 questions of Spoken-SQuAD (part "tune") 2.8 sentences are picked, .86 of the time one that holds the answer, and
.60 of them are from the passage that was judged to answer.
"""
_OTHER_SHOW = 0.45
"""The same for a sentence of another show than the best one's: a second voice may say it in other words."""
_NEW_SHOW = 0.1
"""What a sentence of a show not yet heard is favoured by: two voices are better than one."""
_BESIDE = 0.05
"""The bonus of a sentence next to a picked sentence: two in a row read as one thought."""
_OPPOSED = 0.7
"""How far below the best sentence's score one is still added that contradicts a picked one."""
_REPEATS = 0.82
"""Cosine from which a sentence repeats a picked sentence."""


def pick(
    evidence: AnswerEvidence,
    vectors: NDArray[np.float32],
    *,
    most: int = _MOST,
    room: int = _ROOM,
    alone: int = 0,
    around: bool = True,
) -> list[PassageSentence]:
    """What answers, by voice, the best one's first, each voice's in the order in which it was said.

    A question for a number, a time or a name is answered by one to ``most`` sentences; any other by places of several
    sentences in a row (`retrieval.answers.places`), up to about ``room`` words, ``alone`` of a single one. None repeats another. A question for who
    says something is answered by those whose names are known, if any are, and who hold it rather than deny or report it.
    Few words are quoted with what is said ``around`` them.
    """
    question = evidence.asked or evidence.question
    allowed = list(range(len(evidence.sentences)))
    who = _WHO.match(question)
    if who:
        allowed = holding(evidence, [n for n in allowed if evidence.sentences[n].speaker] or allowed)
    if who or wants_figure(question):
        parts = _sentences(evidence, vectors, allowed, most, around)
    else:
        parts = _places(evidence, vectors, allowed, most, room, alone)
    replies = [reply_to(part, evidence.beside(part.hit)) for part in parts[:_REPLIED] if who]
    parts += [reply for reply in replies if reply and _may_reply(reply, evidence) and not _held(reply, parts)]
    return joined(_in_order(parts))


def _may_reply(reply: PassageSentence, evidence: AnswerEvidence) -> bool:
    """Whether a reply is of the persons who were asked for, and no thanks or greeting."""
    aside = (reply.hit.chunk_id, reply.offset) in evidence.asides
    return not aside and may_be_quoted(reply, evidence.filters.speakers)


def pick_together(whole: AnswerEvidence, halves: Sequence[AnswerEvidence]) -> list[PassageSentence]:
    """What answers a question, and what else answers each of the two that it asks in one best."""
    parts = [] if whole.vectors is None else pick(whole, whole.vectors)
    for half in halves:
        left = [s for s in half.sentences if not any(overlaps(s, part) for part in parts)]
        rest = half.only(left.__contains__)
        if rest.vectors is not None and rest.sentences:
            best = pick(rest, rest.vectors, most=_MOST_OF_HALF, room=_ROOM_OF_HALF)
            parts += [part for part in best if not _held(part, parts)]
    return joined(_in_order(parts))


def _sentences(
    evidence: AnswerEvidence, vectors: NDArray[np.float32], allowed: Sequence[int], most: int, around: bool
) -> list[PassageSentence]:
    """The best sentences, the best one first, and those that complete them."""
    sentences, scores = evidence.sentences, evidence.scores
    everything = allowed
    allowed = _in_form(everything, evidence)
    best = max(allowed, key=lambda n: scores[n])
    chosen: list[int] = []
    while len(chosen) < most:
        open_ = [
            n
            for n in allowed
            if n not in chosen
            and not any(_same_words(sentences[n], sentences[other]) for other in chosen)
            and scores[n] >= scores[best] - (_NEAR_BEST if _one_show(sentences[n], sentences[best]) else _OTHER_SHOW)
            and all(float(vectors[n] @ vectors[other]) < _REPEATS for other in chosen)
        ]
        if not open_:
            break
        chosen.append(max(open_, key=lambda n: scores[n] + _favour(n, chosen, sentences)))
    chosen = _with_best(everything, _telling(chosen, evidence), evidence)
    chosen += _other_side(chosen, evidence, vectors)
    chosen += completing(chosen, evidence)
    chosen += read_around(chosen, evidence) if around else []
    return [sentences[n] for n in chosen]


def _in_form(allowed: Sequence[int], evidence: AnswerEvidence) -> Sequence[int]:
    """Those sentences that tell what is wanted in the form that is asked for, where any of them is near the best; else all."""
    attribute = wanted(evidence.asked or evidence.question)
    best = max(evidence.scores[n] for n in allowed)
    telling = [
        n
        for n in allowed
        if attribute is not None
        and evidence.scores[n] >= best - _FORM_REACH
        and attribute.told_in_form(evidence.sentences[n].text)
    ]
    return telling or allowed


def _with_best(allowed: Sequence[int], chosen: list[int], evidence: AnswerEvidence) -> list[int]:
    """The chosen behind the best sentence of all, where that tells a number or time too, though in another form."""
    attribute = wanted(evidence.asked or evidence.question)
    best = max(allowed, key=lambda n: evidence.scores[n])
    if best in chosen or attribute is None or not attribute.told(evidence.sentences[best].text):
        return chosen
    return [best, *(n for n in chosen if not _same_words(evidence.sentences[n], evidence.sentences[best]))][:_MOST]


def _telling(chosen: Sequence[int], evidence: AnswerEvidence) -> list[int]:
    """Of the sentences chosen, the best one first, that one and those that tell the number or time that is wanted."""
    attribute = wanted(evidence.asked or evidence.question)
    told = [n for n in chosen if attribute is not None and attribute.told(evidence.sentences[n].text)]
    return [n for n in chosen if not told or n in told or n == chosen[0]]


def _places(
    evidence: AnswerEvidence, vectors: NDArray[np.float32], allowed: Sequence[int], most: int, room: int, alone: int
) -> list[PassageSentence]:
    """The worthiest places, the best one first; one that is alone is read on up to ``alone`` words."""
    known = places(evidence, allowed)
    best = known[0]
    chosen: list[Place] = []
    parts: list[PassageSentence] = []

    def take(place: Place) -> None:
        chosen.append(place)
        read = read_on(place, evidence)
        parts.extend([place.whole] if any(_held(part, parts) for part in read) else read)

    def fits(place: Place) -> bool:
        return not _held(place.whole, parts) and all(
            float(vectors[place.best] @ vectors[other.best]) < _REPEATS for other in chosen
        )

    def reach(place: Place) -> float:
        return _NEAR_PLACE if _one_show(place.whole, best.whole) else _OTHER_PLACE

    while len(chosen) < most and word_count(parts) < room:
        open_ = [place for place in known if place.worth >= best.worth - reach(place) and fits(place)]
        if not open_:
            break
        shows = {place.whole.hit.show_id for place in chosen}
        take(max(open_, key=lambda place: place.worth + (_NEW_SHOW if place.whole.hit.show_id not in shows else 0.0)))
    if len(chosen) == 1:
        parts = read_on(chosen[0], evidence, short=max(SHORT, alone))
    against = _other_side([place.best for place in chosen], evidence, vectors)
    for place in known:
        if place.best in against and not _held(place.whole, parts):
            take(place)
            break
    return parts


def _in_order(parts: Sequence[PassageSentence]) -> list[PassageSentence]:
    """What is quoted by voice, in the order of the voices' first parts, and each voice's as it was said."""
    voices: dict[tuple[str, str | None], int] = {}
    passages: dict[str, int] = {}
    for n, part in enumerate(parts):
        voices.setdefault(voice(part), n)
        passages.setdefault(part.hit.chunk_id, n)
    return sorted(
        parts,
        key=lambda part: (
            voices[voice(part)],
            str(part.hit.published or ""),
            part.hit.episode_id,
            part.start_s or 0.0,
            passages[part.hit.chunk_id],
            part.offset,
        ),
    )


def _one_show(sentence: PassageSentence, other: PassageSentence) -> bool:
    return sentence.hit.show_id == other.hit.show_id


def _other_side(chosen: Sequence[int], evidence: AnswerEvidence, vectors: NDArray[np.float32]) -> list[int]:
    """The best sentence of a speaker who contradicts a picked sentence, if any, so that both sides are heard."""
    sentences, best = evidence.sentences, max(evidence.scores)
    for n in sorted(range(len(sentences)), key=lambda n: -evidence.scores[n]):
        if n in chosen or evidence.scores[n] < best - _OPPOSED:
            continue
        for other in chosen:
            chosen_sentence, against = sentences[n], sentences[other]
            two = chosen_sentence.speaker and against.speaker and chosen_sentence.speaker != against.speaker
            if two and contradict(chosen_sentence.text, against.text, float(vectors[n] @ vectors[other])):
                return [n]
    return []


def _favour(n: int, chosen: Sequence[int], sentences: Sequence[PassageSentence]) -> float:
    if not chosen:
        return 0.0
    if all(sentences[other].hit.show_id != sentences[n].hit.show_id for other in chosen):
        return _NEW_SHOW
    beside = any(abs(other - n) == 1 and sentences[other].hit is sentences[n].hit for other in chosen)
    return _BESIDE if beside else 0.0


def _held(sentence: PassageSentence, parts: Sequence[PassageSentence]) -> bool:
    """Whether a sentence is among some parts, as it is there or word for word elsewhere."""
    return any(overlaps(sentence, part) or _same_words(sentence, part) for part in parts)


def _same_words(sentence: PassageSentence, other: PassageSentence) -> bool:
    """Whether one of two sentences holds the other, word for word."""
    a, b = fold(sentence.text), fold(other.text)
    return f" {a} " in f" {b} " or f" {b} " in f" {a} "


def voice(sentence: PassageSentence) -> tuple[str, str | None]:
    """Who says a sentence on which show; what one voice says is a paragraph."""
    return sentence.hit.show_id, sentence.speaker
