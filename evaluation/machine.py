"""The machine that the numbers were measured on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

__all__ = ["machine", "memory_mib"]


def machine() -> dict[str, Any]:
    """The processor's name, the number of its cores and the version of Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"cpu": models[0] if models else "", "cores": os.cpu_count(), "python": sys.version.split()[0]}


def memory_mib(pid: str, name: str) -> int | None:
    """``VmHWM``, the most that a process has held, mapped files included, or ``RssAnon``, what it holds without them; in MiB.

    Args:
        pid: its number, or ``self``.
        name: one of the two.

    Returns:
        ``None`` where the system does not say.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return round(int(status.split(f"{name}:")[1].split()[0]) / 1024)
    except (OSError, IndexError):
        return None
