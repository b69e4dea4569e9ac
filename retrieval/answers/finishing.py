"""What an answer says beside its sentences: where was looked, two sides that contradict each other, and how old it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from earmark.types import Answer, Citation
from retrieval.answers.evidence import AnswerEvidence
from retrieval.answers.views import find_views

__all__ = ["finished", "viewed"]

_OLD_DAYS = 365
"""Age of the newest evidence from which the reader is told."""
_APART_DAYS = 365


def finished(answer: Answer, evidence: AnswerEvidence, note: str = "") -> Answer:
    """The answer with what the evidence says beside it."""
    return replace(
        answer,
        question=evidence.question,
        understood=evidence.understood,
        narrowed=evidence.scope,
        note=" ".join(filter(None, (*evidence.remarks, evidence.note if not answer.abstained else "", note))),
        confidence=round(evidence.confidence, 3),
    )


def viewed(answer: Answer, evidence: AnswerEvidence, now: datetime) -> Answer:
    """The answer with the two sides, where speakers that it cites contradict each other, and with its age."""
    if answer.abstained or evidence.vectors is None:
        return answer
    rows = [_row(cite, evidence) for cite in answer.citations]
    held = [cite for cite, row in zip(answer.citations, rows, strict=True) if row is not None]
    vectors = evidence.vectors[[row for row in rows if row is not None]]
    return replace(
        answer,
        views=find_views(held, vectors) if len(held) > 1 else (),
        note=" ".join(filter(None, (answer.note, _age(answer, now)))),
    )


def _row(cite: Citation, evidence: AnswerEvidence) -> int | None:
    """The number of the sentence that a citation quotes, of several the one that answers best."""
    quoted = [
        n
        for n, sentence in enumerate(evidence.sentences)
        if sentence.hit.chunk_id == cite.chunk_id and sentence.text in cite.quote
    ]
    return max(quoted, key=lambda n: evidence.scores[n], default=None)


def _age(answer: Answer, now: datetime) -> str:
    """A word on the age of what an answer rests on, where that matters: all of it old, or some far older than the rest."""
    dates = sorted(cite.published for cite in answer.citations if cite.published)
    if not dates:
        return ""
    if (now - dates[-1]).days > _OLD_DAYS:
        return f"The latest of this was said in {dates[-1]:%B %Y}."
    if (dates[-1] - dates[0]).days > _APART_DAYS:
        return f"What this rests on was said between {dates[0]:%B %Y} and {dates[-1]:%B %Y}."
    return ""
