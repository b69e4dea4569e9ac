"""The table of pages: what follows from it in routes, navigation and script, and that no link loads the app again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.test_pages import tab
from ui.web import pages, shell
from ui.web.templating import render
from ui.web.theme import LIGHT

FIRST = corpus.INSIGHTS[0]
THEME = corpus.themes_of(corpus.INSIGHTS)[0]

SHOWN = {
    "": ("", ".idea"),
    "next": ("", ".idea"),
    "week": ("", ".idea"),
    "insight": (f"?id={FIRST.id}", ".related"),
    "moment": (f"?episode={FIRST.episode_id}&t=1934", ".turn.here"),
    "ask": ("?q=who races a queue", ".answer"),
    "search": ("?q=queue", ".hit"),
    "themes": ("", "article.theme"),
    "theme": (f"?id={THEME.id}", ".said article"),
    "saved": ("", "#content"),
    "profile": ("", "text=What your clicks taught"),
    "shows": ("", "article.show"),
}
"""What a page is shown with here, and what it shows then."""


def test_every_page_is_tried_here() -> None:
    assert SHOWN.keys() == {page.path for page in pages.PAGES}


def test_routes_navigation_and_script_follow_from_the_table() -> None:
    paths = [page.path for page in pages.PAGES]
    assert [route.path for route in shell.shell_routes("")][: len(paths)] == [f"/{path}" for path in paths]
    assert re.search(r"new Set\((.*)\)", shell.script()).group(1) == str(paths).replace("'", '"')  # type: ignore[union-attr]
    masthead = render("masthead.html", pages=pages.NAVIGATION, current="ask")
    assert re.findall(r">(\w+)</a></li>", masthead) == ["Brief", "Ask", "Search", "Themes", "Saved", "Shows", "Account"]
    assert masthead.count('aria-current="page"') == 1


def test_the_app_can_be_installed_under_any_path_and_its_shortcuts_are_pages() -> None:
    assert 'rel="manifest" href="./manifest.webmanifest"' in shell.make_shell("<head></head>")
    manifest = json.loads((Path(shell.__file__).parent / "assets" / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert (manifest["start_url"], manifest["scope"], manifest["background_color"]) == ("./", "./", LIGHT["paper"])
    routes = {route.path for route in shell.shell_routes("")}
    inside = [*manifest["icons"], *({"src": shortcut["url"]} for shortcut in manifest["shortcuts"])]
    assert {f"/{entry['src'].removeprefix('./')}" for entry in inside} <= routes


def test_a_page_has_an_address_of_one_part() -> None:
    assert pages.PAGES[0].path == ""
    assert all(re.fullmatch(r"[a-z]+", page.path) for page in pages.PAGES[1:])


@pytest.fixture
def watched(browser: Browser) -> Iterator[Page]:
    """A page that fails the test where the console shows an error or the server answers with one."""
    with tab(browser) as page:
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("response", lambda got: wrong.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        yield page
        page.wait_for_load_state("networkidle")
        assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("path", SHOWN)
def test_a_page_asks_for_nothing_that_is_not_there_and_leads_to_pages_only(
    watched: Page, rich: RunningApp, path: str
) -> None:
    query, selector = SHOWN[path]
    watched.goto(f"{rich.url}/{path}{query}")
    watched.wait_for_selector(selector)
    watched.wait_for_load_state("networkidle")
    links = watched.evaluate(
        "[...document.querySelectorAll('.stHtml a[href]:not([target=_blank])')].map((a) => a.href)"
    )
    assert {urlsplit(link).netloc for link in links} == {urlsplit(rich.url).netloc}
    inside = {urlsplit(link).path for link in links}
    # Beside them there are the page of the account, and pages of their own.
    known = {f"/{page.path}" for page in pages.PAGES} | {"/account", "/disagreements"}
    assert {path for path in inside if not path.startswith(("/i/", "/t/"))} <= known


@pytest.mark.browser
def test_a_walk_over_all_pages_loads_the_app_once(watched: Page, rich: RunningApp) -> None:
    loads: list[str] = []
    watched.on("request", lambda asked: loads.append(asked.url) if asked.is_navigation_request() else None)
    watched.goto(rich.url)
    steps = [
        (".masthead a[href$=themes]", "themes", "article.theme"),
        ("article.theme h3 a", "theme", ".said article"),
        (".said article a", "insight", ".related"),
        (".actions a", "moment", ".turn.here"),
        (".masthead a[href$=saved]", "saved", "text=What you keep"),
        ("a[href$=profile]", "profile", "text=What your clicks taught"),
        (".masthead a[href$=shows]", "shows", "article.show"),
        ("article.show h3 a", "shows", ".episode"),
        (".masthead a[href$=search]", "search", ".starts"),
        (".masthead a[href$=ask]", "ask", "text=Ask everything"),
        (".wordmark", "", ".kicker:text-is('The brief')"),
        (".coming a[href$=next]", "next", ".kicker:text-is('The next brief')"),
        (".wordmark", "", ".kicker:text-is('The brief')"),
        (".coming a[href$=week]", "week", "h1:text-is('Your week')"),
    ]
    for link, path, shown in steps:
        watched.locator(link).first.click()
        watched.wait_for_selector(shown)
        expect(watched).to_have_url(re.compile(rf"^{re.escape(rich.url)}/{path}(\?.*)?$"))
    for _, path, shown in reversed(steps[:-1]):
        watched.go_back()
        watched.wait_for_selector(shown)
        expect(watched).to_have_url(re.compile(rf"^{re.escape(rich.url)}/{path}(\?.*)?$"))
    assert {path for _, path, _ in steps} == SHOWN.keys()
    assert len(loads) == 1
