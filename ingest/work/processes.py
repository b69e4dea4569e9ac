"""What can be known of another process of this machine: whether it runs, since when, and where "this machine" ends."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ProcessState", "boot", "look", "place"]

_STARTED = 22
"""The field of /proc/PID/stat that says when the process started, in ticks since boot (proc(5), counted from 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """A process at this moment. ``started`` differs between two processes that have had the same number."""

    runs: bool
    started: str = ""


def look(pid: int) -> ProcessState | None:
    """The state of process ``pid``; ``None`` if the machine does not say. A zombie counts as not running."""
    if Path("/proc/self/stat").exists():
        return _by_proc(pid)
    if os.name != "posix":
        return None
    return _by_ps(pid)


def place() -> str:
    """The id of this machine and this container, the same for processes that can see each other's numbers."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return hashlib.sha256(f"{socket.gethostname()}|{_read('/etc/machine-id')}|{namespace}".encode()).hexdigest()[:12]


def boot() -> str:
    """An id that changes when the machine is started again; empty if it does not say."""
    return _read("/proc/sys/kernel/random/boot_id")[:8]


def _by_proc(pid: int) -> ProcessState:
    # The name of the program, in brackets, may hold anything; the fields after it are words.
    text = _read(f"/proc/{pid}/stat")
    fields = text.rpartition(")")[2].split()
    if not fields:
        return ProcessState(runs=False)
    return ProcessState(runs=fields[0] not in {"Z", "X", "x"}, started=fields[_STARTED - 3])


def _by_ps(pid: int) -> ProcessState | None:
    command = ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)]
    environment = {"LC_ALL": "C", "TZ": "UTC"}
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command with a number
            command, env=environment, capture_output=True, text=True, timeout=10, check=False
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    if not answer:
        return ProcessState(runs=False)
    return ProcessState(runs=not answer[0].startswith("Z"), started="-".join(answer[1:]))


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
