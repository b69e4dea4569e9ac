"""How likely a reader is glad to have read a text, learned from labelled spans of many shows.

The weights in ``worth_weights.json`` are made by ``python -m evaluation.fits.worth``, which also says how well they rank
the spans of shows that they were not fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.insights.span_features import FEATURE_NAMES, span_features

__all__ = ["WEIGHTS", "Head", "Worth", "scaled", "worth", "worths"]

WEIGHTS = Path(__file__).with_name("worth_weights.json")
MOST_SPREAD = 4.0
"""Standard deviations beyond which a count counts no more: none runs away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Probabilities in 0..1: that a reader is glad to have read a text (``value``), and that it points at nothing outside (``stands``)."""

    value: float
    stands: float


def worth(text: str) -> Worth:
    """The worth of a text as it is displayed, claim and body together."""
    return worths([text])[0]


def worths(texts: Sequence[str]) -> list[Worth]:
    """The worth of each text, in their order."""
    if not texts:
        return []
    weights = _weights()
    rows = scaled(np.array([span_features(text) for text in texts]), weights.mean, weights.spread)
    values, stand = (_probability(rows, head) for head in (weights.value, weights.stands))
    return [Worth(value=float(v), stands=float(s)) for v, s in zip(values, stand, strict=True)]


def scaled(rows: NDArray[np.float64], mean: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """The features of texts as the heads weigh them, in standard deviations from the mean, of the same shape."""
    return np.clip((rows - mean) / spread, -MOST_SPREAD, MOST_SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A linear score over scaled features, and ``slope`` and ``offset`` of the log odds that follow from it."""

    weights: NDArray[np.float64]
    bias: float
    slope: float
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    value: Head
    stands: Head


def _probability(rows: NDArray[np.float64], head: Head) -> NDArray[np.float64]:
    score = rows @ head.weights + head.bias
    return np.asarray(1 / (1 + np.exp(-(head.slope * score + head.offset))))


@cache
def _weights() -> _Weights:
    table = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    rows = [table["features"][name] for name in FEATURE_NAMES]
    mean, spread, value, stands = (np.array(column) for column in zip(*rows, strict=True))
    return _Weights(mean=mean, spread=spread, value=_head(value, table["value"]), stands=_head(stands, table["stands"]))


def _head(weights: NDArray[np.float64], numbers: dict[str, Any]) -> Head:
    return Head(weights=weights, bias=numbers["bias"], slope=numbers["slope"], offset=numbers["offset"])
