"""The bodies of a brief's ideas, without sentences that repeat another idea's claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from earmark.language.folding import fold
from earmark.language.sentences import sentence_spans
from earmark.types import Insight
from ingest.insights.clean import clean

__all__ = ["apart"]

_GAP = "…"
"""Marks where something between two sentences was left out."""


def apart(insights: Sequence[Insight]) -> tuple[Insight, ...]:
    """The insights in their order, each body without sentences that are another insight's claim.

    Two ideas from neighbouring sentences of one episode have each other's claim in their bodies, and a reader would read
    both twice. A body may end up empty.
    """
    claims = {insight.id: [said for said, _ in _sentences(insight.claim)] for insight in insights}
    return tuple(
        replace(insight, body=_without(insight.body, [claims[other] for other in claims if other != insight.id]))
        for insight in insights
    )


def _without(body: str, claims: Sequence[list[str]]) -> str:
    sentences = _sentences(body)
    said = [words for words, _ in sentences]
    dropped: set[int] = set()
    for claim in claims:
        for first in range(len(said) - len(claim) + 1):
            if claim and said[first : first + len(claim)] == claim:
                dropped.update(range(first, first + len(claim)))
    if not dropped:
        return body
    kept: list[str] = []
    last = -1
    for number, (_, text) in enumerate(sentences):
        if number in dropped:
            continue
        if kept and number > last + 1:
            kept.append(_GAP)
        kept.append(text)
        last = number
    return " ".join(kept)


def _sentences(text: str) -> list[tuple[str, str]]:
    """The sentences of a text, as they are compared and as they are written.

    An opening such as "So" or "However" is kept in a body and taken from a claim; case, accents and marks say nothing.
    """
    written = [text[start:end] for start, end in sentence_spans(text, longest=len(text))]
    return [(fold(clean(sentence)) or fold(sentence), sentence) for sentence in written]
