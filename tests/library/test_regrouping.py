"""Clustering in a process of its own: one at a time, and not over and over where it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from earmark.settings import load_settings
from library.regrouping import Regrouper
from tests.waiting import until

REPO = Path(__file__).parents[2]


def test_one_runs_at_a_time_and_is_ended_with_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    settings = load_settings(home=tmp_path, environ={})
    (tmp_path / "fake_themes.py").write_text("import time; time.sleep(600)")
    regrouper = Regrouper(settings, module=["fake_themes"])
    assert regrouper.start()
    assert not regrouper.start()
    regrouper.close()
    assert regrouper.start()
    regrouper.close()


@pytest.mark.heavy
def test_a_failure_is_tried_again_after_some_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    clock = [0.0]
    settings = load_settings(home=tmp_path, environ={})
    (tmp_path / "fake_themes.py").write_text("raise SystemExit(1)")
    regrouper = Regrouper(settings, module=["fake_themes"], now=lambda: clock[0])
    assert regrouper.start()
    until(lambda: _ended(regrouper))
    assert not regrouper.start()
    clock[0] = 601.0
    assert regrouper.start()
    regrouper.close()


def _ended(regrouper: Regrouper) -> bool:
    child = regrouper._child
    return child is not None and child.poll() is not None


_APP = """
import sys, time
from pathlib import Path
from earmark.settings import load_settings
from library.regrouping import Regrouper

regrouper = Regrouper(load_settings(home=Path(sys.argv[1]), environ={}), module=["fake_themes"])
regrouper.start()
print(regrouper._child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.heavy
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc says which processes there are")
def test_a_clustering_ends_with_an_app_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "fake_themes.py").write_text(
        "import time\n"
        "while True:\n"
        "    try:\n"
        "        time.sleep(600)\n"
        "    except KeyboardInterrupt:\n"
        "        continue  # a library that takes an interrupt for something else\n"
    )
    app = subprocess.Popen([sys.executable, "-c", _APP, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=REPO)
    assert app.stdout is not None
    child = Path("/proc") / app.stdout.readline().strip()
    assert child.is_dir()
    app.kill()
    app.wait()
    app.stdout.close()
    until(lambda: not _runs(child))


def _runs(process: Path) -> bool:
    try:
        return "Z (zombie)" not in (process / "status").read_text()
    except OSError:
        return False
