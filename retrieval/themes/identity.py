"""Which new cluster is which old theme: so that ids, and the addresses made of them, survive a re-clustering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from earmark.ids import make_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Identities", "identify"]

_SAME = 0.2
"""Least Jaccard overlap at which a cluster goes by an old theme's id. A theme that splits in three goes on in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The ``ids`` of the new clusters, in their order, and the ``overlap`` of each with the theme it continues (else 0).

    ``retired`` are the old themes that no cluster continues, each with the id that took most of its insights, or empty.
    """

    ids: tuple[str, ...]
    overlap: tuple[float, ...]
    retired: Mapping[str, str]


def identify(clusters: Sequence[Sequence[str]], before: Mapping[str, str]) -> Identities:
    """Ids for clusters of insight ids, given the theme that each insight was in.

    Old and new are paired so that the overlaps (Jaccard) add up to the most (Hungarian method). A cluster without a
    pair gets an id made of its insights, so a theme that was retired and comes back whole has its old id again.

    Args:
        clusters: the insights of each new cluster.
        before: the theme of each insight until now, without those that stood alone.
    """
    from scipy.optimize import linear_sum_assignment  # a third of a second, for what is done after a change only

    old = sorted(set(before.values()))
    shared = [Counter(before[insight] for insight in members if insight in before) for members in clusters]
    overlap = _overlaps(clusters, shared, old, Counter(before.values()))
    pairs = {
        int(row): int(column)
        for row, column in zip(*linear_sum_assignment(-overlap), strict=True)
        if overlap[row, column] >= _SAME
    }
    ids = _ids(clusters, {row: old[column] for row, column in pairs.items()}, old)
    kept = tuple(float(overlap[row, pairs[row]]) if row in pairs else 0.0 for row in range(len(clusters)))
    gone = [theme for column, theme in enumerate(old) if column not in pairs.values()]
    return Identities(ids=ids, overlap=kept, retired=_heirs(gone, shared, ids))


def _overlaps(
    clusters: Sequence[Sequence[str]], shared: Sequence[Counter[str]], old: Sequence[str], sizes: Counter[str]
) -> NDArray[np.float64]:
    """Jaccard overlaps of shape ``(len(clusters), len(old))``, given how many insights each cluster has of each theme."""
    overlap = np.zeros((len(clusters), len(old)))
    column = {theme: number for number, theme in enumerate(old)}
    for row, counts in enumerate(shared):
        for theme, count in counts.items():
            overlap[row, column[theme]] = count / (len(clusters[row]) + sizes[theme] - count)
    return overlap


def _ids(clusters: Sequence[Sequence[str]], inherited: Mapping[int, str], old: Sequence[str]) -> tuple[str, ...]:
    """The id of each cluster: the one it inherits, by row, else one of its own that no other theme has or had."""
    taken = set(old)
    ids: list[str] = []
    for row, members in enumerate(clusters):
        theme, salt = inherited.get(row) or make_id("theme", *sorted(members)), 0
        while row not in inherited and theme in taken:
            salt += 1
            theme = make_id("theme", str(salt), *sorted(members))
        taken.add(theme)
        ids.append(theme)
    return tuple(ids)


def _heirs(gone: Sequence[str], shared: Sequence[Counter[str]], ids: Sequence[str]) -> dict[str, str]:
    """The new theme that took most insights of each theme that is gone; empty if none did."""
    took: dict[str, Counter[str]] = {theme: Counter() for theme in gone}
    for row, counts in enumerate(shared):
        for theme, count in counts.items():
            if theme in took:
                took[theme][ids[row]] += count
    return {theme: min(heirs, key=lambda heir: (-heirs[heir], heir), default="") for theme, heirs in took.items()}
