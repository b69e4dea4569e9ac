"""The sentences of found passages, each with where it stands: what an answer may rest on."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from earmark.types import Citation, Hit
from retrieval.links import at_second

__all__ = ["LONGEST", "Evidence", "Sentence", "best_of", "citation", "sentences_of"]

LONGEST = 60
"""Words of the longest sentence that is quoted whole."""
_STRETCH = 30

_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|No|Inc|Ltd|Co|approx|Gen|Sen|Rep)|\b[A-Za-z]|\be\.g|\bi\.e|\bU\.S)\.$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, verbatim, with the passage it is from and where in it it begins (in characters)."""

    text: str
    hit: Hit
    offset: int

    @property
    def start_s(self) -> float | None:
        """When it is said: between the passage's start and end by its share of the characters before it."""
        hit = self.hit
        if hit.start_s is None or hit.end_s is None or not hit.text:
            return hit.start_s
        return hit.start_s + (hit.end_s - hit.start_s) * self.offset / len(hit.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A question, the passages found for it, and how sure it is that they answer it (see `retrieval.confidence`)."""

    question: str
    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...]
    scores: tuple[float, ...]
    confidence: float


def sentences_of(hit: Hit) -> list[Sentence]:
    """The sentences of a passage, in order; a light rule, as passages are cut at sentences already."""
    found = []
    start = 0
    for match in _END.finditer(hit.text):
        if _ABBREVIATION.search(hit.text[start : match.start()]):
            continue
        found.append((start, hit.text[start : match.end()].rstrip()))
        start = match.end()
    found.append((start, hit.text[start:].rstrip()))
    pieces = [(offset + inner, piece) for offset, text in found for inner, piece in _pieces(text)]
    return [Sentence(text=text, hit=hit, offset=offset) for offset, text in pieces if text]


def _pieces(text: str) -> list[tuple[int, str]]:
    """A sentence as it is, or, where speech recognition put no marks, stretches of it that can be read."""
    starts = [match.start() for match in re.finditer(r"\S+", text)]
    if len(starts) <= LONGEST:
        return [(0, text)]
    count = math.ceil(len(starts) / _STRETCH)
    bounds = [starts[len(starts) * n // count] for n in range(count)] + [len(text)]
    return [(a, text[a:b].rstrip()) for a, b in itertools.pairwise(bounds)]


def citation(n: int, hit: Hit, quote: str, start_s: float | None) -> Citation:
    """The citation of a quote in a passage; its address opens at the second."""
    base = hit.url.partition("#t=")[0]
    return Citation(
        n=n,
        chunk_id=hit.chunk_id,
        episode_id=hit.episode_id,
        show=hit.show,
        episode=hit.episode,
        speaker=hit.speaker,
        start_s=start_s,
        quote=quote,
        url=at_second(base, start_s),
    )


def best_of(hit: Hit, sentences: Sequence[Sentence], scores: Sequence[float]) -> Sentence | None:
    """The best sentence of a passage."""
    own = [(score, -n) for n, (one, score) in enumerate(zip(sentences, scores, strict=True)) if one.hit is hit]
    return sentences[-max(own)[1]] if own else None
