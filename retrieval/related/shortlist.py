"""From a ranking to what a reader is shown: one of a kind, one a show, and not ten times the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.types import Insight

__all__ = ["Group", "RelatedCandidate", "folded", "picked"]

_DIVERSITY = 0.1
"""Weight of the closest one picked already, against the score (MMR).

On related_insights it costs nothing (nDCG@10 .554, lists less alike by 1 %); .2 costs .4 points, .3 costs .6.
"""


@dataclass(frozen=True, slots=True)
class RelatedCandidate:
    """An insight with what speaks for it: its score in the ranking, the chance that it is related, and its vector."""

    insight: Insight
    vector: NDArray[np.float32]
    score: float
    chance: float
    cosine: float


Group = list[RelatedCandidate]
"""Candidates that say nearly the same, best first; the first represents all."""


def folded(
    candidates: Sequence[RelatedCandidate],
    same: Callable[[Insight, Insight], bool],
    twins: Callable[[Insight, Insight], bool],
) -> list[Group]:
    """Candidates in groups that say nearly the same, best first in each and between them.

    Args:
        candidates: best first.
        same: whether two say nearly the same.
        twins: whether two come from one recording; of such only the first is kept in a group, since it is one voice.
    """
    groups: list[Group] = []
    for candidate in candidates:
        group = next((group for group in groups if same(group[0].insight, candidate.insight)), None)
        if group is None:
            groups.append([candidate])
        elif not any(twins(member.insight, candidate.insight) for member in group):
            group.append(candidate)
    return groups


def picked(
    groups: Sequence[Group],
    limit: int,
    *,
    twins: Callable[[Insight, Insight], bool],
    diversity: float = _DIVERSITY,
) -> list[Group]:
    """At most ``limit`` groups, no two led by one show or by one recording, by maximal marginal relevance.

    Source: J. Carbonell, J. Goldstein, The Use of MMR, 1998. Relevance is the score scaled to 0..1 over the list.
    """
    if not groups:
        return []
    scores = [group[0].score for group in groups]
    low, span = min(scores), (max(scores) - min(scores)) or 1.0
    left = list(groups)
    chosen: list[Group] = []
    closest = [0.0] * len(left)
    while left and len(chosen) < limit:
        worth = [
            (1 - diversity) * (group[0].score - low) / span - diversity * near
            for group, near in zip(left, closest, strict=True)
        ]
        best = left[worth.index(max(worth))][0]
        chosen.append(next(group for group in left if group[0] is best))
        kept = [
            (group, max(near, float(group[0].vector @ best.vector)))
            for group, near in zip(left, closest, strict=True)
            if group[0].insight.show_id != best.insight.show_id and not twins(group[0].insight, best.insight)
        ]
        left, closest = [group for group, _ in kept], [near for _, near in kept]
    return chosen
