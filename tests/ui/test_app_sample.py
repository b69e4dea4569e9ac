"""The app as a user starts it, on the sample library: real index, real answers, and a command beside it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.commands import document, earmark
from tests.ui.conftest import RunningApp
from tests.ui.here import here
from tests.ui.sample import Sample
from tests.ui.test_pages import tab

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def served(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    home = tmp_path_factory.mktemp("app") / "home"
    shutil.copytree(sample.home, home)
    command = [sys.executable, "-m", "ui.cli.main", "--home", str(home), "--allow-private", "127.0.0.1"]
    with subprocess.Popen([*command, "app", "--port", "0"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address
        try:
            yield RunningApp(url=address.group(), home=home, process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as opened:
        opened.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)  # the first question of a process loads the embedding model
        yield opened
        expect.set_options(timeout=5_000)


@pytest.mark.browser
def test_from_the_brief_to_an_insight_to_a_related_one(page: Page, served: RunningApp) -> None:
    brief = document(here(served.home, "brief", "--json"))
    page.goto(served.url)
    expect(page.locator(".idea")).to_have_count(5)
    expect(page.locator(".idea h2").first).to_have_text(brief["items"][0]["insight"]["claim"])
    number, item = next((n, item) for n, item in enumerate(brief["items"]) if item["related"])
    page.locator(".idea h2 a").nth(number).click()
    expect(page).to_have_url(re.compile(r"/insight\?id=[0-9a-f]{16}"))
    expect(page.locator("blockquote").first).to_contain_text(item["insight"]["quote"][:60])
    first = page.locator(".related h3 a").first
    said, leads_to = first.inner_text(), first.get_attribute("href") or ""
    first.click()
    expect(page.locator("h1" if leads_to.startswith("/insight") else ".turn.here").first).to_contain_text(said[:40])


@pytest.mark.browser
def test_ask_cites_and_leads_to_the_moment(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/ask?q=Why do most designed proteins fail?")
    expect(page.locator(".answer")).to_contain_text("protein")
    page.locator(".evidence a").first.click()
    expect(page.locator(".turn.here").first).to_be_visible()


@pytest.mark.browser
def test_ask_abstains_in_words(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/ask?q=Who won the 1998 football world cup final?")
    expect(page.get_by_text(re.compile("Nothing in your library|not answer", re.IGNORECASE)).first).to_be_visible()


@pytest.mark.browser
def test_search_finds_and_filters(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/search?q=night shift sleep")
    expect(page.locator(".hit").first).to_be_visible()


@pytest.mark.browser
def test_fetch_now_runs_a_real_ingest(page: Page, served: RunningApp) -> None:
    page.goto(f"{served.url}/shows")
    page.get_by_role("button", name=re.compile("Fetch")).click()
    expect(page.get_by_text(re.compile(r"7 feeds checked")).first).to_be_visible()


@pytest.mark.slow
def test_commands_ask_the_app_that_holds_the_index(served: RunningApp, sample: Sample) -> None:
    for words in (["search", "night shift"], ["ask", "Why do designed proteins fail?"], ["insights", "-n", "3"]):
        through = document(here(served.home, *words, "--json"))
        alone = document(here(sample.home, *words, "--json"))
        assert json.dumps(through) == json.dumps(alone)
    rebuilt = here(served.home, "reindex")
    assert rebuilt.code == 0, rebuilt.err
    assert "points" in rebuilt.out


def test_the_app_says_in_one_line_that_a_port_is_taken(served: RunningApp, tmp_path: Path) -> None:
    port = served.url.rpartition(":")[2]
    run = earmark(tmp_path / "other", "app", "--port", port)
    assert run.code == 2
    assert len(run.err.strip().splitlines()) == 1
    assert "port" in run.err
