"""Simulated readers: what they want is what counts, and libraries of labelled texts are made the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.errors import UsageError
from earmark.settings import Settings
from earmark.types import Click, Direction
from evaluation.labelled_ideas import libraries, stored
from evaluation.splits import part
from evaluation.suites.readers import RUNS, evaluate_readers, one_centroid
from tests.conftest import NOW
from tests.evaluation.samples import lines

SUBJECTS = {
    "kelp": "Kelp that sinks off {} keeps its carbon out of the air",
    "sourdough": "A sourdough starter of {} rises with rye flour",
    "chess": "The chess champion of {} opened with the queen's pawn",
}
PLACES = "Bergen Lisbon Lima Oslo Quito Perth Turin Cork Izmir Osaka Riga Split Graz Bari Lyon Nice Turku Kyoto Leeds Basel Tunis Accra Cairo Delhi Paris Seoul".split()


def corpus(folder: Path) -> Path:
    """Three topics of twenty-six claims each."""
    documents = [
        {"_id": f"{topic}#{n}", "title": "", "text": text.format(place), "topics": [topic]}
        for topic, text in SUBJECTS.items()
        for n, place in enumerate(PLACES)
    ]
    lines(folder / "corpus.jsonl", documents)
    return folder


def items(folder: Path, labels: int, texts: int = 26) -> Path:
    rows = [
        {"text": f"Text {n} about {label}", "label": f"label {label}"} for label in range(labels) for n in range(texts)
    ]
    lines(folder / "items.jsonl", rows)
    return folder


def test_libraries_have_twelve_subjects_each_and_no_subject_is_in_two(tmp_path: Path) -> None:
    made = libraries(items(tmp_path, 30))
    subjects = [subject for library in made for subject in library.subjects]
    assert [len(library.subjects) for library in made] == [12, 12]
    assert len(set(subjects)) == 24
    assert made == libraries(tmp_path)
    assert all({label for text in library.texts for label in text.labels} == set(library.subjects) for library in made)
    halves = [
        subject
        for half in ("tune", "test")
        for library in libraries(tmp_path, split=half)
        for subject in library.subjects
    ]
    assert len(halves) == len(set(halves))
    assert all(part(subject) == "test" for library in libraries(tmp_path, split="test") for subject in library.subjects)


def test_a_folder_without_enough_subjects_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few subjects"):
        libraries(items(tmp_path, 11))
    with pytest.raises(UsageError, match="choose one of tune, test"):
        libraries(tmp_path, split="dev")
    lines(tmp_path / "items.jsonl", [{"text": "a"}])
    with pytest.raises(UsageError, match="needs a text and a label"):
        libraries(tmp_path)


@pytest.mark.heavy
def test_a_library_is_stored_with_a_label_a_day_and_a_show_of_each_idea(catalog: Catalog, tmp_path: Path) -> None:
    (library,) = libraries(corpus(tmp_path))
    with catalog.write() as tx:
        labels = stored(tx, library)
        ideas = insights.listed(tx)
    assert {idea.id for idea in ideas} == labels.keys()
    assert all(
        labels[idea.id] == {topic} for idea in ideas for topic, text in SUBJECTS.items() if text[:6] in idea.claim
    )
    assert len({idea.show_id for idea in ideas}) == 12
    assert len({idea.quality for idea in ideas}) == len(ideas)


def test_one_centroid_is_the_mean_of_what_was_asked_for_more_of() -> None:
    vectors = {key: np.array(row, dtype=np.float32) for key, row in {"a": [1, 0], "b": [0, 1], "c": [-1, 0]}.items()}
    clicked = [
        Click(id=n, insight_id=key, direction=direction, at=NOW)
        for n, (key, direction) in enumerate([("a", Direction.MORE), ("b", Direction.MORE), ("c", Direction.LESS)])
    ]
    more, less = one_centroid(clicked, vectors, np.zeros((0, 2), dtype=np.float32)).leanings
    assert more.vector == pytest.approx([0.7071, 0.7071], abs=1e-3)
    assert (more.weight, less.weight, less.vector.tolist()) == (1.0, -1.0, [-1, 0])
    assert one_centroid([], vectors, np.zeros((0, 2), dtype=np.float32)).leanings == ()


@pytest.mark.heavy
@pytest.mark.slow
def test_a_reader_who_clicks_gets_more_of_what_they_want(tmp_path: Path, settings: Settings, cache: Path) -> None:
    result = evaluate_readers(corpus(tmp_path / "said"), settings=settings, cache=cache)
    assert tuple(result.runs) == RUNS
    assert result.sizes == {"readers": 9, "libraries": 1, "ideas": 78, "subjects": 3}
    ours, none = result.runs["profile"], result.runs["no profile"]
    assert ours["1 subject, 0 clicks"] == none["1 subject, 0 clicks"]
    assert ours["1 subject, 5 clicks"].value > none["1 subject, 5 clicks"].value
    assert ours["3 subjects, 20 clicks"].value == 1.0  # there is nothing else
    assert result.runs["profile, written"]["1 subject, 0 clicks"].value > none["1 subject, 0 clicks"].value
    assert ours["1 subject, 5 clicks"].n == 3
