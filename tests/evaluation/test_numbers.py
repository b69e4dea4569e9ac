"""Measures, intervals and tests against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluation.hubs import diversity, hub_measures, occurrences, skew
from evaluation.metrics import per_query
from evaluation.significance import comparisons, holm, mean, p_value, paired, ratio, share
from evaluation.wer import normalised, word_errors


def test_measures_of_a_ranking() -> None:
    relevant = {"q": {"a": 2, "b": 1, "c": 1}, "none": {"a": 1}}
    values = per_query(relevant, {"q": ["x", "a", "y", "b"]})
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    best = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert values["nDCG@10"]["q"] == pytest.approx(gained / best)
    assert values["R@20"]["q"] == pytest.approx(2 / 3)
    assert values["RR@20"]["q"] == pytest.approx(1 / 2)
    assert [values[name]["none"] for name in ("nDCG@10", "R@20", "RR@20")] == [0, 0, 0]


def test_what_lies_below_the_depth_does_not_count() -> None:
    ranking = [f"x{n}" for n in range(10)] + ["a"]
    values = per_query({"q": {"a": 1}}, {"q": ranking})
    assert (values["nDCG@10"]["q"], values["R@20"]["q"]) == (0, 1)
    assert values["RR@20"]["q"] == pytest.approx(1 / 11)


def test_a_share_has_the_interval_of_wilson() -> None:
    estimate = share(8, 10)
    z, p, n = 1.959964, 0.8, 10
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (estimate.value, estimate.n) == (0.8, 10)
    assert (estimate.low, estimate.high) == pytest.approx((middle - half, middle + half), abs=1e-6)
    assert share(10, 10).high == 1
    with pytest.raises(ValueError):
        share(2, 1)


def test_an_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = [0.0, 1.0] * 50
    estimate = mean(values)
    assert estimate == mean(values)
    assert (estimate.value, estimate.n) == (0.5, 100)
    # The standard error of 100 coin flips is .05, so the interval is about .4 to .6.
    assert estimate.low == pytest.approx(0.4, abs=0.02)
    assert estimate.high == pytest.approx(0.6, abs=0.02)
    assert mean([]).n == 0


def test_a_ratio_weighs_items_by_their_size() -> None:
    estimate = ratio([1, 9], [10, 10])
    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.1, 0.9)
    with pytest.raises(ValueError, match="add up"):
        ratio([1], [0])


def test_the_randomisation_test_counts_swaps() -> None:
    # Ten items that all rose: of the 1,024 ways to swap, two are as extreme, so p is 2 / 1024.
    assert p_value([1.0] * 10, [0.0] * 10) == pytest.approx(2 / 1024, abs=0.0015)
    assert p_value([1.0, 0.0], [0.0, 1.0]) == 1.0
    assert p_value([0.3, 0.4], [0.3, 0.4]) == 1.0
    with pytest.raises(ValueError, match="cannot be paired"):
        paired([1.0], [1.0, 2.0])


def test_holm_multiplies_by_what_is_left() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_comparisons_read_as_sentences() -> None:
    items = [str(n) for n in range(20)]
    runs = {
        "hybrid": {"nDCG@10": dict.fromkeys(items, 0.5)},
        "system": {"nDCG@10": dict.fromkeys(items, 0.6)},
    }
    assert comparisons(runs, "system", ["nDCG@10"]) == ("system against hybrid, nDCG@10: +.100 [.100, .100], p < .001",)
    assert comparisons(runs, "absent", ["nDCG@10"]) == ()


def test_hubs_are_counted() -> None:
    lists = {"a": ["h", "b"], "b": ["h", "a"], "c": ["h"], "d": ["b"]}
    items = ("a", "b", "c", "d", "h")
    assert occurrences(lists, items) == {"a": 1, "b": 2, "c": 0, "d": 0, "h": 3}
    measured = hub_measures(lists, items)
    assert measured["hub rate"].value == 0.75
    assert measured["max N_10"].value == 3
    # Of 1, 2, 0, 0, 3 the mean is 1.2, the second central moment 1.36, the third 1.776 - …: by numpy's own arithmetic.
    values = np.array([1, 2, 0, 0, 3.0])
    assert measured["skew of N_10"].value == pytest.approx(((values - 1.2) ** 3).mean() / 1.36**1.5)
    assert skew([2, 2, 2]) == 0


def test_only_the_first_ten_make_a_hub() -> None:
    lists = {"q": [str(n) for n in range(12)]}
    assert occurrences(lists, ["0", "9", "10"]) == {"0": 1, "9": 1, "10": 0}


def test_diversity_is_mean_distance_of_pairs() -> None:
    vectors = {"x": np.array([1, 0], np.float32), "y": np.array([0, 1], np.float32), "z": np.array([1, 0], np.float32)}
    assert diversity({"q": ["x", "y", "z"], "alone": ["x"]}, vectors).value == pytest.approx(2 / 3)


def test_word_errors_are_those_of_the_words_alone() -> None:
    assert normalised("Mr. O’Neill's well-known “cat”!") == "mister o'neill's well known cat"
    errors = word_errors("and so my fellow Americans, ask not", "And so, my fellow American ask -- not now")
    assert (errors.errors, errors.words) == (2, 7)
    assert word_errors("one two", "").errors == 2
    with pytest.raises(ValueError, match="no words"):
        word_errors("…", "a")
