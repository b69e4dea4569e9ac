"""Speed and memory, each against a named baseline in the same run; writes results/bench.json.

    python -m evaluation.bench [--points 10000,100000,500000] [--out FILE]

Ratios travel between machines, seconds do not: read the ratios. Every size is measured in a process of its own, so that
its memory is its own; seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from earmark.errors import UsageError
from earmark.settings import Settings, load_settings
from evaluation import bench_baselines as baselines
from evaluation.bench_data import Corpus, passages
from evaluation.commands import earmark
from evaluation.machine import machine

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "bench.json"
POINTS = (10_000, 100_000)
_LOCAL_S = 30.0
"""How long qdrant-client's local mode may take in points; at 100,000 it would need half an hour, and seconds a query."""


def main() -> None:
    """Runs every benchmark and writes what it measured."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        settings = load_settings({}, home=home / "home", environ={})
        result: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine()}
        result["machine"]["load before"] = _load()
        _say("encoder …")
        result["encoder"] = encoder(settings)
        result["index"] = index(home, settings, given.points)
        _say("command line …")
        result["command line"] = command_line(home)
        result["machine"]["load after"] = _load()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def encoder(settings: Settings) -> dict[str, Any]:
    """The encoder against sentence-transformers' default call on the same passages, in turn."""
    from evaluation.bench_encoder import measure

    measured = measure((passages() * 2)[:160], settings=settings)
    speed = measured["passages_per_s"]
    return {
        "passages_per_s": speed["ours"],
        "baseline": measured["baseline"],
        "baseline_passages_per_s": speed["baseline"],
        "ratio": speed["ratio"],
        "measured": measured,
    }


def index(home: Path, settings: Settings, sizes: list[int]) -> dict[str, Any]:
    """The embedded index at each size against its baselines, the first size also under the names of earlier reports."""
    by_size = [_size(home, settings, points) for points in sizes]
    first = by_size[0]
    local, plain = first["baselines"]["qdrant-client, local mode"], first["exact"]
    return {
        "embedded": {
            "points_per_s": plain["points_per_s"],
            "hybrid_query_ms": plain["hybrid_ms"]["p50"],
            "points": first["points"],
        },
        "baseline": "qdrant-client, local mode",
        "baseline_measured": {
            "points_per_s": local["points_per_s"],
            "hybrid_query_ms": local["hybrid_ms"]["p50"],
            "points": local["points"],
        },
        "numpy_dense_query_ms": first["baselines"]["numpy"]["dense_ms"]["p50"],
        "insert_ratio": round(plain["points_per_s"] / local["points_per_s"], 1),
        "sizes": by_size,
    }


def command_line(home: Path) -> dict[str, Any]:
    """Seconds of `earmark --help` as a whole process, against Python starting up and doing nothing."""
    helped = [earmark(home / "cli", "--help").seconds for _ in range(5)]
    bare = [_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5)]
    return {
        "help_s": round(statistics.median(helped), 3),
        "baseline": "python -c pass",
        "baseline_s": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(helped) / statistics.median(bare), 1),
    }


def _size(home: Path, settings: Settings, points: int) -> dict[str, Any]:
    """Ours and the baselines at one size, with the ratio of ours to each: below 1 is quicker."""
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.bench_index", str(points), str(home)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(f"the measuring process ended with {done.returncode}", subject=f"{points} points")
    report: dict[str, Any] = json.loads(done.stdout)
    _say(f"{points:,} points: baselines")
    corpus = Corpus.make(points)
    local = baselines.local_client(corpus, home / f"local-{points}", seconds=_LOCAL_S)
    numpy = baselines.brute_force(corpus)
    library = baselines.sentence_transformers(corpus, settings)
    if local["points"] < points:
        local["note"] = f"what it took in {_LOCAL_S:.0f} s; its time a query grows with its points"
    report["baselines"] = {"qdrant-client, local mode": local, "numpy": numpy, "sentence-transformers": library}
    best = min((report["exact"], report["graph"]), key=lambda figures: figures["hybrid_ms"]["p50"])
    report["ratios"] = {
        "build to qdrant-client, per point": _ratio(local["points_per_s"], report["exact"]["points_per_s"]),
        "hybrid to qdrant-client": _ratio(best["hybrid_ms"]["p50"], local["hybrid_ms"]["p50"]),
        "dense to numpy": _ratio(best["dense_ms"]["p50"], numpy["dense_ms"]["p50"]),
        "encoded hybrid to sentence-transformers": _ratio(
            best["encoded_hybrid_ms"]["p50"], library["encoded_dense_ms"]["p50"]
        ),
    }
    return report


def _ratio(ours: float, theirs: float) -> float:
    return round(ours / theirs, 3)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench", description="Measure speed and memory.")
    parser.add_argument(
        "--points", default=list(POINTS), type=_sizes, help="sizes of the index, e.g. 10000,100000,500000"
    )
    parser.add_argument("--out", default=RESULTS, type=Path, help="where the results go")
    return parser.parse_args()


def _sizes(text: str) -> list[int]:
    sizes = [int(part.replace("_", "")) for part in text.split(",")]
    if any(size < 1000 for size in sizes):
        raise argparse.ArgumentTypeError("1000 points is the least that says anything")
    return sizes


def _load() -> float | None:
    """The load average of the last minute: above the number of cores, other processes slowed the measurement."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
