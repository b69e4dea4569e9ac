"""The folds in which the encoder is trained further: whole shows, so that no show is in training and in test."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.fits.worth import LabelledSpan


def span(show: str, picked: str) -> LabelledSpan:
    return LabelledSpan(
        show=show, picked=picked, text="", worth=1, stands=True, fault="", second_worth=None, second_stands=None
    )


@pytest.mark.heavy
def test_a_show_is_in_one_fold_and_folds_have_as_many_spans_near_the_decision() -> None:
    from evaluation.fits.worth_encoder import FOLDS, folds  # with PyTorch, which takes seconds

    spans = [span(f"show {n}", "near") for n in range(2 * FOLDS) for _ in range(10 + n)]
    spans += [span("far", "random")] * 50
    fold = folds(spans)
    shows = np.array([labelled.show for labelled in spans])
    assert all(len(set(fold[shows == show].tolist())) == 1 for show in set(shows.tolist()))
    near = np.array([labelled.picked == "near" for labelled in spans])
    counts = np.bincount(fold[near], minlength=FOLDS)
    assert counts.max() - counts.min() <= 1
