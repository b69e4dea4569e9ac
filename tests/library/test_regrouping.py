"""Clustering in a process of its own: one at a time, and not over and over where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.settings import load_settings
from library.regrouping import Regrouper
from tests.waiting import until


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
