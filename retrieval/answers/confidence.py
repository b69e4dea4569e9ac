"""How likely it is that passages answer a question: a logistic regression over `retrieval.answers.signals`.

The constants were fitted on 2,442 questions with and without an answer (part ``tune`` of `evaluation.splits`): of
Spoken-SQuAD (recognised speech, 22.7 % of words wrong), 800 whose paragraph is there, 400 whose paragraph is left out
and its neighbours are not, 400 whose whole topic is left out, 60 on Bitcoin; of QMSum/train, 62 asked of their own
meeting and 60 of one on other matters, counted three times. On the part ``test``, with the same mixture: AUC .88; at
the threshold, at which precision and recall of abstention are equal on ``tune``, .82 and .80. What it calls .3, .5, .7
and .9 was answerable in .25, .54, .69 and .91 of cases. Those signals came from a stand-in for the search.

The threshold was lowered after a look at what the product's own search computes (226 questions of ``tune``, 214 of
``test``; both sets alike, half with an answer, the other half of each kind in `evaluation.suites.answers`): on ``tune``
the lesser of precision and recall is best at .28, of Spoken-SQuAD alone at .47. On ``test``, at .28 and at .47: precision
.88 and .81, recall .84 and .88, AUC .93. The value lies between: at .47 a fifth of the library's own questions were
refused, at .28 a fifth of those whose passage alone was missing. Refitting the weights on so few was not shown to help.
As shipped, over 703 questions of ``test``: precision .79, recall .88 (`evaluation/results/report.md`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answers.signals import NAMES, TOKEN_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["THRESHOLD", "THRESHOLD_PLAIN", "in_one_place", "probability"]

THRESHOLD = 0.38
"""Probability below which the library is said not to answer."""
THRESHOLD_PLAIN = 0.505
"""The same where the encoder gives no vectors of tokens (test: AUC .86, precision .80, recall .79)."""

_MEANS = (
    *(0.544, 0.484, 0.696, 0.215, 0.468, 0.833, 0.323, 0.084, 0.455, 0.049),
    *(0.422, 0.580, 0.172, 0.082, 0.132, 0.397, 0.310),
)
_DEVIATIONS = (
    *(0.136, 0.130, 0.246, 0.148, 0.294, 0.335, 0.425, 0.313, 0.258, 0.053),
    *(0.210, 0.234, 0.105, 0.089, 0.218, 0.293, 0.196),
)
_WEIGHTS = (
    *(0.360, 0.289, 0.546, 0.054, 0.071, 0.182, 0.162, -0.091, 0.438, -0.088),
    *(0.044, -0.175, 0.682, 0.456, -0.144, -0.177, 0.300),
)
_PAIRS = (
    ("weakest", "soft_gap", -0.382),
    ("soft_gap", "unmet", -0.395),
    ("weakest", "unmet", 0.361),
    ("passage_coverage", "unmet", -0.444),
    ("sentence_cosine", "both_gap", 0.277),
    ("passage_coverage", "second_weakest", -0.411),
)
"""Products of two signals, each found by how much it added in cross-validation on ``tune``."""
_BIAS = 0.337
_PLAIN_WEIGHTS = (0.704, 0.026, 0.144, 0.903, 0.287, 0.362, 0.148, -0.091, 0.553, -0.091)
_PLAIN_BIAS = 0.132
_WINDOW_WEIGHTS = (-0.3, 0.3, -3.2, -0.7, -4.5)
"""Added to the logarithm of the odds; chosen by hand on 84 questions to a library of 150 episodes and on 424 of part
``tune`` of Spoken-SQuAD, 107 of them with another's name or year put in.

A name that the library has, but none of the passages, makes an answer unlikely however well the rest is met; so does
another year. A name that the library does not have says little: in recognised speech most such names are those of the very
passage, written otherwise (of the answerable questions of ``tune`` 16 % have one, and 1 % have one of the first kind). With
one weight of -3.2 for both, 25 % of the answerable were refused, with these 20 %, and swapped ones are told apart better
(AUC .73, before .72). A name that is only not in the very sentence says nearly nothing, since a talk names its subject once.
"""


def probability(signals: NDArray[np.float64]) -> float:
    """The probability in 0..1 that the passages answer.

    Args:
        signals: as `retrieval.answers.signals.measure` gives them, of shape ``(len(NAMES),)``, or with those of tokens,
            ``(len(NAMES) + len(TOKEN_NAMES),)``. One that is not known (nan) counts as its mean.

    Raises:
        ValueError: another number of signals.
    """
    names = NAMES + TOKEN_NAMES
    if len(signals) not in (len(NAMES), len(names)):
        raise ValueError(f"got {len(signals)} signals; {len(NAMES)} or {len(names)} are needed")
    count = len(signals)
    standard = np.nan_to_num((signals - np.array(_MEANS[:count])) / np.array(_DEVIATIONS[:count]))
    if count == len(NAMES):
        return _logistic(float(standard @ np.array(_PLAIN_WEIGHTS)) + _PLAIN_BIAS)
    place = {name: n for n, name in enumerate(names)}
    pairs = sum(weight * float(standard[place[first]] * standard[place[other]]) for first, other, weight in _PAIRS)
    return _logistic(float(standard @ np.array(_WEIGHTS)) + pairs + _BIAS)


def in_one_place(probability: float, signals: NDArray[np.float64]) -> float:
    """The probability that passages answer, given what one place of them holds.

    Args:
        probability: that of the passages as wholes.
        signals: as `retrieval.answers.nearness.window_signals` gives them.
    """
    held = min(1 - 1e-9, max(1e-9, probability))
    value = math.log(held / (1 - held))
    return _logistic(value + float(signals @ np.array(_WINDOW_WEIGHTS)))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
