"""The pages in a real browser: what they show, what they refuse to run, and how they look where it matters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.ui import corpus
from tests.ui.conftest import RunningApp, serve

pytestmark = pytest.mark.browser

FIRST = corpus.INSIGHTS[0]
PATHS = [
    ("/", ".idea"),
    (f"/insight?id={FIRST.id}", ".related"),
    (f"/moment?episode={FIRST.episode_id}&t=1934", ".turn.here"),
    ("/ask?q=who races a queue", ".answer"),
    ("/search?q=queue", ".hit"),
    ("/shows", "article.show"),
    ("/shows?show=slow", ".episode"),
]


@cache
def _with_the_apps_scripts(browser: Browser) -> BrowserContext:
    """One context for most pages: it fetches and compiles the megabytes of the app once and not for each test."""
    return browser.new_context()


def _opened(page: Page, goto: Callable[..., Response | None], url: str, **options: Any) -> Response | None:
    """Goes there, and waits until what the app draws has taken the place of what came with the page."""
    answer = goto(url, **options)
    expect(page.locator("#earmark-first")).to_have_count(0, timeout=15_000)
    return answer


@contextmanager
def tab(browser: Browser, *, width: int = 1280, scheme: str = "light", own: bool = False) -> Iterator[Page]:
    """A page that knows nothing of others, which fails the test where a script of ours throws.

    With ``own`` its context is its own too, to be changed.
    """
    context = browser.new_context() if own else _with_the_apps_scripts(browser)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto = partial(_opened, page, page.goto)  # type: ignore[method-assign]
    try:
        yield page
    finally:
        if own:
            context.close()
        else:
            context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
            page.close()
    assert not thrown


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as opened:
        yield opened


def test_brief_shows_five_ideas_with_quote_and_source(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    expect(page.locator("h1")).to_have_text("Friday, 20 November")
    expect(page.locator(".idea")).to_have_count(5)
    idea = page.locator(".idea").first
    expect(idea.locator("h2")).to_have_text(FIRST.claim)
    expect(idea.locator("blockquote")).to_have_text(FIRST.quote)
    expect(idea.locator("figcaption")).to_contain_text("Imogen Farr")
    expect(idea.locator(".at")).to_contain_text("32:14")
    expect(idea.locator(".why")).to_have_text("New on a show you read every week.")
    expect(idea.locator(".elsewhere li")).to_have_count(2)
    expect(page.locator("main")).to_have_count(1)


def test_past_briefs_are_reached_day_by_day_and_from_the_list(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.locator(".days a[rel=prev]").click()
    expect(page.locator("h1")).to_have_text("Thursday, 19 November")
    oldest = page.locator(".archive a").last
    for _ in range(15):  # what the app draws again meanwhile is closed again
        if not oldest.is_visible():
            page.locator(".archive summary").click()
        with suppress(TooLate):
            oldest.click(timeout=1_000)
            break
    expect(page.locator("h1")).to_have_text("Sunday, 15 November")
    expect(page.locator(".standfirst")).to_contain_text("quiet day")
    page.goto(f"{rich.url}/?date=2020-01-01")
    expect(page.locator("h1")).to_have_text("No brief that day")


def test_what_a_reader_opened_stays_open_when_it_is_drawn_again(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.wait_for_selector(".archive")
    page.wait_for_timeout(1_000)  # what the app draws at its start is drawn by now
    again = "document.querySelector('.archive').outerHTML = document.querySelector('.archive').outerHTML.replace(' open=\"\"', '')"
    for is_open in (True, False):
        page.locator(".archive summary").click()
        expect(page.locator(".archive a").last).to_be_visible(visible=is_open)
        page.evaluate(again)
        expect(page.locator(".archive a").last).to_be_visible(visible=is_open)


def test_links_change_the_page_in_place_and_back_returns(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.wait_for_selector(".idea")
    page.evaluate("window.stayed = true")
    page.locator(".idea h2 a").first.click()
    expect(page.locator(".insight h1")).to_have_text(FIRST.claim)
    expect(page).to_have_url(f"{rich.url}/insight?id={FIRST.id}")
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator(".idea")).to_have_count(5)
    assert page.evaluate("window.stayed") is True


def test_insight_has_its_own_address_and_what_others_said(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/insight?id={FIRST.id}")
    expect(page.locator("h1")).to_have_text(FIRST.claim)
    expect(page).to_have_title(re.compile("A forecast earns trust"))
    expect(page.locator(".related article")).to_have_count(7)
    expect(page.locator(".relation").first).to_contain_text("Agrees")
    page.locator(".echoes summary").click()
    expect(page.locator(".echoes a")).to_have_text("Lotte Brandvold, The Slow Machine")
    expect(page.locator(".out")).to_have_attribute("href", FIRST.url)
    expect(page.locator(".out")).to_have_attribute("rel", "noopener noreferrer")


def test_audio_is_fetched_only_after_the_click(page: Page, rich: RunningApp) -> None:
    page.route("**/*.mp3", lambda route: route.abort())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{rich.url}/insight?id={FIRST.id}")
    page.wait_for_selector(".related")
    assert not [url for url in asked if ".mp3" in url]
    with page.expect_request(re.compile(r"\.mp3")):
        page.get_by_role("button", name="Play from 32:14").click()
    expect(page.locator("audio")).to_have_attribute("src", re.compile(re.escape(FIRST.audio_url)))


def test_unknown_insight_is_said_kindly(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/insight?id=nothing")
    expect(page.locator("h1")).to_have_text("This insight is not here")
    expect(page.locator(".next a").first).to_have_attribute("href", "/")


def test_moment_shows_what_was_said_around_it(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/moment?episode={FIRST.episode_id}&t=1934")
    expect(page.locator(".turn.here")).to_contain_text(FIRST.quote)
    expect(page.locator(".turn")).to_have_count(6)
    page.goto(f"{rich.url}/moment?episode=nothing&t=1")
    expect(page.locator("h1")).to_have_text("This moment is not here")


def test_ask_cites_moments_and_keeps_the_conversation(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/ask")
    page.get_by_label("Your question").fill("Who races a queue?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".question")).to_have_text("Who races a queue?")
    expect(page.locator(".answer sup a")).to_have_count(2)
    expect(page.locator(".evidence li")).to_have_count(2)
    page.get_by_label("Your question").fill("zebra")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".abstained .answer")).to_have_text("Nothing in your library answers that.")
    expect(page.locator(".question")).to_have_count(2)
    page.locator(".answer sup a").first.click()
    expect(page.locator(".turn.here")).to_be_visible()
    page.go_back()
    expect(page.locator(".question")).to_have_count(2)


def test_a_question_can_be_linked(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/ask?q=who+races+a+queue")
    expect(page.locator(".question")).to_have_text("who races a queue")
    expect(page.locator(".answer")).to_contain_text("Nobody races to be fourth in a queue they can see.1 You don't")


def test_search_marks_words_and_filters_by_show(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search")
    page.get_by_label("Words or a question").fill("queue")
    page.get_by_label("Words or a question").press("Enter")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".hit mark").first).to_have_text("queue")
    expect(page).to_have_url(f"{rich.url}/search?q=queue")
    page.goto(f"{rich.url}/search?q=queue&show=harbour")
    expect(page.locator(".hit")).to_have_count(1)
    page.goto(f"{rich.url}/search?q=queue&show=harbour&until=2026-11-01")
    expect(page.locator(".hits .section")).to_have_text("Nothing found")


def test_shows_tell_their_state_and_why_an_episode_failed(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/shows")
    expect(page.locator("article.show").first).to_contain_text("4 episodes, 2 read, 1 failed")
    expect(page.locator("article.show .trouble")).to_contain_text("503")
    page.locator("article.show h3 a").first.click()
    expect(page.locator(".episode .trouble")).to_have_text(
        "Given up after 3 attempts: the transcript has no readable cues"
    )
    expect(page.locator(".claims a").first).to_have_text(FIRST.claim)


def test_adding_and_importing_shows(page: Page, empty: RunningApp) -> None:
    page.goto(f"{empty.url}/shows")
    expect(page.locator("h1")).to_have_text("Follow your first show.")
    field = page.get_by_label("Follow a show by the address of its feed")
    field.fill("http://private.example/feed")
    field.press("Enter")
    expect(page.locator("section.notice")).to_contain_text("a private address is not fetched")
    page.get_by_text("Import subscriptions from another app").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "subs.opml", "mimeType": "text/x-opml", "buffer": b"<opml version='2.0'/>"}
    )
    page.wait_for_selector("[data-testid=stFileUploaderFile], [data-testid=stFileChip]")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("section.notice")).to_contain_text("Now following A New Show")
    expect(page.locator("section.notice")).to_contain_text("the server answered 404")
    page.goto(empty.url)
    expect(page.locator("h1")).to_contain_text("Your shows are here")


def test_fetch_now_shows_progress_and_a_summary(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/shows")
    page.get_by_role("button", name="Fetch new episodes now").click()
    expect(page.locator(".fetching")).to_contain_text("Show 1: 1 new")
    expect(page.locator(".fetched")).to_have_text("3 feeds checked, 3 new episodes, 2 episodes read, 1 failed.")
    expect(page.get_by_role("button", name="Fetch new episodes now")).to_be_visible()


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An empty library in which no test follows a show."""
    with serve(tmp_path_factory.mktemp("untouched"), "empty") as served:
        yield served


@pytest.mark.parametrize("path", ["/", "/ask", "/search"])
def test_an_empty_library_says_what_to_do_first(page: Page, untouched: RunningApp, path: str) -> None:
    page.goto(f"{untouched.url}{path}")
    expect(page.locator("h1")).to_have_text("Five ideas each morning, from every podcast you follow.")
    page.locator(".next a").click()
    expect(page.locator("h1")).to_have_text("Follow your first show.")


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("/", ".idea"),
        ("/insight?id=badbad", ".related"),
        ("/moment?episode=hostile-1&t=61", ".turn.here"),
        ("/ask?q=pixel", ".answer"),
        ("/ask?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E", ".answer"),
        ("/search?q=pixel&show=hostile", ".hit"),
        ("/shows", "article.show"),
        ("/shows?show=hostile", ".episode"),
    ],
)
def test_hostile_text_is_only_text(page: Page, hostile: RunningApp, path: str, selector: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{hostile.url}{path}")
    page.wait_for_selector(selector)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.pwned") is None
    assert page.locator(".stHtml img, .stHtml script, .stMain [onerror]").count() == 0
    assert page.locator("a[href^='javascript:'], audio").count() == 0
    assert "\u202e" not in page.inner_text(".stMain")
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


def test_hostile_titles_are_shown_as_they_are_written(page: Page, hostile: RunningApp) -> None:
    page.goto(f"{hostile.url}/insight?id=badbad")
    expect(page.locator("h1")).to_contain_text(
        "![x](https://evil.example/pixel.png) [click](javascript:window.pwned=3)"
    )
    expect(page.locator(".quote blockquote")).to_contain_text("<style>body{display:none}</style>")
    page.goto(f"{hostile.url}/search?q=pixel")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Shows").click()
    expect(page.get_by_role("option").nth(1)).to_contain_text("<script>")


def test_an_image_from_elsewhere_is_stopped_by_the_policy(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.wait_for_selector(".idea")
    blocked = page.evaluate(
        """() => new Promise((done) => {
            addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
            new Image().src = "https://evil.example/pixel.png";
        })"""
    )
    assert blocked == "img-src"


@pytest.mark.parametrize(("path", "selector"), PATHS)
def test_a_phone_scrolls_in_one_direction(browser: Browser, rich: RunningApp, path: str, selector: str) -> None:
    with tab(browser, width=390) as page:
        page.goto(f"{rich.url}{path}")
        page.wait_for_selector(selector)
        wide, seen = page.evaluate(
            "(() => { const m = document.querySelector('.stMain'); return [m.scrollWidth, m.clientWidth]; })()"
        )
        assert wide <= seen


@pytest.mark.parametrize(("path", "selector"), PATHS)
def test_headings_go_down_one_level_at_a_time(page: Page, rich: RunningApp, path: str, selector: str) -> None:
    page.goto(f"{rich.url}{path}")
    page.wait_for_selector(selector)
    levels = page.evaluate("[...document.querySelectorAll('.stHtml :is(h1,h2,h3,h4)')].map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.locator("nav[aria-label=Sections]").count() == 1
    assert page.locator("main").count() == 1


def test_dark_follows_the_system(browser: Browser, rich: RunningApp) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for scheme in ("light", "dark"):
        with tab(browser, scheme=scheme) as page:
            page.goto(rich.url)
            page.wait_for_selector(".idea")
            seen[scheme] = (_style(page, ".stApp", "backgroundColor"), _style(page, ".idea h2", "color"))
    assert seen["light"] == ("rgb(252, 251, 248)", "rgb(33, 29, 25)")
    assert seen["dark"] == ("rgb(23, 22, 20)", "rgb(232, 227, 217)")


def test_the_keyboard_shows_where_it_is(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.wait_for_selector(".idea")
    link = page.locator(".masthead nav a").first
    page.locator(".wordmark").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def _style(page: Page, css: str, name: str) -> str:
    return str(page.eval_on_selector(css, f"(one) => getComputedStyle(one).{name}"))
