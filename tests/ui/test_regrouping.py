"""Clustering in a process of its own: one at a time, and not over and over where it fails."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from earmark.settings import load_settings
from library.regrouping import Regrouper


def test_one_runs_at_a_time_and_is_ended_with_the_library(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={})
    regrouper = Regrouper(settings, command=[sys.executable, "-c", "import time; time.sleep(60)"])
    assert regrouper.start()
    assert not regrouper.start()
    began = time.monotonic()
    regrouper.close()
    assert time.monotonic() - began < 20
    assert regrouper.start()
    regrouper.close()


def test_a_failure_is_tried_again_after_some_minutes(tmp_path: Path) -> None:
    clock = [0.0]
    settings = load_settings(home=tmp_path, environ={})
    regrouper = Regrouper(settings, command=[sys.executable, "-c", "raise SystemExit(1)"], now=lambda: clock[0])
    assert regrouper.start()
    deadline = time.monotonic() + 20
    while not _ended(regrouper) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not regrouper.start()
    clock[0] = 601.0
    assert regrouper.start()
    regrouper.close()


def _ended(regrouper: Regrouper) -> bool:
    process = regrouper._process
    return process is not None and process.poll() is not None
