"""What a reader asked for more and less of, as vectors: how far it raises or lowers a candidate of a brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_TASTE", "Taste"]

Vector = NDArray[np.float32]

_BEGINS, _WHOLE = 0.35, 0.6
"""Cosine to the nearest idea asked about at which a candidate begins to count as like it, and counts as wholly like it.
Unrelated claims lie below the first; claims on one subject reach the second."""
_WEIGHT = 0.5
"""The share of its score that a candidate wins or loses by being wholly like such an idea. What is asked about has been told,
which costs its neighbours up to a quarter at these cosines: a smaller weight would only make up for that."""


def _nothing() -> Vector:
    return np.zeros((0, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Unit vectors, a row each, of what a reader asked for ``more`` and ``less`` of; ``claims`` are the words of ``more``.

    Each idea counts for itself: the mean of two interests lies between them, where nothing is that the reader asked for.
    """

    more: Vector = field(default_factory=_nothing)
    less: Vector = field(default_factory=_nothing)
    claims: tuple[str, ...] = ()

    def factors(self, rows: Sequence[Vector | None]) -> NDArray[np.float64]:
        """What multiplies the score of each candidate: above 1 where the reader wants it, 1 without a vector."""
        return 1.0 + _WEIGHT * (_likeness(rows, self.more) - _likeness(rows, self.less))

    def reason(self, row: Vector | None) -> str:
        """The claim that raised a candidate, the nearest of those asked for more of; empty if it was not raised."""
        if row is None or not len(self.more) or self.factors([row])[0] <= 1.0:
            return ""
        return self.claims[int(np.argmax(self.more @ row))]


NO_TASTE = Taste()
"""Of a reader who asked for nothing."""


def _likeness(rows: Sequence[Vector | None], asked: Vector) -> NDArray[np.float64]:
    """How like each row is to the nearest of those asked about, in 0..1."""
    likeness = np.zeros(len(rows))
    known = [n for n, row in enumerate(rows) if row is not None]
    if known and len(asked):
        cosines = (np.stack([row for row in rows if row is not None]) @ asked.T).max(axis=1)
        likeness[known] = np.clip((cosines - _BEGINS) / (_WHOLE - _BEGINS), 0.0, 1.0)
    return likeness
