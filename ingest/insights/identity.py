"""Ids that survive: an idea that is found again, in other words or with a longer quote, keeps the id it had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.insights.locate import normalise

if TYPE_CHECKING:
    from earmark.types import Insight

__all__ = ["with_known_ids"]

SAME = 0.6
"""Share of the shorter quote's words, in order, that both must have to be the same idea of one episode."""


def with_known_ids(fresh: Sequence[Insight], known: Sequence[Insight]) -> tuple[Insight, ...]:
    """The fresh insights of an episode, each under the id of the known one whose quote it shares most, if any.

    An id is given once; what readers were told, saved or linked stays what it was.
    """
    left = {insight.id: insight for insight in known}
    taken = {insight.id for insight in fresh if insight.id in left}
    for insight_id in taken:
        left.pop(insight_id)
    named: list[Insight] = []
    for insight in fresh:
        if insight.id in taken:
            named.append(insight)
            continue
        best = max(left.values(), key=lambda other: _shared(insight.quote, other.quote), default=None)
        if best is not None and _shared(insight.quote, best.quote) >= SAME:
            left.pop(best.id)
            named.append(replace(insight, id=best.id))
        else:
            named.append(insight)
    return tuple(named)


def _shared(quote: str, other: str) -> float:
    """Words of the longest common stretch of two quotes over the words of the shorter."""
    first, second = normalise(quote).split(), normalise(other).split()
    if not first or not second:
        return 0.0
    longest = 0
    row = [0] * (len(second) + 1)
    for word in first:
        fresh = [0] * (len(second) + 1)
        for at, match in enumerate(second, start=1):
            if word == match:
                fresh[at] = row[at - 1] + 1
                longest = max(longest, fresh[at])
        row = fresh
    return longest / min(len(first), len(second))
