"""How quick a library still is that was followed for years: 100,000 insights of 20,000 episodes, made for this.

    python -m evaluation.bench_growth [EPISODES INSIGHTS]

Each thing that a reader opens is timed as the first in its process finds it and as the next ones do, in milliseconds of the
clock and of the processor; themes are also timed after changes, in a library that a thread tends as the app's does. The result goes to `evaluation/results/growth.json`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from earmark.catalog import changes
from earmark.settings import load_settings
from evaluation.machine import machine
from evaluation.made_library import MadeSize, make_library
from library.library import Library

__all__ = ["measure"]

_RESULT = Path(__file__).parent / "results" / "growth.json"
_TIMES = 9
_PAGE = 40
"""Insights of the list that is timed, as on a page."""


def measure(size: MadeSize) -> dict[str, Any]:
    """Milliseconds of each thing, the first time and the median of the later ones."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"offline": True}, home=Path(folder), environ={})
        with Library.open(settings=settings) as library:
            began = time.perf_counter()
            make_library(
                library.catalog,
                size,
                model_id=library.wiring.encoder().model_id,
                today=library.briefs.today(),
                reader=library.reader,
            )
            made_s = time.perf_counter() - began
            load = os.getloadavg()[0]
            timed = _opened(library)
            catalog_mb = library.catalog.size() / 1e6
    return {
        "machine": machine(),
        "measured": time.strftime("%Y-%m-%d"),
        "shows": size.shows,
        "episodes": size.episodes,
        "insights": size.insights,
        "themes": size.themes,
        "catalog_mb": round(catalog_mb),
        "made_s": round(made_s, 1),
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "opened": timed,
        "slowest_ms": max(entry["ms"] for entry in timed.values()),
        "slowest_cpu_ms": max(entry["cpu_ms"] for entry in timed.values()),
    }


def _opened(library: Library) -> dict[str, dict[str, float]]:
    shows, themes = library.shows.summaries, library.themes
    timed = {
        "status": _timed(library.status),
        "shows": _timed(shows),
        "brief": _timed(library.briefs.get),
        "themes": _timed(themes.every),
    }
    show, theme = shows()[0].show.id, themes.every()[0].id
    themes.tend()
    changed = library.insights.newest(limit=1)[0].id
    speaker = next(speaker.name for speaker in library.people.every())

    def change() -> None:
        with library.catalog.write() as tx:
            changes.note(tx, "insight", [changed])

    return timed | {
        "themes after a change": _timed(themes.every, before=change),
        "a theme": _timed(lambda: (themes.get(theme), themes.insights(theme, limit=_PAGE))),
        "a show": _timed(lambda: library.insights.newest(show=show, limit=_PAGE)),
        "the newest": _timed(lambda: library.insights.newest(limit=_PAGE)),
        "an insight": _timed(lambda: library.insights.get(changed[:8])),
        "everybody": _timed(library.people.every),
        "somebody": _timed(lambda: library.people.get(speaker)),
    }


def _timed(call: Callable[[], object], *, before: Callable[[], None] | None = None) -> dict[str, float]:
    clock, processor = [], []
    for _ in range(_TIMES):
        if before is not None:
            before()
        began, worked = time.perf_counter(), time.process_time()
        call()
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - worked))
    later, worked_later = sorted(clock[1:]), sorted(processor[1:])
    return {
        "first_ms": round(clock[0], 1),
        "first_cpu_ms": round(processor[0], 1),
        "ms": round(later[len(later) // 2], 1),
        "cpu_ms": round(worked_later[len(worked_later) // 2], 1),
    }


def main() -> None:
    """Measures and writes the result."""
    given = [int(number) for number in sys.argv[1:3]]
    size = MadeSize(episodes=given[0], insights=given[1]) if len(given) == 2 else MadeSize()
    result = measure(size)
    _RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
