"""Processes of our own: they answer, end when they are asked to, and never outlive the one that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.child import Child, Output
from tests.waiting import until


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes a module of some code that a child can run; returns its name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")

    def made(code: str, name: str = "fake_child") -> str:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
        return name

    return made


ECHO = """
    from earmark.parent import Parent
    parent = Parent()
    print("no message")
    try:
        while True:
            parent.send(("heard", parent.receive()))
    except EOFError:
        raise SystemExit(7)
"""
SLEEPER = """
    import sys, time
    try:
        print(sys.argv[1:], sys.stdin.read(), flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        print("in order", flush=True)
        raise SystemExit(130)
"""
DEAF = """
    import signal, time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(600)
"""


def test_messages_are_answered_and_the_end_is_told(module: Callable[[str], str]) -> None:
    child = Child(module(ECHO), output=Output.MESSAGES)
    for value in ({"a": [1, 2]}, b"x" * 300_000, None):
        child.send(value)
        assert child.receive() == ("heard", value)
    assert child.poll() is None
    assert child.end() == 7
    for ended in (lambda: child.send(1), child.receive):
        with pytest.raises(EOFError):
            ended()
    assert child.end() == 7


def test_a_command_ends_as_on_ctrl_c_and_reads_nothing(module: Callable[[str], str]) -> None:
    child = Child(module(SLEEPER), "--flag", output=Output.LINES)
    lines = child.lines()
    assert next(lines) == "['--flag'] \n"
    child.ask_to_end()
    assert list(lines) == ["in order\n"]
    assert child.end() == 130


@pytest.mark.heavy
def test_what_does_not_listen_is_killed(module: Callable[[str], str]) -> None:
    child = Child(module(DEAF), output=Output.LINES)
    assert next(child.lines()) == "deaf\n"
    assert child.end(wait_s=0.1) == -signal.SIGKILL


def test_a_folder_that_happens_to_be_here_is_not_imported(
    module: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "wave.py").write_text("print('planted')")
    monkeypatch.chdir(here)
    child = Child(module("import wave; print(wave.WAVE_FORMAT_PCM)"), output=Output.LINES)
    assert list(child.lines()) == ["1\n"]
    assert child.end() == 0


@pytest.mark.heavy
@pytest.mark.parametrize(("code", "output"), [(ECHO, "MESSAGES"), (SLEEPER, "LINES"), (DEAF, "LINES")])
def test_a_child_ends_when_its_parent_is_killed(module: Callable[..., str], code: str, output: str) -> None:
    name = module(code, "fake_grandchild")
    parent = f"""if True:
        import os, signal, time
        from earmark.child import Child, Output
        child = Child({name!r}, output=Output.{output})
        if {output == "LINES"}:
            next(child.lines())
        else:
            child.send(1)
            child.receive()
        print(child.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    until(lambda: not _runs(pid), "it outlives its parent")


def _runs(pid: int) -> bool:
    """Whether the process does anything: one that nobody has buried does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
