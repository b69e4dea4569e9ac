"""How soon the app's front page can be read and used, in a real Chromium at a running app of its own.

    python -m evaluation.bench_first_page HOME [ROUNDS]

HOME holds a library with a brief of today, that of `earmark demo` for example. Each round has a browser of its own with an empty
profile on disk and opens the page three times: fresh, a second and a third time, by when the browser has kept what it compiled.
Times run from the moment of asking to the frame after the heading of the day is to be seen in letters, and after the first idea can
be saved.
Bytes are those that came over the network, sockets apart. The result goes to `evaluation/results/pages-first.json`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.bench_pages import percentiles, processor_s, running_app
from evaluation.machine import machine

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Playwright

__all__ = ["measure"]

_RESULT = Path(__file__).parent / "results" / "pages-first.json"
_ROUNDS = 10
_LOADS = ("fresh", "second", "third")
_SETTLE_S = 20.0
"""The app loads its models and groups themes after its first page."""
_PAUSE_MS = 1_500
"""Between two loads: a browser writes what it keeps after the page is there."""
_LONGEST_MS = 60_000
_CHROMIUM = "/usr/bin/chromium"
_WATCH = """(() => {
  const marks = { read: 'h1', use: '[class*="st-key-save-"] button' };
  const seen = (window.firstPage = {});
  const unread = (look) => [...document.fonts].some((face) =>
    face.status === 'loading' && face.display !== 'swap' && look.fontFamily.startsWith(face.family));
  const shown = (at) => {
    const look = at && at.getClientRects().length ? getComputedStyle(at) : null;
    return look && look.visibility === 'visible' && !unread(look);
  };
  const look = () => {
    for (const [name, selector] of Object.entries(marks)) {
      if (!(name in seen) && shown(document.querySelector(selector))) {
        seen[name] = null;
        requestAnimationFrame(() => (seen[name] = performance.now()));
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_ALL_SEEN = "() => window.firstPage && window.firstPage.read > 0 && window.firstPage.use > 0"


class _Traffic:
    """What one load of the page fetched."""

    def __init__(self) -> None:
        self.sent_bytes = 0
        self.socket_bytes = 0
        self.requests = 0
        self.cached = 0
        self.largest: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        self._cached: set[str] = set()

    def listen(self, session: Any) -> None:
        """Counts what a page of this session of the browser's protocol fetches from now on."""
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent", lambda told: self._urls.update({told["requestId"]: told["request"]["url"]})
        )
        session.on("Network.requestServedFromCache", lambda told: self._cached.add(told["requestId"]))
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketFrameReceived", self._framed)

    def _answered(self, told: dict[str, Any]) -> None:
        if told["response"].get("fromDiskCache"):
            self._cached.add(told["requestId"])

    def _finished(self, told: dict[str, Any]) -> None:
        url = self._urls.get(told["requestId"], "")
        if not url.startswith("http"):
            return
        if told["requestId"] in self._cached:
            self.cached += 1
            return
        size = int(told["encodedDataLength"])
        self.requests += 1
        self.sent_bytes += size
        self.largest[url.partition("?")[0].rpartition("/")[2] or "/"] = size

    def _framed(self, told: dict[str, Any]) -> None:
        self.socket_bytes += len(told["response"]["payloadData"]) * 3 // 4  # base64


def measure(home: Path, rounds: int = _ROUNDS) -> dict[str, Any]:
    """Percentiles in milliseconds by load, the bytes and requests of each, and what took most of the first."""
    from playwright.sync_api import sync_playwright

    loads: dict[str, list[tuple[dict[str, float], _Traffic]]] = defaultdict(list)
    with running_app(home) as address, sync_playwright() as playwright:
        _round(playwright, address.url)  # the app makes what it makes once
        time.sleep(_SETTLE_S)
        load_before, used = os.getloadavg()[0], processor_s(address.pid)
        for _ in range(rounds):
            for name, load in zip(_LOADS, _round(playwright, address.url), strict=True):
                loads[name].append(load)
        used = processor_s(address.pid) - used
    first = loads["fresh"][-1][1].largest
    return {
        "rounds": rounds,
        **{name: _told(loads[name]) for name in _LOADS},
        "largest_kb": {name: round(first[name] / 1000, 1) for name in sorted(first, key=lambda n: -first[n])[:12]},
        "app_processor_ms_a_load": round(1000 * used / (rounds * len(_LOADS)), 1),
        "cores": os.cpu_count(),
        "load_before": round(load_before, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
    }


def _round(playwright: Playwright, url: str) -> list[tuple[dict[str, float], _Traffic]]:
    """The loads of one browser, in their order."""
    chromium = os.environ.get("EARMARK_TEST_CHROMIUM", _CHROMIUM)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=["--no-sandbox"]
        ) as browser,
    ):
        return [_load(browser, url) for _ in _LOADS]


def _load(browser: BrowserContext, url: str) -> tuple[dict[str, float], _Traffic]:
    """Opens the front page in a tab of its own, and waits until an idea can be saved."""
    page = browser.new_page()
    page.add_init_script(_WATCH)
    page.wait_for_timeout(_PAUSE_MS)
    traffic = _Traffic()
    traffic.listen(browser.new_cdp_session(page))
    page.goto(url, wait_until="commit")
    page.wait_for_function(_ALL_SEEN, timeout=_LONGEST_MS)
    seen: dict[str, float] = page.evaluate("() => window.firstPage")
    page.wait_for_timeout(_PAUSE_MS)
    page.close()
    return seen, traffic


def _told(loads: list[tuple[dict[str, float], _Traffic]]) -> dict[str, Any]:
    traffic = [each for _, each in loads]
    return {
        "read_ms": percentiles([seen["read"] for seen, _ in loads]),
        "use_ms": percentiles([seen["use"] for seen, _ in loads]),
        "sent_kb": _median([each.sent_bytes / 1000 for each in traffic]),
        "socket_kb": _median([each.socket_bytes / 1000 for each in traffic]),
        "requests": _median([each.requests for each in traffic]),
        "from_the_browsers_cache": _median([each.cached for each in traffic]),
    }


def _median(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2], 1)


def main() -> None:
    """Measures and writes the result."""
    result = measure(Path(sys.argv[1]), *(int(given) for given in sys.argv[2:3]))
    _RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
