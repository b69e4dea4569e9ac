"""Boundaries between subjects, for episodes whose publisher made no chapters.

The episode is cut where that leaves the stretches most alike within: each is scored by how far the vectors of its
sentences point the same way, every further boundary has a price, and dynamic programming finds the best cut of all
(Utiyama and Isahara 2001, on vectors in place of words). A change of speaker and phrases such as "let's move on" make a
boundary cheaper.

Measured against human chapters of 94 episodes of 8 shows; the values below were chosen on two of them (46 episodes), these
are the other six (48). Boundaries that are off by two blocks of 30 words at most, half a minute, count as found:

| | Pk | WindowDiff | F1 |
|---|---|---|---|
| no boundaries | .433 | .433 | 0 |
| every 600 words | .490 | .508 | .231 |
| at random | .498 | .541 | .184 |
| TextTiling on the same vectors | .398 | .434 | .407 |
| this | .339 | .360 | .435 |

Passages that are cut at these boundaries are found better by headings than those that run across them: mean reciprocal
rank .704 against .687, with the publisher's own boundaries .753.

`pytest -m campaign tests/campaigns/test_segments.py` measures it again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from earmark.types import Chapter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.ports import Encoder
    from ingest.text.sentences import Sentence

__all__ = ["boundaries", "cuts", "topics"]

UNIT_WORDS = 30
"""Sentences of one speaker are taken together up to this, for vectors that carry a subject."""
UNIT_CHARS = 600
"""Characters of a unit that are encoded: about the 128 tokens the small models read well."""
PRICE = 4.0
"""What a boundary costs, in units of a sentence that points across its stretch."""
CHEAPER_TURN = 0.2
CHEAPER_PHRASE = 0.2
"""Shares by which a change of speaker and a phrase that opens a subject make a boundary cheaper."""
FEWEST_UNITS = 8
"""Units of a stretch, about two minutes."""
MOST_UNITS = 200
"""A stretch is at most half an hour; this keeps the work linear in the length of the episode."""
LEAST_EPISODE = 40
"""An episode of fewer units (ten minutes) is left whole."""

_PHRASE = re.compile(
    r"\b(?:moving on|next (?:up|topic|question|one|thing|item|section)|let'?s (?:talk|move|go|get|jump|switch|start|turn|dive)"
    r"|i(?:'d like| want| wanted| would like) to (?:talk|ask|move|get|switch)|so (?:what|how|why|can you|could you|tell)"
    r"|(?:can|could) you (?:tell|explain|talk|describe|walk)|another (?:topic|question|thing)|speaking of"
    r"|(?:first|second|third|last|final|other) (?:question|topic|thing|one)|what about|tell (?:me|us) about"
    r"|switch(?:ing)? gears|the next|changing)\b",
    re.IGNORECASE,
)
_LOOK_CHARS = 250


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences ``first`` to ``last`` of one speaker."""

    first: int
    text: str
    turn: bool


def topics(sentences: Sequence[Sentence], encoder: Encoder) -> tuple[Chapter, ...]:
    """The stretches of an episode as chapters without titles (``topics``), in order; none if it has no times.

    Args:
        sentences: of the whole transcript, in order.
        encoder: gives the vectors; about as many tokens as the episode's passages have are encoded.
    """
    starts = [sentences[index].start_s for index in boundaries(sentences, encoder)]
    if not starts or any(start is None for start in starts):
        return ()
    edges = [0.0, *(start for start in starts if start is not None and start > 0)]
    if any(after <= before for before, after in pairwise(edges)):
        return ()  # times that step back: stretches cannot be told by them
    ends: list[float | None] = [*edges[1:], next((s.end_s for s in reversed(sentences) if s.end_s is not None), None)]
    return tuple(Chapter(start_s=start, end_s=end, source="topics") for start, end in zip(edges, ends, strict=True))


def boundaries(sentences: Sequence[Sentence], encoder: Encoder) -> tuple[int, ...]:
    """Indexes of the sentences that begin a new subject, in order; the first sentence is never among them."""
    units = _units(sentences)
    if len(units) < LEAST_EPISODE:
        return ()
    vectors = encoder.encode([unit.text[:UNIT_CHARS] for unit in units])
    return tuple(units[index].first for index in cuts(vectors, _prices(units)))


def _units(sentences: Sequence[Sentence]) -> list[_Unit]:
    units: list[_Unit] = []
    held: list[str] = []
    words, first = 0, 0
    for index, sentence in enumerate(sentences):
        changed = index > 0 and sentence.speaker != sentences[index - 1].speaker
        if held and (changed or words >= UNIT_WORDS):
            units.append(_unit(sentences, first, held))
            held, words, first = [], 0, index
        held.append(sentence.text)
        words += len(sentence.text.split())
    if held:
        units.append(_unit(sentences, first, held))
    return units


def _unit(sentences: Sequence[Sentence], first: int, held: Sequence[str]) -> _Unit:
    turn = first > 0 and sentences[first].speaker != sentences[first - 1].speaker
    return _Unit(first, " ".join(held), turn)


def _prices(units: Sequence[_Unit]) -> list[float]:
    return [
        PRICE * (1 - CHEAPER_TURN * unit.turn - CHEAPER_PHRASE * bool(_PHRASE.search(unit.text[:_LOOK_CHARS])))
        for unit in units
    ]


def cuts(vectors: NDArray[np.float32], prices: Sequence[float]) -> list[int]:
    """Indexes, in order, at which cutting ``vectors`` of shape ``(n, d)`` costs least.

    A stretch of ``m`` unit vectors whose sum has length ``s`` costs ``m - s``: 0 where all point the same way.
    """
    import numpy as np

    centred = vectors - vectors.mean(axis=0)  # what all of the episode is about tells nothing apart
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    count = len(centred)
    sums = np.vstack([np.zeros(centred.shape[1]), np.cumsum(centred, axis=0, dtype=np.float64)])
    price = np.asarray([0.0, *prices[1:]])
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    before = np.zeros(count + 1, dtype=int)
    for end in range(FEWEST_UNITS, count + 1):
        starts = np.arange(max(0, end - MOST_UNITS), end - FEWEST_UNITS + 1)
        spread = (end - starts) - np.linalg.norm(sums[end] - sums[starts], axis=1)
        costs = best[starts] + spread + price[starts]
        chosen = int(np.argmin(costs))
        best[end], before[end] = costs[chosen], starts[chosen]
    cuts: list[int] = []
    end = int(before[count])
    while end > 0:
        cuts.append(end)
        end = int(before[end])
    return cuts[::-1]
