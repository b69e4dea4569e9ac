"""Measures what is promised and prints one table; ends with 1 where a promise was not kept.

    python -m tests.contract [--seed N] [--only NAME,…]     all promises, or some again beside what is recorded of the others
    python -m tests.contract --measure NAME FOLDER LIBRARY SEED

The second is how the first measures: each promise in a process of its own, so that a crash is that promise's alone.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.commands import earmark
from evaluation.contract import broken, contract_table
from evaluation.machine import machine
from tests.conftest import REPO
from tests.contract.promise import Ground, Measurement, NotMeasurable, Promise
from tests.contract.table import PROMISES

__all__ = ["main", "row"]

_SEED = 20_261_128
_LONGEST_S = 900.0
"""A promise that takes longer hangs; most take half a minute."""
_FILE = REPO / "evaluation" / "results" / "contract.json"


def main(arguments: Sequence[str]) -> int:
    """Measures the promises that were asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--only", default="")
    parser.add_argument("--measure", nargs=4)
    given = parser.parse_args(arguments)
    if given.measure:
        name, folder, library, seed = given.measure
        sys.stdout.write(json.dumps(_measured(name, Path(folder), Path(library), int(seed))))
        return 0
    wanted = given.only.split(",") if given.only else [promise.name for promise in PROMISES]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="earmark-contract-") as folder:
        rows = _all(Path(folder), wanted, given.seed)
    document = {
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "seed": given.seed,
        "seconds": round(time.monotonic() - began),
        "promises": rows,
    }
    if given.only:
        document = _together(document)
    _FILE.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(contract_table(document)))
    return 1 if broken(rows) else 0


def row(promise: Promise, measured: Measurement | None, *, why: str = "") -> dict[str, Any]:
    """A row of the document: what came out, or why nothing did."""
    if measured is None:
        return {"name": promise.name, "promise": promise.words, "outcome": "not measured", "figure": why, "sample": ""}
    outcome = "kept" if measured.kept else "broken"
    return {
        "name": promise.name,
        "promise": promise.words,
        "outcome": outcome,
        "figure": measured.figure,
        "sample": measured.sample,
    }


def _together(again: dict[str, Any]) -> dict[str, Any]:
    """The document that is there with the rows that were measured again in their places, in the order of the table.

    Those rows have a day, a machine and a seed of their own; what the document says is true of the others.
    """
    if not _FILE.exists():
        return again
    before: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    about = {name: again[name] for name in ("measured", "machine", "seed")}
    rows = {told["name"]: told for told in before["promises"]}
    rows |= {told["name"]: told | about for told in again["promises"]}
    return {**before, "promises": [rows[promise.name] for promise in PROMISES if promise.name in rows]}


def _all(folder: Path, wanted: Sequence[str], seed: int) -> list[dict[str, Any]]:
    library = folder / "library"
    sys.stderr.write("making the sample library …\n")
    made = earmark(library, "demo", "--port", str(_free_port()))
    if made.code:
        raise SystemExit(f"the sample library cannot be made: {made.err[-500:]}")
    rows = []
    for promise in PROMISES:
        if promise.name in wanted:
            began = time.monotonic()
            rows.append(_apart(promise, folder / promise.name, library, seed))
            told = rows[-1]
            sys.stderr.write(
                f"{promise.name}: {told['outcome']}, {told['figure']} ({time.monotonic() - began:.0f} s)\n"
            )
    return rows


def _free_port() -> int:
    """Another demo may run on this machine, at the usual one."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _apart(promise: Promise, folder: Path, library: Path, seed: int) -> dict[str, Any]:
    """Measures a promise in a process of its own; one that crashes or hangs is broken."""
    folder.mkdir()
    words = [sys.executable, "-m", "tests.contract", "--measure", promise.name, str(folder), str(library), str(seed)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return row(promise, Measurement(figure=f"not done after {_LONGEST_S / 60:.0f} minutes", sample="", kept=False))
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return row(promise, Measurement(figure=f"crashed: {last[:160]}", sample="", kept=False))
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _measured(name: str, folder: Path, library: Path, seed: int) -> dict[str, Any]:
    promise = next(promise for promise in PROMISES if promise.name == name)
    ground = Ground(folder=folder, library=library, data=_data(), seed=seed)
    try:
        return row(promise, promise.measure(ground))
    except NotMeasurable as reason:
        return row(promise, None, why=str(reason))


def _data() -> Path | None:
    data = Path(os.environ.get("EARMARK_TEST_DATA", REPO.parent / "shared" / "data"))
    return data if (data / "feeds").is_dir() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
