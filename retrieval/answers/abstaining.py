"""What is said where the library does not answer: that it does not, what comes nearest, and what is missing there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from earmark.types import Answer, Narrowing
from retrieval.answers.evidence import NEAR, AnswerEvidence, PassageSentence, citation
from retrieval.answers.extract import told
from retrieval.answers.nearness import unheld

__all__ = ["NOTHING", "abstained", "from_any_time", "in_words", "told_instead"]

NOTHING = "Nothing in your library answers this. Try other words, or follow shows that talk about it."

_WHERE = {
    "show": "on {}",
    "speaker": "said by {}",
    "dates": "from {}",
    "episode": "in {}",
    "words": "with {}",
    "marked": "in {}",
}
_AS_IT_IS = re.compile(r"(?:since|before|after|without)\b")
_MISSING = 3
"""Names and numbers that are said to be missing, at most."""


def abstained(evidence: AnswerEvidence, writer: str = "extractive") -> Answer:
    """The answer that there is none; where something near was said, that with its source, and what it does not speak of."""
    near = _nearest(evidence)
    if near is None:
        where = in_words(evidence.scope)
        text = f"Nothing {where} answers this." if where else NOTHING
        return Answer(question="", answer=text, abstained=True, writer=writer)
    asked = evidence.asked or evidence.question
    labels = [narrowing.label for narrowing in evidence.scope]  # whom it was looked for is said anyway
    missing = unheld(asked, [f"{near.speaker or ''} {near.hit.show} {near.hit.episode} {near.hit.text}", *labels])[
        :_MISSING
    ]
    without = f", which does not speak of {' or '.join(f'“{word}”' for word in missing)}" if missing else ""
    where = in_words(evidence.scope) or "in your library"
    return Answer(
        question="",
        answer=f"Nothing {where} answers this. Nearest is this{without}:\n\n{told([near])[0]}",
        abstained=True,
        citations=(citation(1, near),),
        writer=writer,
    )


def told_instead(evidence: AnswerEvidence, told: Answer) -> Answer:
    """The answer that there is none, with what a model wrote of what is told of the matter and what is not."""
    where = in_words(evidence.scope) or "in your library"
    return replace(told, answer=f"Nothing {where} answers this. {told.answer}", abstained=True)


def in_words(narrowed: Sequence[Narrowing]) -> str:
    """What was looked at, after "nothing": "on Noise Floor, said by Ines Calloway, from 2025"; empty for everything."""
    labels = {
        kind: " or ".join(narrowing.label for narrowing in narrowed if narrowing.kind == kind)
        for kind in dict.fromkeys(narrowing.kind for narrowing in narrowed)
    }
    return ", ".join(
        label if kind in ("dates", "words") and _AS_IT_IS.match(label) else _WHERE[kind].format(label)
        for kind, label in labels.items()
    )


def from_any_time(days: Sequence[Narrowing]) -> str:
    """The note on an answer from another time than the one that the question names, of which that has nothing."""
    return f"Nothing {in_words(days)} answers this, so this is from any time."


def _nearest(evidence: AnswerEvidence) -> PassageSentence | None:
    """The sentence that comes nearest, where it is about the subject at all."""
    if not evidence.sentences or evidence.confidence < NEAR:
        return None
    best = max(range(len(evidence.sentences)), key=lambda n: evidence.scores[n])
    return evidence.sentences[best]
