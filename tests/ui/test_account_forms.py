"""The reader's own pages in a real browser, which sends their forms with headers that no other client makes up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.conftest import RunningApp

pytestmark = pytest.mark.heavy


def test_a_browser_may_send_the_forms_that_it_was_given(rich: RunningApp, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{rich.url}/account/alerts")
        page.fill("#search", "kelp credits")
        page.click("form:has(#search) button")
        expect(page.get_by_role("status")).to_contain_text("From now on you are told of new claims: kelp credits.")
        page.get_by_role("button", name="Remove kelp credits").click()
        expect(page.get_by_text("None yet.")).to_be_visible()


def test_a_page_of_nobody_may_not(rich: RunningApp, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(f'<form method="post" action="{rich.url}/account/alerts/add"><button>Go</button></form>')
        page.click("button")
        expect(page.get_by_text("requests from other sites are refused")).to_be_visible()
