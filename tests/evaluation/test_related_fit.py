"""The chance that something belongs in a related list: its labels, and the weights that the product reads."""

from __future__ import annotations

import json

import numpy as np
import pytest

from evaluation.fits.related import LABELS, LATER, agreement, auc, fitted, held_out_chances, labelled_pairs
from evaluation.fits.worth import HELD_OUT
from retrieval.related.chance import WEIGHTS, chances
from retrieval.related.pairing import FEATURE_NAMES


def test_the_weights_are_those_that_the_labels_give() -> None:
    pairs = labelled_pairs()
    assert pairs.features.shape[1] == len(FEATURE_NAMES)
    fit = fitted(pairs.features, pairs.believable)
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    assert list(kept["weights"].values()) == pytest.approx(fit.weights.tolist(), abs=1e-4)
    told = chances(pairs.features.astype(np.float32))
    assert told == pytest.approx(fit.chances(pairs.features), abs=1e-2)


def test_pairs_of_a_show_that_it_never_saw_are_told_apart() -> None:
    pairs = labelled_pairs()
    assert len(pairs.believable) >= 600
    assert auc(held_out_chances(pairs), pairs.believable) >= 0.8
    twice, same, kappa = agreement(pairs)
    assert twice >= 100 and same >= 0.8 and kappa >= 0.6


def test_pairs_that_nothing_was_fitted_to_are_told_apart() -> None:
    later = labelled_pairs(LATER)
    assert len(later.believable) >= 2_000
    assert auc(chances(later.features.astype(np.float32)), later.believable) >= 0.7


def test_no_text_of_others_and_no_show_that_lists_are_judged_on() -> None:
    for labels in (LABELS, LATER):
        for line in labels.read_text("utf-8").splitlines():
            row = json.loads(line)
            for place in (row["insight"], row["other"]):
                assert place.keys() <= {"show", "episode", "sha", "passage", "start", "end"}
                assert labels is LATER or place["show"] not in HELD_OUT


def test_the_area_under_the_curve() -> None:
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])) == 0.75
