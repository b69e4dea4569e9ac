"""Which new cluster is which old theme: so that ids, and the addresses made of them, survive a re-clustering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from earmark.ids import make_id

__all__ = ["Identities", "identify"]

_SAME = 0.2
"""Least Jaccard overlap at which a cluster goes by an old theme's id. A theme that splits in three goes on in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """``ids`` of the new clusters in their order; ``overlap`` of each with the theme it goes on as (0 for a new one).

    ``retired`` are the old themes that are no more, each with the id that took most of its insights (empty: none did).
    """

    ids: tuple[str, ...]
    overlap: tuple[float, ...]
    retired: Mapping[str, str]


def identify(clusters: Sequence[Sequence[str]], before: Mapping[str, str]) -> Identities:
    """Ids for clusters of insight ids, given the theme that each insight was in.

    Old and new are paired so that the overlaps (Jaccard) add up to the most (Hungarian method), and one that is left
    without a pair gets an id made of its insights: a theme that was retired and comes back whole has its old one.

    Args:
        clusters: the insights of each new cluster.
        before: the theme of each insight until now, without those that stood alone.
    """
    old = sorted(set(before.values()))
    sizes = Counter(before.values())
    shared = [Counter(before[one] for one in members if one in before) for members in clusters]
    overlap = np.zeros((len(clusters), len(old)))
    column = {theme: number for number, theme in enumerate(old)}
    for row, counts in enumerate(shared):
        for theme, count in counts.items():
            overlap[row, column[theme]] = count / (len(clusters[row]) + sizes[theme] - count)
    pairs = {
        int(row): old[number]
        for row, number in zip(*linear_sum_assignment(-overlap), strict=True)
        if overlap[row, number] >= _SAME
    }
    taken = set(old)
    ids: list[str] = []
    for row, members in enumerate(clusters):
        one, salt = pairs.get(row) or make_id("theme", *sorted(members)), 0
        while row not in pairs and one in taken:
            salt += 1
            one = make_id("theme", str(salt), *sorted(members))
        taken.add(one)
        ids.append(one)
    went: dict[str, Counter[str]] = {theme: Counter() for theme in old if theme not in pairs.values()}
    for row, counts in enumerate(shared):
        for theme, count in counts.items():
            if theme in went:
                went[theme][ids[row]] += count
    heirs = {theme: min(to, key=lambda one: (-to[one], one), default="") for theme, to in went.items()}
    kept = tuple(float(overlap[row, column[pairs[row]]]) if row in pairs else 0.0 for row in range(len(clusters)))
    return Identities(ids=tuple(ids), overlap=kept, retired=heirs)
