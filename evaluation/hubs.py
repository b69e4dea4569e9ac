"""Hubs among lists of neighbours, and how unlike the entries of a list are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from evaluation.significance import mean
from evaluation.suite import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["K", "diversity", "hub_measures", "occurrences", "skew"]

K = 10
"""Length of the lists that are looked at."""


def occurrences(lists: Mapping[str, Sequence[str]], items: Collection[str]) -> dict[str, int]:
    """N_k: the number of lists, cut to their first ``K``, that hold each item."""
    counts = Counter(item for ranking in lists.values() for item in ranking[:K])
    return {item: counts[item] for item in items}


def skew(counts: Collection[int]) -> float:
    """The skewness of a distribution (its third standardised moment): 0 for a symmetric one, high where there are hubs.

    Source: M. Radovanović, A. Nanopoulos, M. Ivanović, Hubs in Space, JMLR 2010, section 3.
    """
    values = np.asarray(list(counts), dtype=np.float64)
    spread = float(values.std()) if values.size else 0.0
    return float(((values - values.mean()) ** 3).mean() / spread**3) if spread else 0.0


def hub_measures(lists: Mapping[str, Sequence[str]], items: Collection[str]) -> dict[str, Measure]:
    """``hub rate`` (share of lists with the most frequent item), ``max N_10`` and ``skew of N_10``."""
    counts = occurrences(lists, items)
    hub = max(counts, key=lambda item: counts[item])
    return {
        "hub rate": mean([float(hub in ranking[:K]) for ranking in lists.values()]),
        f"max N_{K}": Measure(value=float(counts[hub]), n=len(lists)),
        f"skew of N_{K}": Measure(value=skew(counts.values()), n=len(counts)),
    }


def diversity(lists: Mapping[str, Sequence[str]], vectors: Mapping[str, NDArray[np.float32]]) -> Measure:
    """The mean over lists of the mean of 1 - cosine over all pairs of their first ``K``; lists of one are left out.

    Args:
        lists: item ids by query, best first.
        vectors: unit vectors of shape ``(dimension,)`` by item.
    """
    values = []
    for ranking in lists.values():
        if len(ranking[:K]) > 1:
            matrix = np.stack([vectors[item] for item in ranking[:K]])
            pairs = (matrix @ matrix.T)[np.triu_indices(len(matrix), k=1)]
            values.append(float(1.0 - pairs.mean()))
    return mean(values)
