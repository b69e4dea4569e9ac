"""The labels from which the cross-encoder is learned, and what the committed file of its weights promises."""

from __future__ import annotations

import json
from types import ModuleType

import numpy as np
import pytest

from retrieval.encoders.adapter import ANSWERING, ANSWERING_SHA256, read_adapter, read_arrays

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def fit() -> ModuleType:
    """It imports PyTorch, which takes seconds and which no other process that reads this file needs."""
    from evaluation.fits import answering

    return answering


def test_labels_are_questions_and_places_without_text(fit: ModuleType) -> None:
    for line in fit.LABELS.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row.keys() == {"question", "kind", "show", "episode", *fit.TARGETS}
        for segment, start, end, *episode in (place for label in fit.TARGETS for place in row[label]):
            assert segment >= 0
            assert 0 <= start < end
            assert all(isinstance(name, str) and name != row["episode"] for name in episode)


def test_what_is_answered_has_a_place_that_answers_and_near_questions_have_none(fit: ModuleType) -> None:
    questions = fit.asked_questions()
    assert len({question.text for question in questions}) == len(questions) == 727
    assert len({question.show for question in questions} - fit.HELD_OUT) == 9
    assert {question.show for question in questions} > fit.HELD_OUT
    for question in questions:
        assert bool(question.places["gold"]) == (question.kind != "near"), question.text
        assert question.places["not"], question.text


def test_a_place_is_of_its_own_episode_where_none_is_named(fit: ModuleType) -> None:
    question = next(question for question in fit.asked_questions() if len(question.places["not"]) > 1)
    row = next(
        row for row in map(json.loads, fit.LABELS.read_text("utf-8").splitlines()) if row["question"] == question.text
    )
    assert question.places["not"] == [((*place[3:], row["episode"])[0], *place[:3]) for place in row["not"]]


def test_the_committed_file_has_what_the_fit_writes(fit: ModuleType) -> None:
    inner = 4 * fit.WIDTH
    arrays = read_arrays(ANSWERING, ANSWERING_SHA256)
    expected: dict[str, tuple[int, ...]] = {"head": (3, fit.WIDTH), "bias": ()}
    for layer in range(fit.LAYERS - fit.UPPER, fit.LAYERS):
        for part, name in fit.PARTS.items():
            rows, columns = {"inner": (inner, fit.WIDTH), "outer": (fit.WIDTH, inner)}.get(part, (fit.WIDTH, fit.WIDTH))
            expected[f"encoder.layer.{layer}.{name}.in"] = (fit.RANK, columns)
            expected[f"encoder.layer.{layer}.{name}.out"] = (rows, fit.RANK)
    assert {name: array.shape for name, array in arrays.items()} == expected
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_changes_are_of_the_matrices_shape(fit: ModuleType) -> None:
    changes = read_adapter().changes()
    assert len(changes) == fit.UPPER * len(fit.PARTS)
    assert changes["encoder.layer.5.intermediate.dense.weight"].shape == (4 * fit.WIDTH, fit.WIDTH)
