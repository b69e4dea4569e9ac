"""How central each sentence of an episode is among all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["centrality"]


def centrality(bags: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """How central each bag of words is among all, as ranks in 0..1, of shape ``(len(bags),)``.

    Degree centrality (Erkan and Radev 2004) without its matrix: the mean cosine to all others is, up to a constant, the
    cosine to the centroid. Weights are tf-idf within the episode, with a logarithm on both.
    """
    documents = Counter(word for bag in bags for word in set(bag))
    idf = {word: float(np.log(1 + len(bags) / df)) for word, df in documents.items() if df > 1}
    vectors = [_unit({w: (1 + float(np.log(n))) * idf[w] for w, n in Counter(bag).items() if w in idf}) for bag in bags]
    everywhere: Counter[str] = Counter()
    for vector in vectors:
        everywhere.update(vector)
    scores = np.array([sum(value * everywhere[word] for word, value in vector.items()) for vector in vectors])
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    return order / max(1, len(scores) - 1)


def _unit(vector: dict[str, float]) -> dict[str, float]:
    norm = sum(value * value for value in vector.values()) ** 0.5 or 1.0
    return {word: value / norm for word, value in vector.items()}
