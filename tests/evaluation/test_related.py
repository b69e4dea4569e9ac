from __future__ import annotations

from pathlib import Path

import pytest

from earmark.errors import UsageError
from earmark.settings import Settings
from evaluation.suites.related import RUNS, evaluate_related
from tests.evaluation.samples import lines

pytestmark = pytest.mark.heavy


def test_every_date_is_a_show_of_its_own(claims: Path, settings: Settings, cache: Path) -> None:
    report = evaluate_related(claims, settings=settings, cache=cache)
    assert tuple(report.runs) == RUNS
    assert report.sizes == {"insights": 6, "queries": 5}  # what is relevant to a2 is of its own date
    for measures in report.runs.values():
        assert measures["same show"].value == 0
        assert {"hub rate", "max N_10", "skew of N_10", "diversity@10", "nDCG@10"} <= measures.keys()
    assert report.runs["dense"]["entries"].value == 4
    assert report.runs["hybrid"]["R@20"].value == 1
    assert report.runs["related, as shown"]["entries"].value <= 2  # one a show


def test_a_query_has_to_be_a_document(claims: Path, settings: Settings, cache: Path) -> None:
    lines(claims / "queries.jsonl", [{"_id": "z", "text": "Kelp", "date": "2026-05-01"}])
    (claims / "qrels.tsv").write_text("z\ta1\t1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="query z is no document"):
        evaluate_related(claims, settings=settings, cache=cache)


def test_a_field_that_is_not_there_is_named(claims: Path, settings: Settings, cache: Path) -> None:
    with pytest.raises(UsageError, match="document a1 has no field 'show'; choose another --skip-same"):
        evaluate_related(claims, settings=settings, cache=cache, skip_same="show")
