"""Running the command line as a user would: a process of its own, with its time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

__all__ = ["CommandOutput", "CommandRun", "document", "earmark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRun:
    """A finished process: exit code (negative: the signal that ended it), output, seconds, peak memory in MiB."""

    code: int
    out: str
    err: str
    seconds: float
    peak_mib: float


def earmark(
    home: Path, *words: str, kill_after_s: float | None = None, env: dict[str, str] | None = None
) -> CommandRun:
    """Runs ``earmark --home HOME --allow-private 127.0.0.1 WORDS``; with ``kill_after_s``, ends it with SIGKILL."""
    command = [sys.executable, "-m", "ui.cli.main", "--home", str(home), "--allow-private", "127.0.0.1", *words]
    home.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    # Not in the home folder, whose disk may be full.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}
        )
        usage, code = _wait(process.pid, began, kill_after_s)
        said = [_text(file) for file in (out, err)]
    process.returncode = code
    return CommandRun(
        code=code,
        out=said[0],
        err=said[1],
        seconds=time.monotonic() - began,
        peak_mib=usage.ru_maxrss / 1024,
    )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


class CommandOutput(Protocol):
    """What a command printed."""

    @property
    def out(self) -> str:
        """Its standard output."""


def document(run: CommandOutput) -> Any:
    """The JSON document that a run printed."""
    return json.loads(run.out)


def _wait(pid: int, began: float, kill_after_s: float | None) -> tuple[Any, int]:
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return usage, os.waitstatus_to_exitcode(status)
        if kill_after_s is not None and time.monotonic() - began >= kill_after_s:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return usage, os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
