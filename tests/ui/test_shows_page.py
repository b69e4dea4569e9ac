"""The Shows page in a real browser: how each show stands, and what can be done with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import RunningApp, serve
from tests.ui.test_pages import tab

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[RunningApp]:
    """A library of its own for each test: these change it."""
    with serve(tmp_path, "shows") as running:
        yield running


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The library of those that only look."""
    with serve(tmp_path_factory.mktemp("shows"), "shows") as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as opened:
        yield opened


def test_every_standing_is_said_in_words(page: Page, untouched: RunningApp) -> None:
    page.goto(f"{untouched.url}/shows")
    expect(page.locator("article.show")).to_have_count(6)
    expect(page.locator("h2.section")).to_have_text(["Your shows", "News", "News / Abroad"])

    def of(title: str) -> str:
        return page.locator("article.show", has_text=title).inner_text()

    assert "Paused: not checked for new episodes." in of("Field & Signal")
    assert "Failing: 6 checks in a row went wrong, next check in 20 hours." in of("Harbour Talk")
    assert "Closed: its host says that the feed is gone for good." in of("Second Draft")
    assert "HTTP 410" in of("Second Draft")
    assert "The server asked us to wait; next check in 40 minutes." in of("Ground Truth")
    assert "private" in of("Ground Truth")
    assert "on this machine" in of("Nightwork")
    assert "next check" not in of("The Slow Machine").lower()


def test_a_show_is_paused_and_followed_again(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/shows?show=slow")
    expect(page.locator(".stands")).to_have_text("Next check in 3 hours. Read: the newest 25 episodes.")
    page.get_by_text("Refresh, pause or remove this show").click()
    page.get_by_role("button", name="Pause it").click()
    expect(page.locator(".stands")).to_contain_text("Paused")
    page.get_by_role("button", name="Follow it again").click()
    expect(page.locator(".stands")).to_contain_text("Next check in 3 hours")
    page.get_by_role("button", name="Ask for new episodes now").click()
    expect(page.locator("section.notice")).to_have_text("2 new episodes. Fetch to read them.")
    page.get_by_label("Which episodes to read").click()
    page.get_by_role("option", name="All there are").click()
    page.get_by_role("button", name="Change").click()
    expect(page.locator(".stands")).to_contain_text("Read: all episodes.")


def test_a_show_is_removed_after_a_second_question_only(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/shows?show=slow")
    page.get_by_text("Refresh, pause or remove this show").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("section.notice")).to_contain_text("Remove The Slow Machine with all that came from it?")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".stands")).to_be_visible()
    page.get_by_text("Refresh, pause or remove this show").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_role("button", name="Remove all of it").click()
    expect(page.locator("section.notice")).to_contain_text("Removed The Slow Machine: 4 episodes")
    expect(page.locator("article.show")).to_have_count(5)
    page.goto(f"{served.url}/shows?show=slow")
    expect(page.locator("h1")).to_have_text("This show is not followed")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_runs_over_the_edge(browser: Browser, untouched: RunningApp, width: int) -> None:
    with tab(browser, width=width) as page:
        for path in ("/shows", "/shows?show=ground"):
            page.goto(f"{untouched.url}{path}")
            page.wait_for_selector(".stands")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
