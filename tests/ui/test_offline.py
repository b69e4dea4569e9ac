"""Reading without a network, in a real Chromium: today's brief is there, nobody else's ever is, and nothing else changes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.ui import corpus
from tests.ui.conftest import serve
from tests.ui.fakes import FakeLibrary
from tests.ui.test_pages import tab
from tests.ui.test_wrong_page import library as library  # noqa: PLC0414 - a fixture
from ui.pages.offline import OfflineBrief
from ui.pages.page import Site

WORKER = Path(__file__).parents[2] / "ui" / "web" / "assets" / "offline.js"
KEPT = "async () => { const kept = await caches.match('/offline/brief'); return kept ? await kept.text() : '' }"
FIRST = corpus.INSIGHTS[0]


def unreachable(page: Page, url: str) -> None:
    """Opens an address and waits until the browser shows its own page of what went wrong."""
    with pytest.raises(Error, match="ERR_"):
        page.goto(url)
    page.wait_for_url("chrome-error://chromewebdata/")


def kept(page: Page, words: str) -> None:
    """Waits until that is what the browser keeps; for nothing, until it keeps nothing."""
    text = ""
    for _ in range(150):
        text = page.evaluate(KEPT)
        if words in text and bool(words) == bool(text):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"it keeps {text[:80]!r} and not {words!r}")


@pytest.mark.browser
@pytest.mark.slow
def test_todays_brief_is_read_with_the_network_off(browser: Browser, tmp_path: Path) -> None:
    with tab(browser, own=True) as page:
        with serve(tmp_path, "rich") as served:
            page.goto(served.url)
            page.wait_for_selector(".idea")
            kept(page, FIRST.claim)
            page.reload()
            page.wait_for_selector(".st-key-save-" + FIRST.id)  # the pages work as before behind it
            kept(page, FIRST.claim)
        page.context.set_offline(True)
        page.goto(f"{served.url}/")
        expect(page.locator("h1")).to_have_text("Friday, 20 November 2026")
        expect(page.locator(".idea")).to_have_count(5)
        expect(page.locator(".idea h2").first).to_have_text(FIRST.claim)
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"  # it carries its stylesheet
        unreachable(page, f"{served.url}/search")


@dataclass
class Host:
    """A server with the worker, a front page, and the brief of whoever signed in; it can be switched off."""

    reader: str = "ann"
    briefs: set[str] = field(default_factory=lambda: {"ann"})
    down: bool = False
    url: str = ""

    def answer(self, path: str) -> tuple[int, str, str]:
        if path == "/offline.js":
            return 200, "text/javascript", WORKER.read_text(encoding="utf-8")
        if path == "/sign-in":
            return 200, "text/html", "<!doctype html>sign in"
        if path == "/offline/brief":
            there = self.reader in self.briefs
            return (200, "text/html", f"<!doctype html>for {self.reader}") if there else (404, "text/plain", "none")
        if not self.reader:
            return 303, "/sign-in", ""
        return 200, "text/html", "<!doctype html>front"


@contextmanager
def serving(site: Host) -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if site.down:
                self.close_connection = True
                return
            status, kind, body = site.answer(self.path)
            self.send_response(status)
            self.send_header("Location" if status == 303 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield site
        finally:
            server.shutdown()


@pytest.mark.browser
def test_no_brief_of_one_reader_is_left_to_another(browser: Browser) -> None:
    with serving(Host()) as site, tab(browser, own=True) as page:
        page.goto(site.url)
        page.evaluate("navigator.serviceWorker.register('/offline.js').then(() => true)")
        kept(page, "for ann")

        # Another reader, whose brief is not there yet, opens the page: nothing is there when the network goes.
        site.reader = "ben"
        page.goto(f"{site.url}/")
        kept(page, "")
        site.down = True
        unreachable(page, f"{site.url}/")

        # A server in trouble or a broken network takes nothing away from the reader whose it is.
        site.down, site.reader = False, "ann"
        page.goto(f"{site.url}/")
        kept(page, "for ann")
        site.down = True
        page.goto(f"{site.url}/")
        expect(page.locator("body")).to_have_text("for ann")

        # A session that is over, and the page to sign in, end what is kept.
        site.down, site.reader = False, ""
        page.goto(f"{site.url}/")
        expect(page.locator("body")).to_have_text("sign in")
        kept(page, "")
        site.reader = "ann"
        page.goto(f"{site.url}/")
        kept(page, "for ann")
        page.goto(f"{site.url}/sign-in")
        kept(page, "")


@pytest.mark.heavy
def test_the_page_to_keep_has_no_way_out_and_is_made_by_nobody(library: FakeLibrary) -> None:
    offline = OfflineBrief(library, site=Site(icon="/pages/icon.svg", carried="body{}"), serif="/pages/serif.woff2")
    client = TestClient(Starlette(routes=[offline.route()]))
    answer = client.get("/offline/brief")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert set(re.findall(r'href="([^"]*)"', answer.text)) == {
        "/pages/icon.svg", "/pages/serif.woff2", "/",
    }  # fmt: skip
    assert answer.text.count('class="idea"') == len(library.briefs.get().items)
    assert "<script" not in answer.text and "<img" not in answer.text


def test_there_is_none_before_the_day_has_its_brief(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.briefs, "dates", list)
    offline = OfflineBrief(library, site=Site(icon=""), serif="")
    answer = TestClient(Starlette(routes=[offline.route()])).get("/offline/brief")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
