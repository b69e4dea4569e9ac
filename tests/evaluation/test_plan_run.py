from __future__ import annotations

import json
from pathlib import Path

import pytest

from earmark.errors import UsageError
from earmark.settings import Settings
from evaluation import plan_run
from evaluation.documents import from_document, to_document
from evaluation.plan import PLAN, PlanEntry
from evaluation.plan_run import run_plan
from evaluation.report import report_card
from evaluation.suite import Measure, SuiteResult

pytestmark = pytest.mark.heavy

SUITE_OF_PLAN = ("retrieval", "related", "readers", "alerts", "themes", "answers", "insights", "asr")


def _entries() -> tuple[PlanEntry, ...]:
    search = PlanEntry(
        name="retrieval-talks", suite="retrieval", folder="talks", title="talks", baseline={"nDCG@10": 0.5}
    )
    gone = PlanEntry(name="retrieval-gone", suite="retrieval", folder="gone", title="gone")
    related = PlanEntry(name="related-claims", suite="related", folder="claims", title="claims")
    return search, gone, related


def test_the_plan_covers_every_suite_and_names_no_file_twice() -> None:
    names = [entry.name for entry in PLAN]
    assert len(set(names)) == len(names)
    assert {entry.suite for entry in PLAN} == set(SUITE_OF_PLAN) | {"mutations"}
    assert all(not Path(entry.folder).is_absolute() for entry in PLAN)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of code in place of the project's, which somebody may be editing while the tests run."""
    root = tmp_path / "code"
    for name in ("earmark/a.py", "retrieval/b.py", "evaluation/metrics.py", "evaluation/suites/related.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("pass", encoding="utf-8")
    monkeypatch.setattr(plan_run, "_ROOT", root)
    return root


@pytest.mark.slow
def test_what_is_measured_is_written_and_kept(
    judged: Path, claims: Path, settings: Settings, cache: Path, tmp_path: Path, code: Path
) -> None:
    results = tmp_path / "results"

    def go(again: bool = False) -> plan_run.PlanOutcome:
        return run_plan(judged.parent, results=results, settings=settings, plan=_entries(), cache=cache, again=again)

    first = go()
    assert (first.measured, first.kept, len(first.failures)) == (2, 0, 1)
    assert "retrieval-gone" in first.failures[0]
    document = json.loads((results / "eval" / "retrieval-talks.json").read_text("utf-8"))
    assert document["machine"]["cores"]
    assert from_document(document).runs["system"]["nDCG@10"].n == 5
    card = first.report.read_text("utf-8")
    assert "| talks | 5 | .500 |" in card
    assert "## Related insights" in card
    second = go()
    assert (second.measured, second.kept) == (0, 2)
    assert go(again=True).measured == 2
    (judged / "queries.jsonl").write_text((judged / "queries.jsonl").read_text("utf-8") + "\n", encoding="utf-8")
    third = go()
    assert (third.measured, third.kept) == (1, 1)
    (code / "evaluation" / "suites" / "related.py").write_text("...", encoding="utf-8")
    assert (go().measured, go().kept) == (1, 2)
    (code / "ingest").mkdir()
    (code / "ingest" / "c.py").write_text("pass", encoding="utf-8")  # not what these suites measure
    assert go().kept == 2


def test_a_stopped_run_keeps_what_was_measured(
    judged: Path, claims: Path, settings: Settings, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = plan_run.measure

    def measure(entry: PlanEntry, *args: object, **options: object) -> SuiteResult:
        if entry.suite == "related":
            raise KeyboardInterrupt
        return original(entry, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_run, "measure", measure)
    with pytest.raises(KeyboardInterrupt):
        run_plan(judged.parent, results=tmp_path / "r", settings=settings, plan=_entries(), cache=cache)
    assert (tmp_path / "r" / "eval" / "retrieval-talks.json").exists()
    assert "talks" in (tmp_path / "r" / "report.md").read_text("utf-8")
    assert not list((tmp_path / "r").rglob("*.json.*"))


def test_bad_calls_say_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        run_plan(tmp_path / "nowhere", results=tmp_path, settings=settings)
    with pytest.raises(UsageError, match="no entry's name holds this; there are retrieval-podcast"):
        run_plan(tmp_path, results=tmp_path, settings=settings, only="nothing")


def _result() -> SuiteResult:
    return SuiteResult(
        suite="themes",
        data="letters",
        sizes={"texts": 1200},
        licence="CC BY | 4.0",
        runs={
            "themes": {"V-measure": Measure(value=0.5, n=1200, low=0.41, high=0.62)},
            "other": {"ARI": Measure(value=-0.02, n=3)},
        },
        comparisons=("themes against other: +.1",),
        models={"embedding": "mini@1"},
        seconds=12.4,
        notes=("a <b>note</b>",),
    )


def test_results_survive_their_document() -> None:
    assert from_document(json.loads(json.dumps(to_document(_result())))) == _result()
    with pytest.raises(UsageError, match="is not a result"):
        from_document({"suite": "themes"})


def test_the_report_card_shows_what_the_documents_hold() -> None:
    machine = {"cpu": "Abacus 2", "cores": 2, "python": "3.11"}
    card = report_card([to_document(_result()) | {"title": "letters", "measured": "2026-01-01", "machine": machine}])
    assert "| V-measure | .500 [.410, .620] |  |" in card
    assert "| ARI |  | -.020 |" in card
    assert "| letters | 1,200 texts | CC BY \\| 4.0 |" in card
    assert "- themes against other: +.1" in card
    assert "- a &lt;b>note&lt;/b>" in card
    assert "Abacus 2, 2 cores, Python 3.11" in card
    assert "- embedding: `mini@1`" in card
    assert "| letters | 2026-01-01 | 12 |" in card
    assert "## Known limits" in card
    assert "## Search" not in card
    assert "\n\n\n" not in card


def test_an_empty_report_card_is_still_one() -> None:
    assert report_card([]).startswith("# Report card")
