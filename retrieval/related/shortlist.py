"""From a ranking to what a reader is shown: one of a kind, shows taking turns, and not ten times the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.related.remarks import Remark

__all__ = ["Group", "RelatedCandidate", "folded", "picked"]

_DIVERSITY = 0.1
"""Weight of the closest one picked already, against the chance (MMR).

On related_insights it costs nothing (nDCG@10 .554, lists less alike by 1 %); .2 costs .4 points, .3 costs .6.
"""
_TURN = 0.7
"""What a chance is worth for each entry that its show has already: a second one has to be clearly better than another's first."""


@dataclass(frozen=True, slots=True)
class RelatedCandidate:
    """What was said, its vector, the chance that it belongs here, and the cosine of what both were said in."""

    remark: Remark
    vector: NDArray[np.float32]
    chance: float
    cosine: float


Group = list[RelatedCandidate]
"""Candidates that say nearly the same, best first; the first represents all."""


def folded(
    candidates: Sequence[RelatedCandidate],
    same: Callable[[Remark, Remark], bool],
    twins: Callable[[Remark, Remark], bool],
) -> list[Group]:
    """Candidates in groups that say nearly the same, best first in each and between them.

    Args:
        candidates: best first.
        same: whether two say nearly the same.
        twins: whether two come from one recording; of such only the first is kept in a group, since it is one voice.
    """
    groups: list[Group] = []
    for candidate in candidates:
        group = next((group for group in groups if same(group[0].remark, candidate.remark)), None)
        if group is None:
            groups.append([candidate])
        elif not any(twins(member.remark, candidate.remark) for member in group):
            group.append(candidate)
    return groups


def picked(
    groups: Sequence[Group],
    limit: int,
    *,
    twins: Callable[[Remark, Remark], bool],
    diversity: float = _DIVERSITY,
) -> list[Group]:
    """At most ``limit`` groups, no two led by one recording, by maximal marginal relevance with shows taking turns.

    Source: J. Carbonell, J. Goldstein, The Use of MMR, 1998. Relevance is the chance.
    """
    left = list(groups)
    closest = [0.0] * len(left)
    turns: Counter[str] = Counter()
    chosen: list[Group] = []
    while left and len(chosen) < limit:
        worth = [
            (1 - diversity) * group[0].chance * _TURN ** turns[group[0].remark.show_id] - diversity * near
            for group, near in zip(left, closest, strict=True)
        ]
        group = left[worth.index(max(worth))]
        best = group[0]
        chosen.append(group)
        turns[best.remark.show_id] += 1
        kept = [
            (other, max(near, float(other[0].vector @ best.vector)))
            for other, near in zip(left, closest, strict=True)
            if other is not group and not twins(other[0].remark, best.remark)
        ]
        left, closest = [other for other, _ in kept], [near for _, near in kept]
    return chosen
