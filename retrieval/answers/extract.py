"""An answer without a language model: the sentences that answer best, as they were said, each cited."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.language.folding import fold
from earmark.types import Answer, Citation
from retrieval.answers.attributes import wants_figure
from retrieval.answers.completing import completing, joined
from retrieval.answers.evidence import AnswerEvidence, PassageSentence, SideEvidence, citation
from retrieval.answers.openings import as_read
from retrieval.answers.stretches import overlaps, stretch, word_count
from retrieval.answers.views import contradict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["extractive_answer", "pick", "quoted_side", "silence", "told", "unmarked"]

_MOST = 5
_MOST_A_SIDE = 3
"""Sentences of one side, where a question names several."""
_ROOM, _ROOM_A_SIDE = 130, 80
"""Words after which no further place is quoted; a quotation is never cut for it."""
_ENOUGH = 45
"""Words up to which a place is read on."""
_NEAR_PLACE, _OTHER_PLACE = 0.25, 0.35
"""How far below the best sentence's score another place is worth reading, on the best one's show and on others."""
_WHO = re.compile(r"^(?:and |but |so )?who(?:se)?\b", re.IGNORECASE)
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
_MARK = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")


def extractive_answer(evidence: AnswerEvidence, vectors: NDArray[np.float32]) -> Answer:
    """The answer in the speakers' own words, every sentence verbatim and cited, a paragraph for each voice or side.

    Only the words that lead over to a sentence are left out ("And so", "Yeah"); the citation has them.

    Args:
        evidence: with at least one sentence.
        vectors: of its sentences, of shape ``(len(evidence.sentences), dimension)``.
    """
    if evidence.sides:
        return _by_sides(evidence)
    picked = pick(evidence, vectors)
    citations = [citation(n, sentence) for n, sentence in enumerate(picked, 1)]
    return Answer(
        question=evidence.question,
        answer="\n\n".join(told(picked)),
        abstained=False,
        citations=tuple(citations),
    )


def quoted_side(side: SideEvidence, first: int) -> tuple[str, list[Citation]]:
    """One side's paragraph in its own words, with its citations, numbered from ``first``; ``silence`` if it has none."""
    held = side.evidence
    if held is None or held.vectors is None:
        return silence(side), []
    picked = pick(held, held.vectors, most=_MOST_A_SIDE, room=_ROOM_A_SIDE)
    return " ".join(told(picked, first)), [citation(n, sentence) for n, sentence in enumerate(picked, first)]


def silence(side: SideEvidence) -> str:
    """What is said of a side without evidence."""
    return f"{unmarked(side.label)} says nothing on it here."


def _by_sides(evidence: AnswerEvidence) -> Answer:
    paragraphs: list[str] = []
    citations: list[Citation] = []
    for side in evidence.sides:
        paragraph, cited = quoted_side(side, len(citations) + 1)
        paragraphs.append(paragraph)
        citations += cited
    return Answer(
        question=evidence.question, answer="\n\n".join(paragraphs), abstained=False, citations=tuple(citations)
    )


def pick(
    evidence: AnswerEvidence, vectors: NDArray[np.float32], *, most: int = _MOST, room: int = _ROOM
) -> list[PassageSentence]:
    """What answers, by voice, the best one's first, each voice's in the order in which it was said.

    A question for a number, a time or a name is answered by one to ``most`` sentences; any other by fewer places, each
    read on, up to about ``room`` words. None repeats another. A question for who says something is answered by those
    whose names are known, if any are.
    """
    question = evidence.asked or evidence.question
    scores = list(evidence.scores)
    allowed = set(range(len(scores)))
    if _WHO.match(question):
        allowed = {n for n in allowed if evidence.sentences[n].speaker} or allowed
    reading_on = not (_WHO.match(question) or wants_figure(question))
    best = max(scores[n] for n in allowed)
    first = next(evidence.sentences[n].hit.show_id for n in sorted(allowed) if scores[n] == best)
    near, other = (_NEAR_PLACE, _OTHER_PLACE) if reading_on else (_NEAR_BEST, _OTHER_SHOW)
    chosen: list[int] = []
    parts: list[PassageSentence] = []
    while len(chosen) < most and word_count(parts) < room:
        open_ = [
            n
            for n, score in enumerate(scores)
            if n in allowed
            and n not in chosen
            and not _held(evidence.sentences[n], parts)
            and score >= best - (near if evidence.sentences[n].hit.show_id == first else other)
            and all(float(vectors[n] @ vectors[other]) < _REPEATS for other in chosen)
        ]
        if not open_:
            break
        chosen.append(max(open_, key=lambda n: scores[n] + _favour(n, chosen, evidence.sentences)))
        parts += _read(chosen[-1], evidence, parts, reading_on=reading_on)
    for n in [*(more := _other_side(chosen, evidence, vectors)), *completing([*chosen, *more], evidence)]:
        if not _held(evidence.sentences[n], parts):
            parts += _read(n, evidence, parts, reading_on=reading_on and n in more)
    order: dict[tuple[str, str | None], int] = {}
    for part in parts:
        order.setdefault(_voice(part), len(order))
    starts = {part.hit.chunk_id: n for n, part in enumerate(reversed(parts))}
    ordered = sorted(
        parts,
        key=lambda sentence: (
            order[_voice(sentence)],
            sentence.hit.episode_id,
            sentence.start_s or 0.0,
            -starts[sentence.hit.chunk_id],
            sentence.offset,
        ),
    )
    return joined(ordered)


def _read(
    n: int, evidence: AnswerEvidence, taken: Sequence[PassageSentence], *, reading_on: bool
) -> list[PassageSentence]:
    sentence = evidence.sentences[n]
    if not reading_on:
        return [sentence]
    return stretch(sentence, evidence.beside(sentence.hit), enough=_ENOUGH, taken=taken)


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


def told(picked: Sequence[PassageSentence], first: int = 1) -> list[str]:
    """The sentences behind who says them and where, a paragraph for each voice on a show; numbered from ``first``."""
    paragraphs = []
    for _, group in itertools.groupby(enumerate(picked, first), key=lambda pair: _voice(pair[1])):
        said = list(group)
        quotes = " ".join(f"“{unmarked(as_read(sentence.text))}” [{n}]" for n, sentence in said)
        paragraphs.append(f"{unmarked(_lead(said[0][1]))}: {quotes}")
    return paragraphs


def unmarked(text: str) -> str:
    """The text without what would read as a mark of ours; the citation keeps it verbatim."""
    return _MARK.sub(r"(\1)", text)


def _voice(sentence: PassageSentence) -> tuple[str, str | None]:
    return sentence.hit.show_id, sentence.speaker


def _lead(sentence: PassageSentence) -> str:
    return f"{sentence.speaker} says on {sentence.hit.show}" if sentence.speaker else f"On {sentence.hit.show}"
