"""An answer without a language model: the sentences that answer best, as they were said, each cited."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.types import Answer
from retrieval.answers.evidence import AnswerEvidence, PassageSentence, citation
from retrieval.answers.views import contradict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["extractive_answer", "pick", "unmarked"]

_MOST = 5
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
    """The answer in the speakers' own words, every sentence verbatim and cited, a paragraph for each voice.

    Args:
        evidence: with at least one sentence.
        vectors: of its sentences, of shape ``(len(evidence.sentences), dimension)``.
    """
    picked = pick(evidence, vectors)
    citations = [citation(n, sentence) for n, sentence in enumerate(picked, 1)]
    return Answer(
        question=evidence.question,
        answer=_told(picked),
        abstained=False,
        citations=tuple(citations),
    )


def pick(evidence: AnswerEvidence, vectors: NDArray[np.float32]) -> list[PassageSentence]:
    """One to five sentences: by voice, the best one's first, each voice's in the order in which they were said."""
    scores = list(evidence.scores)
    best = max(scores)
    first = evidence.sentences[scores.index(best)].hit.show_id
    chosen: list[int] = []
    while len(chosen) < _MOST:
        open_ = [
            n
            for n, score in enumerate(scores)
            if n not in chosen
            and score >= best - (_NEAR_BEST if evidence.sentences[n].hit.show_id == first else _OTHER_SHOW)
            and all(float(vectors[n] @ vectors[other]) < _REPEATS for other in chosen)
        ]
        if not open_:
            break
        chosen.append(max(open_, key=lambda n: scores[n] + _favour(n, chosen, evidence.sentences)))
    chosen += _other_side(chosen, evidence, vectors)
    order: dict[tuple[str, str | None], int] = {}
    for n in chosen:
        order.setdefault(_voice(evidence.sentences[n]), len(order))
    picked = [evidence.sentences[n] for n in chosen]
    return sorted(
        picked,
        key=lambda sentence: (
            order[_voice(sentence)],
            sentence.hit.episode_id,
            sentence.start_s or 0.0,
            sentence.offset,
        ),
    )


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


def _told(picked: Sequence[PassageSentence]) -> str:
    """The sentences behind who says them and where, a paragraph for each voice on a show."""
    paragraphs = []
    numbered = list(enumerate(picked, 1))
    for _, group in itertools.groupby(numbered, key=lambda pair: _voice(pair[1])):
        said = list(group)
        quotes = " ".join(f"“{unmarked(sentence.text)}” [{n}]" for n, sentence in said)
        paragraphs.append(f"{unmarked(_lead(said[0][1]))}: {quotes}")
    return "\n\n".join(paragraphs)


def unmarked(text: str) -> str:
    """The text without what would read as a mark of ours; the citation keeps it verbatim."""
    return _MARK.sub(r"(\1)", text)


def _voice(sentence: PassageSentence) -> tuple[str, str | None]:
    return sentence.hit.show_id, sentence.speaker


def _lead(sentence: PassageSentence) -> str:
    return f"{sentence.speaker}, on {sentence.hit.show}" if sentence.speaker else f"On {sentence.hit.show}"
