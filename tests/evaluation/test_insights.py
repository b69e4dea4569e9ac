from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.errors import UsageError
from earmark.settings import InsightSettings, Settings
from evaluation.coverage import coverage, match_by_meaning, match_by_words, redundancy
from evaluation.suites.insights import evaluate_insights
from tests.evaluation.samples import lines, write_notes

pytestmark = pytest.mark.heavy


def test_coverage_redundancy_and_the_gate_are_measured(tmp_path: Path, settings: Settings, cache: Path) -> None:
    anything = settings.model_copy(update={"insights": InsightSettings(min_quality=0.01, per_episode=1)})
    report = evaluate_insights(write_notes(tmp_path / "notes", 12), settings=anything, cache=cache)
    assert list(report.runs) == ["insights", "first sentences", "random sentences"]
    tested = report.sizes["episodes reported on"]
    assert report.sizes["episodes"] == 12
    assert report.sizes["key points reported on"] == tested  # "Short one" is no key point
    assert report.sizes["insights published"] > 0
    assert any(name.startswith("drafts dropped: ") for name in report.sizes)
    for measures in report.runs.values():
        assert 0 <= measures["key points covered by meaning"].value <= 1
        assert {"redundancy", "an episode", "items covered by both"} <= measures.keys()
    each = {run: measures["an episode"].value for run, measures in report.runs.items()}
    assert len(set(each.values())) == 1  # baselines give as many texts
    assert report.models["extractor"] == "extractive"


def test_words_of_a_key_point_have_to_be_in_one_text() -> None:
    assert match_by_words("Kelp stores carbon", ["Kelp stores water", "carbon"]) == pytest.approx(2 / 3)
    assert match_by_words("the of", ["the of"]) == 0
    assert match_by_words("Kelp", []) == 0


def test_too_few_episodes_say_what_to_do(tmp_path: Path, settings: Settings, cache: Path) -> None:
    folder = write_notes(tmp_path / "notes", 2)
    with pytest.raises(UsageError, match="raise --limit"):
        evaluate_insights(folder, settings=settings, cache=cache)


def test_broken_notes_are_named_with_their_line(tmp_path: Path, settings: Settings, cache: Path) -> None:
    folder = write_notes(tmp_path / "notes", 4)
    lines(folder / "transcripts.jsonl", [{"episode_id": "0", "show": "Harbour", "segments": [{"start": 1}]}])
    with pytest.raises(UsageError, match=r"transcripts\.jsonl, line 1: its segments or notes"):
        evaluate_insights(folder, settings=settings, cache=cache)
    with pytest.raises(UsageError, match="is not a folder; give one with notes"):
        evaluate_insights(tmp_path / "nowhere", settings=settings, cache=cache)


def _letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector a text: one axis a letter that it begins with."""
    return np.eye(26, dtype=np.float32)[[ord(text[0].lower()) - ord("a") for text in texts]].reshape(len(texts), 26)


def test_the_threshold_is_what_chance_reaches() -> None:
    points = {"1": ["apple tree"], "2": ["berry bush"], "3": ["cherry stone", "date palm"]}
    texts = {"1": ["apple tree"], "2": ["berry bush"], "3": ["cherry stone grows slowly"]}
    covered = coverage(points, texts, tune=["1", "2"], test=["3"], encode=_letters)
    assert covered["meaning"] == {"3 0": 1.0, "3 1": 0.0}
    assert covered["words"] == {"3 0": 1.0, "3 1": 0.0}
    assert covered["both"] == {"3 0": 1.0, "3 1": 0.0}
    same = {key: ["apple tree"] for key in points}  # what every episode says covers nothing
    assert not any(coverage(same, same, tune=["1", "2"], test=["3"], encode=_letters)["meaning"].values())


def test_redundancy_is_the_nearest_other_text() -> None:
    assert redundancy(["ant", "ape", "bee"], _letters) == [1.0, 1.0, 0.0]
    assert redundancy(["ant"], _letters) == []
    assert match_by_meaning(_letters(["ant"]), _letters([])) == [0.0]
