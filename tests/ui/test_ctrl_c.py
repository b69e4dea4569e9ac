"""Ctrl-C at the command line: one clear line and exit code 130, whenever it comes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli.interrupts import INTERRUPTED, STOPPED
from ui.cli.main import app

_WHILE_LOADING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal, whatever started the tests
from ui.cli import launch

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "ui.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
launch.main()
"""
_IN_A_COMMAND = """
import os, signal, sys, time, types
signal.signal(signal.SIGINT, signal.default_int_handler)
import typer
from ui.cli import launch
from ui.cli.output import reported

def command():
    with reported():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
        finally:
            print("closed")

sys.modules["ui.cli.main"] = types.SimpleNamespace(main=command)
try:
    launch.main()
except typer.Exit as end:
    sys.exit(end.exit_code)
"""
_IN_THE_BACKGROUND = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.argv = ["earmark", "--version"]
from ui.cli import interrupts, launch
interrupts.answered_at_once()
interrupts.interruptible()
os.kill(os.getpid(), signal.SIGINT)
launch.main()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_while_the_command_is_still_loaded() -> None:
    done = run(_WHILE_LOADING)
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", STOPPED)


def test_in_a_command_what_is_open_is_closed() -> None:
    done = run(_IN_A_COMMAND)
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "closed\n", STOPPED)


@pytest.mark.heavy
def test_who_is_started_in_the_background_is_left_alone() -> None:
    done = run(_IN_THE_BACKGROUND)
    assert done.returncode == 0 and done.stdout.startswith("earmark ") and done.stderr == ""


@pytest.mark.heavy
def test_a_check_of_links_that_was_stopped_does_not_claim_to_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stopped() -> Iterator[threading.Event]:
        stop = threading.Event()
        stop.set()
        yield stop

    monkeypatch.setattr("ui.cli.linking.stopping", stopped)
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "links"])
    assert done.exit_code == INTERRUPTED
    assert "checked" not in done.output
