"""The chance that a reader who comes from an insight says of something: yes, that belongs here.

A logistic model of the features of a pair (`retrieval.related.pairing`), fitted on pairs that were judged by hand
(`python -m evaluation.fits.related`). Its weights are in ``related_weights.json``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.related.pairing import FEATURE_NAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FLOOR", "FLOOR_WITH_MODEL", "WEIGHTS", "chances"]

WEIGHTS = Path(__file__).with_name("related_weights.json")
FLOOR = 0.3
"""Chance from which something is shown on its own merits.

Of pairs of shows that the model was not fitted on .46 above it are believable, and .44 of the believable ones are above it.
From .6 on .74 are, but then five lists of six are empty: vectors and words cannot tell the rest.
"""
FLOOR_WITH_MODEL = 0.05
"""Chance from which a language model is asked about something: 29 pairs of an insight, where .08 gave 20.

By labels of the 40 likeliest of 90 insights, 61 % of the insights have three believable ones above it (.08: 54 %; in all 40: 63 %).
"""


def chances(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """The chance in 0..1 of each pair, of shape ``(n,)``, from its features, of shape ``(n, len(FEATURE_NAMES))``."""
    import numpy as np

    weights, bias = _weights()
    logit = np.asarray(features, dtype=np.float64) @ np.asarray(weights) + bias
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


@cache
def _weights() -> tuple[tuple[float, ...], float]:
    table = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(table["weights"][name] for name in FEATURE_NAMES), float(table["bias"])
