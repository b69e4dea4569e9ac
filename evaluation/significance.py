"""Intervals and tests over judged items: scipy's bootstrap and paired permutation test, and Holm's correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.suite import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["comparisons", "holm", "mean", "p_value", "paired", "ratio", "share"]

_RESAMPLES = 2_000
_SIGN_FLIPS = 10_000
_SEED = 4
_BLOCK = 4_000_000
"""Numbers held at once: 32 MB."""


def mean(values: Sequence[float]) -> Measure:
    """The mean with its 95 % percentile bootstrap interval (2,000 resamples of the items, seeded)."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return Measure(value=0.0, n=0)
    return _measured((array,), np.mean)


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Measure:
    """The sum of ``parts`` over the sum of ``wholes``, with a bootstrap interval over the items.

    Raises:
        ValueError: they are not of one length, or the wholes add up to nothing.
    """
    above, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    if above.shape != below.shape or not below.sum() > 0:
        raise ValueError(f"{above.size} parts of {below.size} wholes that add up to {below.sum()}")

    def share(tops: NDArray[np.float64], bottoms: NDArray[np.float64], axis: int = -1) -> Any:
        top, bottom = tops.sum(axis=axis), bottoms.sum(axis=axis)
        # A resample of items without a whole has no ratio; counted as the ratio of all, it says nothing new.
        return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), above.sum() / below.sum())

    return _measured((above, below), share)


def share(count: int, n: int) -> Measure:
    """The share ``count / n`` with its 95 % interval by E. B. Wilson (1927), which stays within 0 and 1.

    Raises:
        ValueError: there is nothing to count in, or more was counted than there is.
    """
    from scipy.stats import binomtest

    interval = binomtest(count, n).proportion_ci(confidence_level=0.95, method="wilson")
    return Measure(value=count / n, n=n, low=float(interval.low), high=float(interval.high))


def paired(better: Sequence[float], worse: Sequence[float]) -> Measure:
    """The mean difference of two runs over the same items, with its bootstrap interval.

    Raises:
        ValueError: they are not of one length.
    """
    return mean(_differences(better, worse).tolist())


def p_value(values: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p of a paired randomisation test, exact for few items, else of 10,000 random swaps (seeded).

    Source: M. Smucker, J. Allan, B. Carterette, A Comparison of Statistical Significance Tests for IR Evaluation, 2007.

    Raises:
        ValueError: they are not of one length.
    """
    from scipy.stats import permutation_test

    difference = _differences(values, other)
    if not difference.any():
        return 1.0
    batch = max(1, _BLOCK // difference.size)
    # To swap the values of a pair is to change the sign of their difference, which is what scipy does with one sample.
    tested = permutation_test(
        (difference,), np.sum, permutation_type="samples", n_resamples=_SIGN_FLIPS, batch=batch, rng=_SEED
    )
    return float(tested.pvalue)


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


def _measured(samples: tuple[NDArray[np.float64], ...], statistic: Any) -> Measure:
    """A statistic of samples that belong together item by item, with its interval."""
    from scipy.stats import bootstrap

    size = int(samples[0].size)
    value = float(statistic(*samples))
    if size == 1:  # a resample of one item is that item
        return Measure(value=value, n=1, low=value, high=value)
    resampled = bootstrap(
        samples,
        statistic,
        paired=True,
        n_resamples=_RESAMPLES,
        batch=max(1, _BLOCK // size),
        method="percentile",
        rng=_SEED,
    )
    low, high = resampled.confidence_interval
    return Measure(value=value, n=size, low=float(low), high=float(high))


def _differences(values: Sequence[float], other: Sequence[float]) -> NDArray[np.float64]:
    if len(values) != len(other):
        raise ValueError(f"{len(values)} values cannot be paired with {len(other)}")
    return np.asarray(values, dtype=np.float64) - np.asarray(other, dtype=np.float64)


def _signed(measure: Measure) -> str:
    bounds = (
        f" [{_point(measure.low)}, {_point(measure.high)}]"
        if measure.low is not None and measure.high is not None
        else ""
    )
    return f"{'+' if measure.value >= 0 else ''}{_point(measure.value)}{bounds}"


def _point(value: float | None) -> str:
    text = f"{value or 0.0:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _short(p: float) -> str:
    return "< .001" if p < 0.001 else _point(p)
