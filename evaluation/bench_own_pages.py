"""How soon a page of its own can be read, measured in a fresh browser at a running app of its own.

    python -m evaluation.bench_own_pages HOME [INSIGHTS]

HOME holds a library with ideas, that of `earmark demo` for example; it is only read. Each insight is opened in a browser context
that has nothing in its cache, from the first byte of the answer to the moment at which its claim is on the screen (the browser's
own first contentful paint). In turn with them goes a page of two lines without any style, served by a server of nothing else: what
this browser takes on this machine for any page. What was measured goes to `evaluation/results/pages-own.json`, with the bytes of each kind of page:
those of its HTML, and those that were sent of it to a client that takes gzip, as every browser does.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from earmark.errors import UsageError
from evaluation.bench_pages import percentiles, running_app
from evaluation.machine import machine

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["measure"]

_RESULTS = Path(__file__).parent / "results"
_INSIGHTS = 40
_WARM = 3
"""Requests before those that are counted: the first makes the index load."""
_STEPS = 10
_RELATED = ".related h3 a"
"""The links of a related list."""
_PAINT_S = 10.0
_SETTLE_S = 15.0
"""The app loads its models and groups themes after its first page; a reader's second page does not wait for that."""
_GZIP = b"\x1f\x8b"
_CHROMIUM = "/usr/bin/chromium"
_KINDS = {"insight": "i", "show": "s", "theme": "t", "brief": "b"}
"""Kinds of pages by the beginning of their addresses."""
_TWO_LINES = b"<!doctype html><html lang=en><title>Two lines</title><p>One line.</p><p>And another.</p>"
_TIMES = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return {first_byte: page.responseStart - page.requestStart, read: paint ? paint.startTime - page.responseStart : null,
    whole: page.loadEventEnd - page.responseStart};
}"""


def measure(home: Path, insights: int = _INSIGHTS) -> dict[str, Any]:
    """Percentiles in milliseconds over so many insights, and the bytes of one page of each kind."""
    from playwright.sync_api import sync_playwright

    with running_app(home) as address, _two_lines() as bare, sync_playwright() as playwright:
        listed = _fetched(f"{address.url}/llms.txt").decode()
        newest = _linked(listed, "i")[:insights]
        for path in newest[:_WARM]:
            _fetched(address.url + path)
        time.sleep(_SETTLE_S)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("EARMARK_TEST_CHROMIUM", _CHROMIUM), args=["--no-sandbox"]
        )
        times: list[dict[str, Any]] = []
        floor: list[dict[str, Any]] = []
        starts: list[str] = []
        for path in newest:
            with browser.new_context() as context:
                page = context.new_page()
                page.goto(address.url + path, wait_until="load")
                times.append(_painted(page))
                starts += [path] if page.locator(_RELATED).count() else []
            with browser.new_context() as context:
                page = context.new_page()
                page.goto(bare, wait_until="load")
                floor.append(_painted(page))
        walked = _walk(browser.new_page(), address.url + (starts or newest)[0])
        browser.close()
        first = {kind: _linked(listed, letter)[:1] for kind, letter in _KINDS.items()}
        first["insight"] = starts[:1] or first["insight"]
        sizes = {kind: _sizes(address.url + path) for kind, paths in first.items() for path in paths}
    return {
        "insights": len(times),
        "first_byte_ms": percentiles([load["first_byte"] for load in times]),
        "read_after_first_byte_ms": percentiles([load["read"] for load in times]),
        "two_lines_read_after_first_byte_ms": percentiles([load["read"] for load in floor]),
        "loaded_after_first_byte_ms": percentiles([load["whole"] for load in times]),
        "walk": walked,
        "bytes": sizes,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "measured": time.strftime("%Y-%m-%d"),
        "machine": machine(),
    }


@contextmanager
def _two_lines() -> Iterator[str]:
    """The address of a page of two lines."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_TWO_LINES)))
            self.end_headers()
            self.wfile.write(_TWO_LINES)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()


def _painted(page: Page) -> dict[str, Any]:
    """The times of a page once its text was painted; the page lets no script run that would tell when."""
    until = time.monotonic() + _PAINT_S
    while True:
        times: dict[str, Any] = page.evaluate(_TIMES)
        if times["read"] is not None:
            return times
        if time.monotonic() > until:
            raise UsageError("was not painted", subject=page.url)
        page.wait_for_timeout(10)


def _walk(page: Page, url: str) -> dict[str, Any]:
    """From an insight along its related ones, each time to the first that was not visited yet; how far that leads."""
    visited, took = [url], []
    page.goto(url)
    for _ in range(_STEPS):
        links = page.eval_on_selector_all(_RELATED, "(links) => links.map((link) => link.href)")
        ahead = [link for link in links if link not in visited] or links
        if not ahead:
            break
        begun = time.perf_counter()
        page.goto(ahead[0], wait_until="load")
        took.append(1000 * (time.perf_counter() - begun))
        visited.append(ahead[0])
    own = sum(link.startswith(url.partition("/i/")[0]) for link in visited[1:])
    return {"steps": len(took), "on_served_pages": own, "ms": percentiles(took) if took else {}}


def _fetched(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers), timeout=120) as response:  # noqa: S310 - our own app
        body: bytes = response.read()
        return body


def _linked(listed: str, letter: str) -> list[str]:
    """The addresses of one kind of page that ``llms.txt`` lists, without the ending of their twins."""
    return re.findall(rf"<https?://[^/]+(/{letter}/[^>]+)\.md>", listed)


def _sizes(url: str) -> dict[str, int]:
    sent = _fetched(url, **{"Accept-Encoding": "gzip"})
    packed = sent.startswith(_GZIP)
    return {"html": len(gzip.decompress(sent) if packed else sent), "gzip": len(sent)}


def main() -> None:
    """Measures and writes the result."""
    result = measure(Path(sys.argv[1]), *(int(given) for given in sys.argv[2:3]))
    (_RESULTS / "pages-own.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
