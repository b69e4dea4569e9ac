"""The pages of themes in a real browser."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.test_pages import tab
from ui.web.theme_map import picture

pytestmark = pytest.mark.browser

THEMES = corpus.themes_of(corpus.INSIGHTS)
PATHS = [("/themes", "article.theme"), (f"/theme?id={THEMES[0].id}", ".said article")]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as opened:
        yield opened


def test_themes_are_a_table_of_contents_that_leads_to_each(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.locator(".masthead").get_by_text("Themes").click()
    expect(page.locator("article.theme")).to_have_count(len(THEMES))
    first = page.locator("article.theme").first
    expect(first.locator("h3")).to_have_text(THEMES[0].label)
    expect(first.locator(".relation")).to_have_text(THEMES[0].claim)
    expect(first.locator(".bars i")).to_have_count(len(THEMES[0].months))
    first.locator("h3 a").click()
    expect(page.locator("h1")).to_have_text(THEMES[0].label)
    expect(page.locator(".said article")).to_have_count(THEMES[0].size)
    expect(page.locator(".shares")).to_contain_text(THEMES[0].shows[0].name)
    page.locator(".kicker a").click()
    expect(page.locator("article.theme")).to_have_count(len(THEMES))


def test_a_point_of_the_map_leads_to_its_insight(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/themes")
    row = picture(THEMES, corpus.points_of(corpus.INSIGHTS), dark=False).rows[-1]
    page.locator(".stVegaLiteChart [aria-roledescription=circle]").last.click()
    picked = page.locator(".map-note .picked a")
    expect(picked).to_have_text(row["claim"])
    picked.click()
    expect(page.locator("h1")).to_have_text(row["claim"])


def test_nothing_that_a_theme_says_runs(page: Page, hostile: RunningApp) -> None:
    insights = [corpus.HOSTILE, *corpus.INSIGHTS]
    theme = next(listed for listed in corpus.themes_of(insights) if listed.label == corpus.HOSTILE.claim)
    for path, selector in (("/themes", "article.theme"), (f"/theme?id={theme.id}", ".said article")):
        page.goto(f"{hostile.url}{path}")
        page.wait_for_selector(selector)
        expect(page.locator("#content")).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate("window.pwned") is None
        assert page.locator("img[src*=evil]").count() == 0


def test_an_empty_library_says_what_to_do_and_an_unknown_theme_that_it_is_gone(
    page: Page, empty: RunningApp, rich: RunningApp
) -> None:
    page.goto(f"{empty.url}/themes")
    # Another module's tests may have followed shows in this library by now; it has no ideas either way.
    expect(page.locator("h1")).to_have_text(re.compile("Five ideas each morning|Their ideas are still to come"))
    page.goto(f"{rich.url}/theme?id=nothere")
    expect(page.locator("h2, h1").first).to_have_text("This theme is not here")


@pytest.mark.parametrize(("path", "selector"), PATHS)
def test_a_phone_scrolls_in_one_direction_and_headings_go_down_by_one(
    browser: Browser, rich: RunningApp, path: str, selector: str
) -> None:
    with tab(browser, width=390) as page:
        page.goto(f"{rich.url}{path}")
        page.wait_for_selector(selector)
        wide, seen = page.evaluate(
            "(() => { const m = document.querySelector('.stMain'); return [m.scrollWidth, m.clientWidth]; })()"
        )
        assert wide <= seen
        levels = page.evaluate("[...document.querySelectorAll('.stHtml :is(h1,h2,h3,h4)')].map((h) => +h.tagName[1])")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
