"""Intervals and tests over judged items: the bootstrap, paired randomisation, and Holm's correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from evaluation.suite import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["comparisons", "holm", "mean", "p_value", "paired", "ratio"]

_RESAMPLES = 2_000
_SIGN_FLIPS = 10_000
_SEED = 4
_BLOCK = 4_000_000
"""Numbers held at once: 32 MB."""


def mean(values: Sequence[float]) -> Measure:
    """The mean with its 95 % percentile bootstrap interval (2,000 resamples of the items, seeded).

    Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return Measure(value=0.0, n=0)
    low, high = np.quantile(_resampled(array), (0.025, 0.975))
    return Measure(value=float(array.mean()), n=int(array.size), low=float(low), high=float(high))


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Measure:
    """The sum of ``parts`` over the sum of ``wholes``, with a bootstrap interval over the items.

    Raises:
        ValueError: they are not of one length, or the wholes add up to nothing.
    """
    above, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    if above.shape != below.shape or not below.sum() > 0:
        raise ValueError(f"{above.size} parts of {below.size} wholes that add up to {below.sum()}")
    picks = np.random.default_rng(_SEED).integers(0, above.size, size=(_RESAMPLES, above.size))
    tops, bottoms = above[picks].sum(axis=1), below[picks].sum(axis=1)
    # A resample of items that are all without a whole has no ratio; one that has none says nothing about it.
    low, high = np.quantile(tops[bottoms > 0] / bottoms[bottoms > 0], (0.025, 0.975))
    return Measure(value=float(above.sum() / below.sum()), n=int(above.size), low=float(low), high=float(high))


def paired(better: Sequence[float], worse: Sequence[float]) -> Measure:
    """The mean difference of two runs over the same items, with its bootstrap interval.

    Raises:
        ValueError: they are not of one length.
    """
    return mean(_differences(better, worse).tolist())


def p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p of a paired randomisation test: 10,000 random swaps of the two runs' values, seeded.

    Source: M. Smucker, J. Allan, B. Carterette, A Comparison of Statistical Significance Tests for IR Evaluation, 2007.

    Raises:
        ValueError: they are not of one length.
    """
    difference = _differences(one, other)
    if not difference.any():
        return 1.0
    seen = abs(float(difference.sum()))
    rng = np.random.default_rng(_SEED)
    rows = max(1, _BLOCK // difference.size)
    larger = 0
    for start in range(0, _SIGN_FLIPS, rows):
        signs = rng.integers(0, 2, size=(min(rows, _SIGN_FLIPS - start), difference.size)) * 2 - 1
        larger += int((np.abs(signs @ difference) >= seen - 1e-12).sum())
    return (larger + 1) / (_SIGN_FLIPS + 1)


def holm(values: Sequence[float]) -> list[float]:
    """The p values corrected for their number, in the order given.

    Source: S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979.
    """
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(values)), key=lambda n: values[n])):
        highest = max(highest, min(1.0, values[at] * (len(values) - rank)))
        corrected[at] = highest
    return corrected


def comparisons(
    runs: Mapping[str, Mapping[str, Mapping[str, float]]], main: str, measures: Sequence[str]
) -> tuple[str, ...]:
    """Sentences that compare the run ``main`` with every other one; p is corrected over all of them.

    Args:
        runs: values by run, measure and item; every run has the same items.
        main: the run that is compared; nothing is said where it is not there.
        measures: those that are compared.
    """
    pairs = [(other, name) for other in runs if other != main for name in measures] if main in runs else []
    values = [
        ([runs[main][name][key] for key in runs[main][name]], [runs[other][name][key] for key in runs[main][name]])
        for other, name in pairs
    ]
    corrected = holm([p_value(*both) for both in values])
    return tuple(
        f"{main} against {other}, {name}: {_signed(paired(*both))}, p {_short(p)}"
        for (other, name), both, p in zip(pairs, values, corrected, strict=True)
    )


def _resampled(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of resamples, of shape ``(_RESAMPLES,)``."""
    rng = np.random.default_rng(_SEED)
    rows = max(1, _BLOCK // array.size)
    parts = [
        array[rng.integers(0, array.size, size=(min(rows, _RESAMPLES - start), array.size))].mean(axis=1)
        for start in range(0, _RESAMPLES, rows)
    ]
    return np.concatenate(parts)


def _differences(one: Sequence[float], other: Sequence[float]) -> NDArray[np.float64]:
    if len(one) != len(other):
        raise ValueError(f"{len(one)} values cannot be paired with {len(other)}")
    return np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)


def _signed(found: Measure) -> str:
    bounds = f" [{_point(found.low)}, {_point(found.high)}]" if found.low is not None and found.high is not None else ""
    return f"{'+' if found.value >= 0 else ''}{_point(found.value)}{bounds}"


def _point(value: float | None) -> str:
    text = f"{value or 0.0:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _short(p: float) -> str:
    return "< .001" if p < 0.001 else _point(p)
