"""Two rankings of the same passages on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from earmark.ports import IndexHit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ranking", "RankingPool", "filled", "pooled", "ranking"]

DENSE_WEIGHT = 0.18
TEXT_WEIGHT = 0.26
"""Weights of the two rankings, beside those of late interaction and feedback.

Chosen on the tune parts of six judged collections, the same for all; the optimum is flat. In deviations above the mean
and with equal weights they rank as DBSF does (.5336 against .5320 nDCG@10 over all six).
"""

_REACH = 3.0
"""Deviations by which equals lie above what their ranking lacks: as far as DBSF's scale reaches below the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Scores by passage, with their mean and (population) standard deviation.

    ``missing`` is the score of a passage that the ranking does not hold.
    """

    scores: Mapping[str, float]
    mean: float
    spread: float
    missing: float

    def scaled(self, keys: Sequence[str], known: Mapping[str, float] | None = None) -> NDArray[np.float32]:
        """How many deviations each passage is above the mean, of shape ``(len(keys),)``; 0 if all are equal.

        ``known`` holds true scores of passages that the ranking itself does not hold.
        """
        elsewhere = known or {}
        scores = [self.scores.get(key, elsewhere.get(key, self.missing)) for key in keys]
        if not self.spread:
            return np.zeros(len(keys), dtype=np.float32)
        return ((np.array(scores) - self.mean) / self.spread).astype(np.float32)


def ranking(hits: Sequence[IndexHit], *, missing: float | None = None) -> Ranking:
    """A ranking from its hits; a passage that it lacks has the lowest score in it, unless ``missing`` says another."""
    scores = {hit.key: hit.score for hit in hits}
    values = np.array(list(scores.values()) or [0.0])
    lowest, highest = float(values.min()), float(values.max())
    missing = lowest if missing is None else missing
    # Equals have no deviation: that of a word which one passage alone holds would otherwise count for nothing.
    spread = float(values.std()) if lowest < highest else (highest - missing) / _REACH
    return Ranking(scores=scores, mean=float(values.mean()), spread=spread, missing=missing)


def filled(values: NDArray[np.float32], other: NDArray[np.float32], *, first: int) -> NDArray[np.float32]:
    """``values`` in deviations above their mean, those that are not a number replaced by what ``other`` says likewise.

    A value that is not known of a passage is assumed to be as good as its others.

    Args:
        values: of shape ``(n,)``.
        other: of shape ``(n,)``, finite.
        first: over how many from the front mean and deviation of both are taken.
    """
    known = values[:first][np.isfinite(values[:first])]
    scaled = (values - known.mean()) / (known.std() or 1.0) if len(known) else values
    stand_in = (other - other[:first].mean()) / (other[:first].std() or 1.0)
    return np.where(np.isfinite(scaled), scaled, stand_in).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPool:
    """The passages of both rankings, each once, and what each ranking says of any passage."""

    hits: tuple[IndexHit, ...]
    dense: Ranking
    text: Ranking

    def has_cosine(self, key: str) -> bool:
        """Whether the dense ranking holds a passage."""
        return key in self.dense.scores

    def scores(self, keys: Sequence[str], cosines: Mapping[str, float] | None = None) -> NDArray[np.float32]:
        """Weighed scores of shape ``(len(keys),)``; ``cosines`` of passages that the dense ranking does not hold."""
        return DENSE_WEIGHT * self.dense.scaled(keys, cosines) + TEXT_WEIGHT * self.text.scaled(keys)

    def best(self) -> list[IndexHit]:
        """The passages with their weighed scores, best first; equal ones by key."""
        scores = self.scores([hit.key for hit in self.hits]).tolist()
        hits = (
            IndexHit(key=hit.key, score=score, show_id=hit.show_id, episode_id=hit.episode_id)
            for hit, score in zip(self.hits, scores, strict=True)
        )
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))


def pooled(dense: Sequence[IndexHit], text: Sequence[IndexHit], *, depth: int) -> RankingPool:
    """Both rankings of one query, each at most ``depth`` deep: a text ranking that is shorter holds all that match."""
    hits = {hit.key: hit for hit in (*dense, *text)}
    return RankingPool(
        hits=tuple(hits.values()),
        dense=ranking(dense),
        text=ranking(text, missing=None if len(text) >= depth else 0.0),
    )
