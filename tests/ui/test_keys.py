"""The keys of a feed reader in a real browser: from idea to idea, saving without a reload, places, and the list of keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.test_pages import tab

pytestmark = pytest.mark.heavy

SECOND = corpus.INSIGHTS[1]


@pytest.mark.browser
def test_a_brief_is_read_saved_and_left_by_keys_alone(browser: Browser, rich: RunningApp) -> None:
    with tab(browser) as page:
        loads: list[str] = []
        page.on("request", lambda asked: loads.append(asked.url) if asked.is_navigation_request() else None)
        page.goto(rich.url)
        page.wait_for_selector(f".st-key-save-{SECOND.id} button")
        for key in ("j", "j", "j", "k"):
            page.keyboard.press(key)
        expect(page.locator("article.idea a:focus")).to_have_text(SECOND.claim)
        save = page.locator(f".st-key-save-{SECOND.id} button")
        page.keyboard.press("s")
        expect(save).to_have_text("Saved")
        page.keyboard.press("s")
        expect(save).to_have_text("Save")
        page.keyboard.press("?")
        expect(page.locator("#earmark-keys")).to_be_visible()
        page.keyboard.press("j")
        page.keyboard.press("Escape")
        expect(page.locator("#earmark-keys")).to_be_hidden()
        page.keyboard.press("o")
        page.wait_for_selector(".related")
        expect(page).to_have_url(re.compile(f"/insight\\?id={SECOND.id}$"))
        page.keyboard.press("/")
        page.wait_for_selector("text=Find the moment")
        page.locator("input").first.fill("gb")
        page.locator("input").first.press("s")
        expect(page.locator("input").first).to_have_value("gbs")
        page.locator("h1").first.click()
        page.keyboard.press("g")
        page.keyboard.press("v")
        page.wait_for_selector("text=What you keep")
        assert len(loads) == 1
