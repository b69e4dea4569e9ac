"""The pages under load, measured at a running app of its own.

    python -m evaluation.bench_pages HOME readers [READERS THINK_S SECONDS]     # 50 readers who think for 10 s, for 2 minutes
    python -m evaluation.bench_pages HOME runs [RUNS]                           # 10,000 pages, and the memory meanwhile

HOME holds a library with ideas, that of `earmark demo` for example; it is only read. What was measured goes to
`evaluation/results/pages-*.json`. Readers are sockets that speak Streamlit's messages, in a process of their own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from earmark.errors import UsageError
from evaluation.machine import machine
from evaluation.page_reader import PageReader, PageView
from library.address import AppAddress, read_address

__all__ = ["Load", "percentiles", "processor_s", "readers_at", "running_app", "walk_of"]

_RESULTS = Path(__file__).parent / "results"
_SEED = 20_261_128
_START_S = 120.0
_SETTLE_S = 20.0
"""The models are loaded by then, and what they hold is frozen."""
_A_TAB = 20
"""Pages that a reader looks at in one tab."""
_SAMPLES = 40
_TABS = 4
"""Tabs open at once while many pages are counted."""
_QUESTIONS = ("what keeps a promise", "who pays for it", "night", "why people wait")


@dataclass(slots=True)
class Load:
    """The measurements so far: milliseconds by page, and errors."""

    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent_bytes: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, page: str, view: PageView) -> None:
        """Counts a page that arrived."""
        self.took_ms[page or "brief"].append(view.took_s * 1000)
        self.sent_bytes += view.sent_bytes
        if 'id="content"' not in view.html:
            self.errors.append(f"{page}: not the page")

    @property
    def pages(self) -> int:
        """The number of pages that arrived."""
        return sum(len(values) for values in self.took_ms.values())

    def document(self) -> dict[str, Any]:
        """Percentiles of all pages and of each, in milliseconds."""
        every = [value for values in self.took_ms.values() for value in values]
        return {
            "pages": self.pages,
            "errors": len(self.errors),
            "kb_a_page": round(self.sent_bytes / 1000 / max(self.pages, 1), 1),
            "all": percentiles(every),
            "by_page": {page: percentiles(values) for page, values in sorted(self.took_ms.items())},
        }


def walk_of(brief: str, themes: str) -> list[tuple[str, str]]:
    """The addresses that readers go to, as page and query: the fixed ones, and those that two pages link to."""
    links = re.findall(r'href="[./]*(insight|moment|theme)\?([^"]+)"', f"{brief}\n{themes}")
    linked = sorted({(page, unquote(query.replace("&amp;", "&"))) for page, query in links})
    return [("", ""), ("themes", ""), ("shows", ""), *(("search", f"q={words}") for words in _QUESTIONS), *linked]


async def _first_walk(url: str) -> list[tuple[str, str]]:
    """The addresses, each opened once: the first time loads what the later ones use."""
    async with PageReader(url) as reader:
        walk = walk_of((await reader.open("")).html, (await reader.open("themes")).html)
        for page, query in walk[:12]:
            await reader.open(page, query)
    return walk


async def _read(url: str, walk: list[tuple[str, str]], load: Load, *, think_s: float, until: float, seed: int) -> None:
    """One reader until that moment."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.uniform(0, think_s))
    while time.monotonic() < until:
        try:
            async with PageReader(url) as reader:
                for _ in range(_A_TAB):
                    page, query = chance.choice(walk)
                    load.add(page, await reader.open(page, query))
                    await asyncio.sleep(min(chance.expovariate(1 / think_s), max(until - time.monotonic(), 0)))
                    if time.monotonic() >= until:
                        return
        except (OSError, TimeoutError) as error:
            load.errors.append(repr(error))


async def readers_at(address: AppAddress, readers: int, think_s: float, seconds: float) -> dict[str, Any]:
    """What so many readers met at a running app in those seconds, each thinking for ``think_s`` between two pages."""
    walk = await _first_walk(address.url)
    await asyncio.sleep(_SETTLE_S)
    load, before, until = Load(), processor_s(address.pid), time.monotonic() + seconds
    await asyncio.gather(
        *(_read(address.url, walk, load, think_s=think_s, until=until, seed=_SEED + n) for n in range(readers))
    )
    used = processor_s(address.pid) - before
    return {
        "readers": readers,
        "think_s": think_s,
        "seconds": seconds,
        "processor_ms_a_page": round(1000 * used / max(load.pages, 1), 1),
        **load.document(),
    }


async def _runs(address: AppAddress, runs: int) -> dict[str, Any]:
    """Many pages one after the other in a few tabs, each tab closed after some; memory is read as it goes."""
    walk = await _first_walk(address.url)
    await asyncio.sleep(_SETTLE_S)
    load, chance, before = Load(), random.Random(_SEED), processor_s(address.pid)
    curve = [{"pages": 0, "rss_mib": _rss_mib(address.pid)}]
    every = max(runs // _SAMPLES, 1)

    async def tab() -> None:
        while load.pages < runs:
            async with PageReader(address.url) as reader:
                for _ in range(_A_TAB):
                    page, query = chance.choice(walk)
                    load.add(page, await reader.open(page, query))
                    if load.pages // every >= len(curve):
                        curve.append({"pages": load.pages, "rss_mib": _rss_mib(address.pid)})

    await asyncio.gather(*(tab() for _ in range(_TABS)))
    used = processor_s(address.pid) - before
    await asyncio.sleep(_SETTLE_S)
    curve.append({"pages": load.pages, "rss_mib": _rss_mib(address.pid)})
    return {"processor_ms_a_page": round(1000 * used / load.pages, 1), "memory": curve, **load.document()}


@contextmanager
def running_app(home: Path) -> Iterator[AppAddress]:
    """The app over a library, in a process of its own on a free port."""
    command = [sys.executable, "-m", "ui.cli.main", "--home", str(home), "--offline", "app", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline() if process.stderr else ""
            address = read_address(home)
            if address is None or address.pid != process.pid:
                raise UsageError(f"the app did not start: {said.strip()}", subject=str(home))
            yield address
        finally:
            process.terminate()
            process.communicate(timeout=60)


def percentiles(values: list[float]) -> dict[str, float]:
    """How many values there are, and those that half, 95 and 99 of a hundred stay below."""
    ordered = sorted(values)
    return {
        "n": len(ordered),
        **{f"p{part}": round(ordered[min(len(ordered) * part // 100, len(ordered) - 1)], 1) for part in (50, 95, 99)},
    }


def _rss_mib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024)


def processor_s(pid: int) -> float:
    """The seconds of processor that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measures and writes the result."""
    home, kind, *given = Path(sys.argv[1]), sys.argv[2], *sys.argv[3:]
    numbers = [float(value) for value in given]
    with running_app(home) as address:
        load_before = os.getloadavg()[0]
        if kind == "readers":
            readers, think_s, seconds = numbers or (50, 10.0, 120.0)
            result = asyncio.run(readers_at(address, int(readers), think_s, seconds))
        else:
            result = asyncio.run(_runs(address, int(numbers[0]) if numbers else 10_000))
    # The load says whether the machine was the measurement's own.
    result |= {
        "cores": os.cpu_count(),
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "load_before": round(load_before, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    (_RESULTS / f"pages-{kind}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
