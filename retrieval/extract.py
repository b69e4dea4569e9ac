"""An answer without a language model: the sentences that answer best, as they were said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.types import Answer
from retrieval.evidence import Evidence, Sentence, citation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["extractive_answer", "pick"]

_MOST = 4
_ENOUGH = 0.78
"""Share of the best sentence's score from which another is worth reading."""
_NEW_SHOW = 1.12
"""What a sentence of a show not yet heard is favoured by: two voices are better than one."""
_REPEATS = 0.82
"""Cosine from which a sentence repeats one that was picked."""


def extractive_answer(evidence: Evidence, vectors: NDArray[np.float32]) -> Answer:
    """The answer in the speakers' own words, every sentence verbatim and cited.

    Args:
        evidence: with at least one sentence.
        vectors: of its sentences, of shape ``(len(evidence.sentences), dimension)``.
    """
    picked = pick(evidence, vectors)
    citations = [citation(n, one.hit, one.text, one.start_s) for n, one in enumerate(picked, 1)]
    return Answer(
        question=evidence.question,
        answer=" ".join(_said(one, n) for n, one in enumerate(picked, 1)),
        abstained=False,
        citations=tuple(citations),
    )


def pick(evidence: Evidence, vectors: NDArray[np.float32]) -> list[Sentence]:
    """One to four sentences: the best first, each passage's in the order in which they were said."""
    scores = list(evidence.scores)
    best = max(scores)
    chosen: list[int] = []
    while len(chosen) < _MOST:
        shows = {evidence.sentences[n].hit.show_id for n in chosen}
        open_ = [
            n
            for n, score in enumerate(scores)
            if n not in chosen
            and score >= _ENOUGH * best
            and all(float(vectors[n] @ vectors[other]) < _REPEATS for other in chosen)
        ]
        if not open_:
            break
        chosen.append(
            max(open_, key=lambda n: scores[n] * (1 if evidence.sentences[n].hit.show_id in shows else _NEW_SHOW))
            if chosen
            else max(open_, key=lambda n: scores[n])
        )
    order: dict[str, int] = {}
    for n in chosen:
        order.setdefault(evidence.sentences[n].hit.chunk_id, len(order))
    picked = [evidence.sentences[n] for n in chosen]
    return sorted(picked, key=lambda one: (order[one.hit.chunk_id], one.offset))


def _said(one: Sentence, n: int) -> str:
    quote = f"“{one.text}”"
    return f"{one.hit.speaker}: {quote} [{n}]" if one.hit.speaker else f"{quote} [{n}]"
