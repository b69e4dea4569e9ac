"""The labels from which the cross-encoder is learned, and what the committed file of its weights promises."""

from __future__ import annotations

import json

import numpy as np

from evaluation.fits.answering import HELD_OUT, LABELS, RANK, TARGETS, asked_questions
from evaluation.fits.worth_encoder import LAYERS, PARTS, UPPER, WIDTH
from retrieval.encoders.adapter import ANSWERING, ANSWERING_SHA256, read_adapter, read_arrays

INNER = 4 * WIDTH


def test_labels_are_questions_and_places_without_text() -> None:
    for line in LABELS.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row.keys() == {"question", "kind", "show", "episode", *TARGETS}
        for segment, start, end, *episode in (place for label in TARGETS for place in row[label]):
            assert segment >= 0
            assert 0 <= start < end
            assert all(isinstance(name, str) and name != row["episode"] for name in episode)


def test_what_is_answered_has_a_place_that_answers_and_near_questions_have_none() -> None:
    questions = asked_questions()
    assert len({question.text for question in questions}) == len(questions) == 727
    assert len({question.show for question in questions} - HELD_OUT) == 9
    assert {question.show for question in questions} > HELD_OUT
    for question in questions:
        assert bool(question.places["gold"]) == (question.kind != "near"), question.text
        assert question.places["not"], question.text


def test_a_place_is_of_its_own_episode_where_none_is_named() -> None:
    question = next(question for question in asked_questions() if len(question.places["not"]) > 1)
    row = next(
        row for row in map(json.loads, LABELS.read_text("utf-8").splitlines()) if row["question"] == question.text
    )
    assert question.places["not"] == [((*place[3:], row["episode"])[0], *place[:3]) for place in row["not"]]


def test_the_committed_file_has_what_the_fit_writes() -> None:
    arrays = read_arrays(ANSWERING, ANSWERING_SHA256)
    expected: dict[str, tuple[int, ...]] = {"head": (3, WIDTH), "bias": ()}
    for layer in range(LAYERS - UPPER, LAYERS):
        for part, name in PARTS.items():
            rows, columns = {"inner": (INNER, WIDTH), "outer": (WIDTH, INNER)}.get(part, (WIDTH, WIDTH))
            expected[f"encoder.layer.{layer}.{name}.in"] = (RANK, columns)
            expected[f"encoder.layer.{layer}.{name}.out"] = (rows, RANK)
    assert {name: array.shape for name, array in arrays.items()} == expected
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_changes_are_of_the_matrices_shape() -> None:
    changes = read_adapter().changes()
    assert len(changes) == UPPER * len(PARTS)
    assert changes["encoder.layer.5.intermediate.dense.weight"].shape == (INNER, WIDTH)
