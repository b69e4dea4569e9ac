"""What belongs in a related list, learned from judged pairs: `python -m evaluation.fits.related`.

`evaluation/data/related_labels.jsonl` holds pairs of an insight and of something said on another show, as places without
their text: whether a reader who comes from the insight would say "yes, that belongs here" (``believable``), and the features
of the pair (`retrieval.related.pairing`). Pairs are of 17 shows; eight others, on which lists are judged, are in none. A
language model read them by a written rule: the same subject alone is not enough, the two must say something about each
other. ``second`` is a second reading of some, in another order, by the same reader.

`evaluation/data/related_labels_later.jsonl` holds 2,736 pairs more, of 21 shows, those of the lists' eight among them: the
twelve likeliest of each of 228 insights, judged by three readers of one kind, ``clearly`` where there is no doubt. The
weights are not fitted to them: with both sets they tell a show that they have not seen hardly better.

A logistic model is fitted to all pairs and written to `retrieval/related/related_weights.json`. Printed: the agreement of
the two readings, and how well the model tells pairs of a show that it was not fitted on (leave one show out).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.related.chance import FLOOR, WEIGHTS
from retrieval.related.pairing import FEATURE_NAMES

__all__ = [
    "LABELS",
    "LATER",
    "Fit",
    "LabelledPairs",
    "agreement",
    "auc",
    "fitted",
    "held_out_chances",
    "labelled_pairs",
    "main",
]

LABELS = Path(__file__).parents[1] / "data" / "related_labels.jsonl"
LATER = LABELS.with_stem("related_labels_later")
PENALTY = 10.0
"""Strength of the ridge penalty on weights of scaled features; 3 to 30 move the area by less than .005."""
_STEPS = 60
_CLOSE = 1e-7
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPairs:
    """Judged pairs: ``features`` of shape ``(n, n_features)``, ``believable`` and ``second`` (-1 if not read twice)."""

    features: NDArray[np.float64]
    believable: NDArray[np.int64]
    second: NDArray[np.int64]
    shows: NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A logistic model of raw features."""

    weights: NDArray[np.float64]
    bias: float

    def chances(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The chance of each pair."""
        return np.asarray(1 / (1 + np.exp(-(features @ self.weights + self.bias))))


def labelled_pairs(path: Path = LABELS) -> LabelledPairs:
    """The judged pairs of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return LabelledPairs(
        features=np.array([row["features"] for row in rows], dtype=np.float64),
        believable=np.array([row["believable"] for row in rows]),
        second=np.array([row.get("second", -1) for row in rows]),
        shows=np.array([row["insight"]["show"] for row in rows]),
    )


def joined(pairs: LabelledPairs, others: LabelledPairs) -> LabelledPairs:
    """The pairs of both, those of the first one first."""
    return LabelledPairs(
        features=np.concatenate([pairs.features, others.features]),
        believable=np.concatenate([pairs.believable, others.believable]),
        second=np.concatenate([pairs.second, others.second]),
        shows=np.concatenate([pairs.shows, others.shows]),
    )


def fitted(features: NDArray[np.float64], believable: NDArray[np.int64]) -> Fit:
    """The penalised logistic model of pairs, by Newton's method."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + _LEAST_SPREAD
    rows = np.c_[(features - mean) / spread, np.ones(len(features))]
    penalty = np.r_[np.full(features.shape[1], PENALTY), 0.0]
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(rows @ weights)))
        curvature = rows.T @ (rows * (chance * (1 - chance) + _LEAST_SPREAD)[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curvature, rows.T @ (chance - believable) + penalty * weights)
        weights -= step
        if abs(step).max() < _CLOSE:
            break
    scaled = weights[:-1] / spread
    return Fit(weights=scaled, bias=float(weights[-1] - (scaled * mean).sum()))


def held_out_chances(pairs: LabelledPairs) -> NDArray[np.float64]:
    """The chance of each pair by a model that was fitted without the show of its insight."""
    chances = np.zeros(len(pairs.believable))
    for show in sorted(set(pairs.shows.tolist())):
        own = pairs.shows == show
        chances[own] = fitted(pairs.features[~own], pairs.believable[~own]).chances(pairs.features[own])
    return chances


def auc(chances: NDArray[np.float64], believable: NDArray[np.int64]) -> float:
    """The share of all pairs of a believable and another one in which the believable has the higher chance."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(believable, chances))


def agreement(pairs: LabelledPairs) -> tuple[int, float, float]:
    """How many pairs were read twice, the share on which both readings agree, and Cohen's kappa."""
    from sklearn.metrics import cohen_kappa_score

    twice = pairs.second >= 0
    first, second = pairs.believable[twice], pairs.second[twice]
    return int(twice.sum()), float((first == second).mean()), float(cohen_kappa_score(first, second))


def main() -> None:
    """Fits, writes the weights, and prints the figures."""
    pairs = labelled_pairs()
    fit = fitted(pairs.features, pairs.believable)
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURE_NAMES, fit.weights, strict=True)}
    table = {"bias": round(fit.bias, 4), "weights": weights}
    WEIGHTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    twice, same, kappa = agreement(pairs)
    print(f"{len(pairs.believable)} pairs, {pairs.believable.mean():.2f} believable")
    print(f"{twice} read twice: agreement {same:.2f}, kappa {kappa:.2f}")
    chances = held_out_chances(pairs)
    print(f"leave one show out: area under the curve {auc(chances, pairs.believable):.3f}")
    for floor in sorted({0.1, 0.2, 0.3, FLOOR, 0.5, 0.6, 0.7}):
        kept = chances >= floor
        right = int(pairs.believable[kept].sum())
        print(
            f"  from {floor:.2f}: precision {right / max(int(kept.sum()), 1):.2f}, recall {right / int(pairs.believable.sum()):.2f}"
        )
    later = labelled_pairs(LATER)
    print(f"{len(later.believable)} pairs labelled later, {later.believable.mean():.2f} believable")
    print(f"  by these weights: area under the curve {auc(fit.chances(later.features), later.believable):.3f}")
    print(
        f"  leave one show out of both: {auc(held_out_chances(joined(pairs, later))[len(pairs.shows) :], later.believable):.3f}"
    )


if __name__ == "__main__":
    main()
