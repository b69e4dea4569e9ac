"""The front page holds today's brief before a script runs, and what the app is made of is sent packed."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from earmark.settings import Settings
from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.fakes import FakeLibrary
from tests.ui.test_pages import tab
from ui.web.first_view import first_view
from ui.web.packed import PackedFiles
from ui.web.shell import make_shell, preloads, shell_routes

FIRST = corpus.INSIGHTS[0]
INDEX = '<html><head><link rel="stylesheet" href="./a.css"></head><body><div id="root"></div></body></html>'


def library(folder: Path, **kinds: bool) -> FakeLibrary:
    return FakeLibrary(Settings(home=folder), **kinds)


def front(of: FakeLibrary, **options: Any) -> TestClient:
    return TestClient(Starlette(routes=shell_routes(make_shell(INDEX), of)), **options)


def test_the_front_page_holds_the_brief_and_is_nobody_elses(tmp_path: Path) -> None:
    asked = front(library(tmp_path))
    answer = asked.get("/")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Accept-Encoding, Cookie"
    assert answer.headers["content-encoding"] == "gzip"
    before, _, after = answer.text.partition('<div id="root">')
    assert FIRST.claim in before
    assert 'aria-current="page"' in before
    assert after == "</div></body></html>"
    plain = asked.get("/", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers.get("content-encoding")) == (answer.text, None)


@pytest.mark.parametrize("address", ["/?date=2026-11-19", "/ask", "/insight?id=x"])
def test_other_pages_hold_no_brief(tmp_path: Path, address: str) -> None:
    assert front(library(tmp_path)).get(address).text == make_shell(INDEX)


def test_no_brief_is_made_for_the_front_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_view(library(tmp_path, empty=True)) == ""
    of = library(tmp_path)
    monkeypatch.setattr(of.briefs, "dates", lambda: [date(2026, 11, 19)])
    monkeypatch.setattr(of.briefs, "get", lambda day=None: pytest.fail(f"{day} was made"))
    assert front(of).get("/").text == make_shell(INDEX)


def test_whoever_is_not_signed_in_is_shown_nothing(tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "sign_in": {"require": "always"}})
    assert front(FakeLibrary(settings)).get("/").text == make_shell(INDEX)


def test_hostile_words_are_words(tmp_path: Path) -> None:
    view = first_view(library(tmp_path, hostile=True))
    assert "&lt;script" in view
    assert "<script" not in view
    assert "<img" not in view


def test_our_script_is_kept_for_as_long_as_it_is_the_same(tmp_path: Path) -> None:
    asked = front(library(tmp_path))
    (address,) = [part.split('"')[0] for part in asked.get("/ask").text.split('defer src="./')[1:]]
    assert "immutable" in asked.get(f"/{address}").headers["cache-control"]
    assert asked.get("/earmark.js?v=other").headers["cache-control"] == "no-cache"
    assert asked.get("/earmark.js").headers["cache-control"] == "no-cache"


def test_the_stylesheet_comes_before_all_scripts() -> None:
    shell = make_shell(INDEX, '<link rel="modulepreload" href="./b.js">')
    assert shell.count("./a.css") == 1
    assert shell.index("./a.css") < shell.index("<script") < shell.index("modulepreload")


def test_what_every_page_needs_is_fetched_early_where_it_is_there(tmp_path: Path) -> None:
    assert preloads(tmp_path) == ""
    for name in ("js/Html.abc.js", "js/Other.def.js", "media/SourceSerifVariable-Roman.ttf.1.woff2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert preloads(tmp_path) == (
        '<link rel="preload" as="font" type="font/woff2" crossorigin href="./static/media/SourceSerifVariable-Roman.ttf.1.woff2">'
        '<link rel="modulepreload" crossorigin href="./static/js/Html.abc.js">'
    )


@pytest.fixture
def files(tmp_path: Path) -> TestClient:
    """An app that answers ``plain``, but for what lies in a folder."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("let a = 1;\n" * 100)
    (tmp_path / "js" / "a.woff2").write_text("a font")
    (tmp_path.parent / "outside.js").write_text("let outside;")
    plain = Route("/{path:path}", lambda _request: PlainTextResponse("plain"))
    return TestClient(Starlette(routes=[plain], middleware=[Middleware(PackedFiles, folder=tmp_path)]))


def test_scripts_are_sent_packed_and_known_again(files: TestClient) -> None:
    answer = files.get("/static/js/a.js")
    assert answer.text == "let a = 1;\n" * 100
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(answer.content, 6))
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    again = files.get("/static/js/a.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/a.js", {"Accept-Encoding": "identity"}),
        ("/static/js/a.js", {"Range": "bytes=0-9"}),
        ("/static/js/a.woff2", {}),
        ("/static/js/b.js", {}),
        ("/static/../outside.js", {}),
        ("/static/js/..%2f..%2f..%2foutside.js", {}),
        ("/js/a.js", {}),
    ],
)
def test_all_else_is_left_to_the_app(files: TestClient, path: str, headers: dict[str, str]) -> None:
    assert files.get(path, headers=headers).text == "plain"
    assert files.post("/static/js/a.js").status_code == 405


@pytest.mark.browser
def test_the_brief_is_read_without_any_script(browser: Browser, rich: RunningApp) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(rich.url)
    expect(page.locator("h1")).to_have_text("Friday, 20 November")
    expect(page.locator(".idea h2").first).to_have_text(FIRST.claim)
    expect(page.locator(".idea h2").first).to_be_visible()
    context.close()


@pytest.mark.browser
def test_what_is_drawn_later_takes_the_place_without_moving_what_is_read(browser: Browser, rich: RunningApp) -> None:
    with tab(browser, own=True) as page:
        page.add_init_script(
            """window.tops = [];
            document.addEventListener("DOMContentLoaded", () => {
              const first = document.getElementById("earmark-first");
              const idea = first.querySelector("#idea-4 a");
              idea.focus();
              first.scrollTop += idea.getBoundingClientRect().top - 40;
              first.remove = function () {
                window.tops.push(idea.getBoundingClientRect().top);
                Element.prototype.remove.call(this);
              };
            });"""
        )
        page.goto(rich.url)
        expect(page.locator("#earmark-first")).to_have_count(0)
        expect(page.locator(".idea")).to_have_count(5)
        top = page.evaluate("document.querySelector('#idea-4 a').getBoundingClientRect().top")
        assert abs(top - page.evaluate("window.tops[0]")) < 1
        assert page.evaluate("document.activeElement.textContent") == corpus.INSIGHTS[3].claim
        assert page.evaluate("document.activeElement.closest('#root') !== null") is True


@pytest.mark.browser
def test_a_link_that_is_followed_early_changes_the_page_in_place(browser: Browser, rich: RunningApp) -> None:
    with tab(browser, own=True) as page:
        page.add_init_script(
            """document.addEventListener("DOMContentLoaded", () => {
              window.stayed = true;
              document.querySelector("#earmark-first .idea h2 a").click();
            });"""
        )
        page.goto(rich.url)
        expect(page.locator(".insight h1")).to_have_text(FIRST.claim)
        expect(page.locator("#earmark-first")).to_have_count(0)
        expect(page).to_have_url(f"{rich.url}/insight?id={FIRST.id}")
        assert page.evaluate("window.stayed") is True


@pytest.mark.browser
def test_no_typeface_of_icons_is_fetched(browser: Browser, rich: RunningApp) -> None:
    with tab(browser, own=True) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(rich.url)
        page.locator("summary", has_text="Something is wrong with one of them").click()
        expect(page.get_by_text("Which idea")).to_be_visible()
        assert [url for url in asked if "SourceSerif" in url]
        assert not [url for url in asked if "MaterialSymbols" in url]
