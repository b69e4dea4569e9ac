"""Mutated feeds: read, or refused in words, and nothing else."""

from __future__ import annotations

import multiprocessing
import random
import statistics
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from earmark.errors import FeedError
from ingest.feeds.parse import parse_feed
from tests.campaigns.feeds.mutations import mutated

__all__ = ["SEED", "URL", "feed_files", "mutations"]

SEED = 20_260_101
URL = "https://pod.example/feeds/show.xml"
_CLASSES = ((0.90, 0, 64_000), (0.085, 64_000, 600_000), (0.015, 600_000, 1 << 40))
"""Share of the mutated feeds that are made of files of that many bytes: most feeds are small, every tenth is not."""
_FOLDERS = ("real", "fixtures", "malformed", "encoding")


def feed_files(data: Path) -> list[Path]:
    """All feeds, in a fixed order."""
    files = [file for folder in _FOLDERS for file in sorted((data / "feeds" / folder).rglob("*")) if file.is_file()]
    return [file for file in files if file.suffix not in {".json", ".txt", ".md"} and file.stat().st_size]


def mutations(files: Sequence[Path], count: int, *, seed: int) -> dict[str, Any]:
    """Parses that many mutated feeds in two processes; how long that took and what was raised."""
    classes = [[file for file in files if low <= file.stat().st_size < high] for _, low, high in _CLASSES]
    random_ = random.Random(seed)
    weights = [share if kept else 0 for (share, _, _), kept in zip(_CLASSES, classes, strict=True)]
    chosen = random_.choices(range(len(classes)), weights, k=count)
    tasks = [(random_.choice(classes[size]), seed + number) for number, size in enumerate(chosen)]
    outcomes: dict[str, int] = {"read": 0, "refused": 0}
    seconds: list[float] = []
    crashes: list[str] = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for number, (took, outcome) in enumerate(pool.imap(_parse_one, tasks, chunksize=25), start=1):
            seconds.append(took)
            if outcome in outcomes:
                outcomes[outcome] += 1
            else:
                crashes.append(outcome)
            if number % 1_000 == 0:
                sys.stderr.write(f"    {number} of {count}, {len(crashes)} crashes, slowest {max(seconds):.2f} s\n")
    by_size = {
        f"from {low:,} bytes": _spread([s for s, c in zip(seconds, chosen, strict=True) if c == place])
        for place, (_, low, _) in enumerate(_CLASSES)
    }
    slowest = sorted(range(count), key=lambda n: -seconds[n])[:5]
    return {
        "feeds": count,
        "seed": seed,
        "files": len(files),
        **outcomes,
        "crashes": crashes[:20],
        "seconds": _spread(seconds),
        "seconds_by_size": by_size,
        "slowest": [f"{tasks[n][0].name}, seed {tasks[n][1]}: {seconds[n]:.2f} s" for n in slowest],
    }


def _parse_one(task: tuple[Path, int]) -> tuple[float, str]:
    file, seed = task
    body, kinds = mutated(file.read_bytes(), random.Random(seed))
    began = time.process_time()
    try:
        parse_feed(body, url=URL)
        outcome = "read"
    except FeedError:
        outcome = "refused"
    except BaseException:
        last = traceback.format_exc().strip().splitlines()[-1]
        outcome = f"{file.name}, seed {seed} ({kinds}): {last[:200]}"
    return time.process_time() - began, outcome


def _spread(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {
        "count": len(seconds),
        "p50": round(statistics.median(seconds), 4),
        "p99": round(_quantile(seconds, 0.99), 3),
        "max": round(max(seconds), 3),
    }


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
