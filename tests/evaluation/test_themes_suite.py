"""The suite of themes: measures that mean what they say, on a set small enough to know the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earmark.errors import UsageError
from earmark.settings import load_settings
from evaluation.suites.themes import evaluate_themes, run
from tests.retrieval.themes.making import groups

pytestmark = pytest.mark.heavy


def test_groups_that_are_plain_to_see_score_as_such() -> None:
    vectors, wanted = groups([60, 50, 40, 30])
    result = evaluate_themes(vectors, [f"label {group}" for group in wanted], data="made", on_progress=lambda _: None)
    ours = result.runs["themes"]
    assert ours["V"].value > 0.95
    assert ours["ARI"].value > 0.95
    assert ours["coverage"].value > 0.95
    assert ours["themes"].value == 4
    joined = result.runs["joined"]
    assert joined["V"].value > 0.95
    assert joined["V"].n == 18
    assert joined["stability"].value > 0.95
    assert joined["ids kept"].value == 1.0
    assert {"hdbscan", "hdbscan, 50 components"} <= result.runs.keys()
    assert result.sizes == {"texts": 180, "labels": 4}
    assert any("V" in line and "against" in line for line in result.comparisons)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (None, "is not there"),
        ([{"text": "a", "label": "b"}], "50 and more"),
        ([{"text": "a"}] * 60, "needs a text and a label"),
    ],
)
def test_a_folder_that_cannot_be_measured_is_refused_in_words(
    tmp_path: Path, lines: list[dict[str, str]] | None, said: str
) -> None:
    if lines is not None:
        (tmp_path / "items.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        run(tmp_path, settings=load_settings(home=tmp_path / "home", environ={}))
