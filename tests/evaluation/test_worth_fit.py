"""The labels from which the worth of spoken spans is learned, and scores of shows that a fit never saw."""

from __future__ import annotations

import json

import numpy as np
import pytest

from evaluation.fits.worth import HELD_OUT, LABELS, NEAR, unseen_scores

PLACE = {"show", "episode", "start", "end", "sha256", "picked", "worth", "stands", "fault", "second"}

FAULTS = ("", *"outside setup truism anecdote ad spoken fragment meta narrow other".split())


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def test_labels_are_places_without_text(rows: list[dict[str, object]]) -> None:
    for row in rows:
        assert row.keys() <= PLACE
        assert row["worth"] in (0, 1, 2, 3)
        assert row["fault"] in FAULTS


def test_spans_near_the_decision_are_judged_twice_and_of_no_held_out_show(rows: list[dict[str, object]]) -> None:
    near = [row for row in rows if row["picked"] in NEAR]
    assert len(near) >= 3000
    assert len({row["show"] for row in near}) >= 17
    assert not {row["show"] for row in near} & HELD_OUT
    assert all("second" in row for row in near)


def test_no_place_is_labelled_twice(rows: list[dict[str, object]]) -> None:
    places = [(row["show"], row["episode"], row["start"], row["end"]) for row in rows]
    assert len(places) == len(set(places))


def test_a_score_knows_nothing_of_its_own_show() -> None:
    """In show "b" the same feature means the opposite: only a fit that saw "b" could know."""
    feature = np.tile([0.0, 1.0], 100)
    shows = np.repeat(["a", "b"], 100)
    values = np.where(shows == "a", feature, 1 - feature)
    others, their_shows = np.array([[1.0], [0.0]]), np.array(["b", "b"])
    scores = unseen_scores(feature[:, None], values, shows, others, their_shows)
    assert scores[0] > scores[1]
    theirs_only = unseen_scores(feature[:, None], values, shows, others, np.array(["a", "a"]))
    assert theirs_only[0] < theirs_only[1]
