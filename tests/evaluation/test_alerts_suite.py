"""Alerts on judged searches: what is told is counted against what belongs to each."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.errors import UsageError
from earmark.settings import Settings
from evaluation.suites.alerts import FLOORS, evaluate_alerts
from tests.evaluation.samples import lines

pytestmark = pytest.mark.heavy


def test_topics_are_searched_for_and_a_lower_floor_tells_no_less(
    tmp_path: Path, settings: Settings, cache: Path
) -> None:
    topics = {
        "kelp carbon": (
            "Kelp that sinks keeps carbon away",
            "Sunk kelp stores carbon",
            "Carbon credits for kelp are sold",
        ),
        "rye bread": ("Rye flour wakes a starter", "Bread of rye keeps for a week", "A rye loaf is dense"),
        "rare": ("Nobody else says this", "Nor this"),
    }
    documents = [
        {"_id": f"{topic}#{n}", "title": text, "text": "", "topics": [topic]}
        for topic, texts in topics.items()
        for n, text in enumerate(texts)
    ]
    lines(tmp_path / "said" / "corpus.jsonl", documents)
    result = evaluate_alerts(tmp_path / "said", settings=settings, cache=cache)
    assert result.sizes == {"claims": 8, "searches": 2}
    floors = [f"all words, or from {floor:.2f}" for floor in FLOORS]
    assert list(result.runs) == ["the product", "all words", *floors]
    told = [result.runs[name]["told"].value for name in (*floors, "all words")]
    assert told == sorted(told, reverse=True)
    assert result.runs["the product"] == result.runs["all words, or from 0.50"], "few claims are told by their cosine"
    assert all(0 <= measures["precision"].value <= 1 for measures in result.runs.values())
    assert result.runs["all words, or from 0.30"]["recall"].value == 1.0


def test_queries_are_the_searches_where_their_kind_is_named(judged: Path, settings: Settings, cache: Path) -> None:
    result = evaluate_alerts(judged, settings=settings, kind="short", cache=cache)
    assert result.sizes["searches"] == 3
    assert result.part == "short"
    with pytest.raises(UsageError, match="holds nothing to search for"):
        evaluate_alerts(judged, settings=settings, cache=cache)
