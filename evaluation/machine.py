"""The machine that the numbers were measured on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

__all__ = ["machine"]


def machine() -> dict[str, Any]:
    """The processor's name, the number of its cores and the version of Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"cpu": models[0] if models else "", "cores": os.cpu_count(), "python": sys.version.split()[0]}
