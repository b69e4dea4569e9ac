"""Pages of their own under load, measured at a running app of its own.

    python -m evaluation.bench_served HOME [READERS THINK_S SECONDS]     # 50 readers who think for 10 s, for 2 minutes

HOME holds a library with ideas, that of `earmark demo` for example; it is only read. Readers go from page to page along the links
of each, as people do; each thinks in between. The first walk over the newest insights is
measured too: nobody has opened those before. The result goes to `evaluation/results/pages-served.json`.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evaluation.bench_pages import percentiles, processor_s, running_app
from evaluation.machine import machine

__all__ = ["Views", "fetch", "links_of", "read"]

_RESULT = Path(__file__).parent / "results" / "pages-served.json"
_SEED = 20_261_128
_SETTLE_S = 20.0
"""The app loads its models and groups themes after its first page."""
_INSIGHTS = 40
_LINK = re.compile(r'href="(/[isptb]/[^"#?]+)"')
_TIMEOUT_S = 60.0


@dataclass(slots=True)
class Views:
    """The pages that came, in milliseconds by kind of page, and what went wrong. Shared by the threads of all readers."""

    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent_bytes: int = 0
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, path: str, took_s: float, status: int, body: str) -> None:
        """Counts an answer; one that is no page is an error."""
        with self.lock:
            self.took_ms[path.split("/")[1]].append(1000 * took_s)
            self.sent_bytes += len(body.encode())
            if status != 200 or "</html>" not in body:
                self.errors.append(f"{path}: {status}")

    def fail(self, path: str, error: Exception) -> None:
        """Counts an answer that did not come."""
        with self.lock:
            self.errors.append(f"{path}: {error!r}")

    def document(self) -> dict[str, Any]:
        """Percentiles of all pages and of each kind, in milliseconds."""
        every = [value for values in self.took_ms.values() for value in values]
        return {
            "pages": len(every),
            "errors": len(self.errors),
            "kb_a_page": round(self.sent_bytes / 1000 / max(len(every), 1), 1),
            "all": percentiles(every) if every else {},
            "by_kind": {kind: percentiles(values) for kind, values in sorted(self.took_ms.items())},
        }


def links_of(body: str) -> list[str]:
    """The pages that a page leads to, each once, in its order."""
    return list(dict.fromkeys(_LINK.findall(body)))


def read(url: str, starts: list[str], views: Views, *, think_s: float, until: float, seed: int) -> None:
    """One reader until that moment: from a page to one that it links to, or on from the start where it links to none."""
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, min(think_s, max(until - time.monotonic(), 0))))
    path = chance.choice(starts)
    while time.monotonic() < until:
        body = ""
        try:
            body = fetch(url, path, views)
        except (OSError, http.client.HTTPException) as error:
            views.fail(path, error)
        path = chance.choice(links_of(body) or starts)
        time.sleep(min(chance.expovariate(1 / think_s), max(until - time.monotonic(), 0)))


def fetch(url: str, path: str, views: Views) -> str:
    """The body of a page, over a connection of its own: while a reader thinks, both ends give one up."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_S)
    began = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    views.add(path, time.perf_counter() - began, response.status, body)
    connection.close()
    return body


def measure(home: Path, readers: int, think_s: float, seconds: float) -> dict[str, Any]:
    """First the newest insights one after the other, then all readers at once."""
    with running_app(home) as address:
        load_before = os.getloadavg()[0]
        overview = fetch(address.url, "/llms.txt", Views())
        starts = re.findall(r"<https?://[^/]+(/[isptb]/[^>]+)\.md>", overview)
        insights = [path for path in starts if path.startswith("/i/")][:_INSIGHTS]
        fetch(address.url, insights[0], Views())  # loads the models
        time.sleep(_SETTLE_S)
        first = Views()
        for path in insights[1:]:
            fetch(address.url, path, first)
        views, before, until = Views(), processor_s(address.pid), time.monotonic() + seconds
        threads = [
            threading.Thread(
                target=read,
                args=(address.url, starts, views),
                kwargs={"think_s": think_s, "until": until, "seed": _SEED + n},
            )
            for n in range(readers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        used = processor_s(address.pid) - before
    document = views.document()
    return {
        "readers": readers,
        "think_s": think_s,
        "seconds": seconds,
        "processor_ms_a_page": round(1000 * used / max(document["pages"], 1), 1),
        **document,
        "first_opened": first.document()["all"],
        "cores": os.cpu_count(),
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "load_before": round(load_before, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measures and writes the result."""
    numbers = [float(value) for value in sys.argv[2:]]
    readers, think_s, seconds = numbers or (50, 10.0, 120.0)
    result = measure(Path(sys.argv[1]), int(readers), think_s, seconds)
    _RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
