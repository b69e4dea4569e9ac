"""`earmark run`: the schedule without pages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.catalog import open_catalog
from earmark.catalog.work import duties
from earmark.settings import load_settings
from library.schedule import LastRun, ScheduleStatus
from library.schedule_words import last_words, plan_lines, status_lines
from tests.ui.fakes import FakeLibrary
from tests.ui.here import here
from ui.cli.running import print_plan


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    return FakeLibrary(load_settings(home=tmp_path, environ={}))


def test_once_does_what_is_due_and_ends(home: Path) -> None:
    done = here(home, "run", "--once", "--json")
    assert (done.code, done.err) == (0, "")
    status = json.loads(done.out)
    assert status["readers"][0]["reader_id"] == "local"
    assert status["running"] is False


def test_json_needs_an_end(home: Path) -> None:
    done = here(home, "run", "--json")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--once" in done.err


def test_a_dry_run_names_the_ideas_and_keeps_attacks_as_text(
    library: FakeLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_plan(library, as_json=False)
    shown = capsys.readouterr().out
    assert "by mail: 5 ideas" in shown
    assert shown.count("\n") == 6
    assert library.insights.newest(limit=1)[0].claim in shown
    hostile = FakeLibrary(load_settings(home=tmp_path, environ={}), hostile=True)
    print_plan(hostile, as_json=False)
    assert "\x1b" not in capsys.readouterr().out
    print_plan(library, as_json=True)
    (planned,) = json.loads(capsys.readouterr().out)["planned"]
    assert len(planned["brief"]["items"]) == 5


def test_the_state_in_words(library: FakeLibrary) -> None:
    status = library.schedule.status()
    (entry,) = status.readers
    lines = list(status_lines(status, "UTC"))
    assert lines[0].startswith("Feeds were last asked ")
    assert "by mail, for" in lines[1]
    assert lines[2].endswith("sent by mail, " + lines[2].rpartition(", ")[2])
    idle = ScheduleStatus(running=False, readers=(entry,) * 40)
    assert next(status_lines(idle, "UTC")).startswith("Nothing is fetched or sent by itself")
    assert list(status_lines(idle, "UTC"))[-1] == "and 10 readers more"
    waits = LastRun(day=entry.next_day, outcome="", note="{0} the server is away", again=entry.next_at)
    assert last_words(waits, "UTC").startswith("waits: {0} the server is away; again ")
    (plan,) = library.schedule.plan()
    quiet = replace(plan, ways=(), brief=replace(plan.brief, items=(), note="Nothing new."))
    assert [line.rpartition(":")[2].strip() for line in plan_lines(quiet)] == ["nothing would be sent", "Nothing new."]


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_ends_it_in_order(home: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "ui.cli.main", "--home", str(home), "run"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Keeping the schedule")
        process.send_signal(number)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        assert duties.get(tx, duties.SEND).owner == ""
    catalog.close()
