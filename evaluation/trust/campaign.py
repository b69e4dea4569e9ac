"""What every campaign shares: its data, its result file, its exit status."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaluation.runs import machine

__all__ = ["RESULTS", "data_folder", "report"]

RESULTS = Path(__file__).parents[1] / "results" / "trust"


def data_folder() -> Path:
    """The folder of real data: the first argument, ``EARMARK_TEST_DATA``, or ``../shared/data``; exits where it is not."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA")
    data = Path(named) if named else Path(__file__).parents[3] / "shared" / "data"
    if not data.is_dir():
        sys.exit(f"there is no folder {data}; give the one with the real data, or set EARMARK_TEST_DATA")
    return data


def report(name: str, measure: Callable[[], dict[str, Any]]) -> None:
    """Runs a campaign and writes ``results/trust/<name>.json``.

    ``measure`` returns what was measured, with ``broken``: the promises that did not hold, in words. With any of them
    the process exits with 1, after writing.
    """
    began = time.monotonic()
    found = measure()
    result: dict[str, Any] = {
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "seconds": round(time.monotonic() - began, 1),
    } | found
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    if result.get("broken"):
        sys.exit(f"{name}: broken: " + "; ".join(result["broken"]))
