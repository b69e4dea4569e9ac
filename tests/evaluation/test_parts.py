"""A file of results whose parts are measured at different times: each keeps its day and its machine, and rows tell theirs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evaluation.numbers import RESULTS, numbers_page, with_figures
from evaluation.parts import Parts, day_of, machine_of, with_parts
from tests.conftest import REPO

OLD = {"cpu": "older", "cores": 8}
NEW = {"cpu": "newer", "cores": 2}
WHOLE = {"measured": "2026-11-23", "machine": OLD, "kills": {"total": 1_002}, "claims": {"median_ms": 9}}


def test_a_part_that_was_left_alone_keeps_its_day_and_its_machine() -> None:
    document = with_parts(WHOLE, {"claims": {"median_ms": 4}}, day="2026-11-28", machine=NEW)
    assert (day_of(document, "kills"), machine_of(document, "kills")) == ("2026-11-23", OLD)
    assert (day_of(document, "claims"), machine_of(document, "claims")) == ("2026-11-28", NEW)
    assert document["kills"] == {"total": 1_002}
    assert document["claims"] == {"median_ms": 4}
    again = with_parts(document, {"zombies": 1}, day="2026-11-29", machine=NEW)
    assert [day_of(again, part) for part in ("kills", "claims", "zombies")] == [
        "2026-11-23",
        "2026-11-28",
        "2026-11-29",
    ]
    assert "machine" not in again


def test_a_part_whose_day_nobody_wrote_down_gets_none() -> None:
    document = with_parts({"kills": 1}, {"claims": 2}, day="2026-11-28", machine=NEW)
    assert document["measured"] == {"claims": "2026-11-28"}
    assert (day_of(document, "kills"), machine_of(document, "kills")) == ("", {})


def test_only_the_parts_that_were_read_date_what_is_told() -> None:
    document = with_parts(WHOLE, {"claims": {"median_ms": 4}}, day="2026-11-28", machine=NEW)
    parts = Parts(document)
    assert "{kills[total]:,}".format_map(parts) == "1,002"
    assert parts.days() == ["2026-11-23"]
    assert parts["claims"] == {"median_ms": 4}
    assert parts.days() == ["2026-11-23", "2026-11-28"]


@pytest.mark.parametrize(
    ("file", "part", "day"),
    [
        ("work", "kills", "2026-11-23"),
        ("work", "zombies", "2026-11-23"),
        ("work", "ctrl_c", "2026-11-23"),
        ("work", "time_left", "2026-11-23"),
        ("transcripts", "completeness", "2026-11-22"),
        ("segments", "topics", "2026-11-23"),
    ],
)
def test_parts_of_a_first_campaign_have_its_day_and_its_machine(file: str, part: str, day: str) -> None:
    document = json.loads((RESULTS / "trust" / f"{file}.json").read_text("utf-8"))
    assert day_of(document, part) == day
    assert "Xeon" in machine_of(document, part)["cpu"]


def test_rows_of_one_file_have_the_days_of_their_parts(tmp_path: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(RESULTS, results)
    path = results / "trust" / "work.json"
    work = json.loads(path.read_text("utf-8"))
    work["measured"] |= {"kills": "2031-01-01", "zombies": "2031-02-02", "claims": "2031-03-03"}
    path.write_text(json.dumps(work), "utf-8")
    link = "(evaluation/results/trust/work.json))"
    readme = with_figures((REPO / "README.md").read_text("utf-8"), results)
    assert f"1,002 SIGKILLs: 0 rows lost or twice ([2031-01-01]{link}" in readme
    assert f"100 workers: 0 late commits ([2031-02-02]{link}" in readme
    killed = next(line for line in numbers_page(results).splitlines() if "killed at every step" in line)
    assert "[2031-01-01, 2031-02-02]" in killed
    assert "2031-03-03" not in readme
