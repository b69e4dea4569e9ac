"""Where sentences end in speech without punctuation, told by the three words before and after each gap.

The weights in ``boundary_weights.json`` are made by ``python -m evaluation.fits.boundaries`` from edited transcripts
without their marks and capitals; it also says how many boundaries they find in shows that they were not fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["WEIGHTS", "BoundaryWeights", "boundary_odds", "classed", "gap_features"]

WEIGHTS = Path(__file__).with_name("boundary_weights.json")
_EDGE = "^"
_ENDINGS = ("ing", "ed", "ly", "tion", "ions", "er", "es", "s", "'s")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryWeights:
    """A logistic regression over `gap_features`; ``common`` are the words that it knows by themselves."""

    bias: float
    common: frozenset[str]
    weights: Mapping[str, float]


def boundary_odds(words: Sequence[str]) -> list[float]:
    """Log odds that a sentence begins with each word, in their order; the first begins one and has 0.

    Args:
        words: in lower case and without marks, apostrophes aside.
    """
    known = _weights()
    classes = classed(words, known.common)
    weight = known.weights.get
    return [0.0] + [
        known.bias + sum(weight(feature, 0.0) for feature in gap_features(classes, index))
        for index in range(1, len(classes))
    ]


def classed(words: Sequence[str], common: frozenset[str]) -> list[str]:
    """The words with three edges on either side; rare ones are told by their ending, numbers only as such."""
    return [word if word in common else _class(word) for word in words]


def gap_features(classes: Sequence[str], index: int) -> tuple[str, ...]:
    """What is looked at in the gap before a word: words, pairs and threes on both sides and across."""
    size = len(classes)
    b3, b2, b1, a1, a2, a3 = (classes[place] if 0 <= place < size else _EDGE for place in range(index - 3, index + 3))
    return (
        f"a{b1}",
        f"b{b2}",
        f"c{b3}",
        f"d{a1}",
        f"e{a2}",
        f"f{a3}",
        f"g{b2} {b1}",
        f"h{b1} {a1}",
        f"i{a1} {a2}",
        f"j{b3} {b2} {b1}",
        f"k{b2} {b1} {a1}",
        f"l{b1} {a1} {a2}",
        f"m{a1} {a2} {a3}",
    )


def _class(word: str) -> str:
    if word[:1].isdigit():
        return "#"
    return "*" + next((end for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "")


@cache
def _weights() -> BoundaryWeights:
    table = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return BoundaryWeights(
        bias=table["bias"], common=frozenset(table["common"].split()), weights=dict(table["weights"])
    )
