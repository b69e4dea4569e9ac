"""The player in a real browser: it plays from the second, goes on over pages, and asks the host for nothing before a click."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from starlette.testclient import TestClient

from earmark.errors import NotFound
from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.fakes import FakeLibrary
from tests.ui.test_pages import tab
from tests.ui.test_wrong_page import library as library  # noqa: PLC0414 - a fixture
from ui.web.audio import audio_address, audio_routes

FIRST = corpus.INSIGHTS[0]
RATE = 3000
"""Samples a second of the silence that is played: the fewest that Chromium takes."""
NOW = "document.querySelector('#earmark-player audio')"


def silence(seconds: int) -> bytes:
    """That much of it, as WAV."""
    size = seconds * RATE
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE" + form + b"data" + struct.pack("<I", size) + b"\x80" * size


def until(page: Page, so: str) -> None:
    """Waits until that is so in the page, whose policy lets nothing be evaluated from inside."""
    for _ in range(150):
        if page.evaluate(so):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"it never came to {so}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose hosts serve silence, and the pieces of it that are asked for."""
    sound = silence(2400)

    def serve(route: Route) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", "bytes=0-"))
        assert asked
        start, end = int(asked[1]), int(asked[2] or len(sound) - 1)
        headers = {
            "Content-Type": "audio/wav", "Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{len(sound)}",
        }  # fmt: skip
        route.fulfill(status=206, headers=headers, body=sound[start : end + 1])

    with tab(browser) as opened:
        opened.route("**/*.mp3", serve)
        yield opened


@pytest.mark.browser
def test_it_plays_on_while_pages_change_and_buttons_are_pressed(page: Page, rich: RunningApp) -> None:
    page.goto(rich.url)
    page.wait_for_selector(".idea")
    assert page.locator("audio").count() == 0
    page.get_by_role("button", name="Play from 32:14").first.click()
    until(page, f"{NOW}.currentTime > 1934 && !{NOW}.paused")
    page.evaluate(f"window.was = {NOW}")
    page.locator(f".st-key-save-{FIRST.id} button").click()
    expect(page.locator(f".st-key-save-{FIRST.id} button")).to_have_text("Saved")
    page.locator(".masthead a[href$=themes]").click()
    page.wait_for_selector("article.theme")
    player = page.get_by_role("region", name="Player")
    expect(player.get_by_role("link")).to_have_text(FIRST.claim)
    assert page.evaluate(f"window.was === {NOW} && !{NOW}.paused && {NOW}.currentTime > 1934")
    player.get_by_role("link").click()
    page.wait_for_selector(".insight")
    expect(page).to_have_url(re.compile(rf"/insight\?id={FIRST.id}$"))
    assert page.evaluate(f"window.was === {NOW} && !{NOW}.paused")
    page.locator(f".st-key-save-{FIRST.id} button").click()


@pytest.mark.browser
def test_the_keyboard_reaches_all_of_it(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/insight?id={FIRST.id}")
    page.wait_for_selector(".related")
    page.keyboard.press("a")
    until(page, f"{NOW}.currentTime > 1934 && !{NOW}.paused")
    page.keyboard.press("p")
    until(page, f"{NOW}.paused")
    player = page.get_by_role("region", name="Player")
    before = page.evaluate(f"{NOW}.currentTime")
    player.get_by_role("button", name="Back 15 seconds").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(f"{NOW}.currentTime") == pytest.approx(before - 15, abs=0.5)
    page.keyboard.press("Tab")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate(f"{NOW}.currentTime") == pytest.approx(before + 15, abs=0.5)
    page.keyboard.press("Tab")
    expect(player.get_by_role("slider", name="Position")).to_have_attribute("aria-valuetext", re.compile(r" of 40:00$"))
    page.keyboard.press("Tab")
    expect(player.get_by_role("combobox", name="Speed")).to_be_focused()
    player.get_by_role("combobox", name="Speed").select_option("1.5")
    assert page.evaluate(f"{NOW}.playbackRate") == 1.5
    player.get_by_role("button", name="Close the player").press("Enter")
    expect(player).to_be_hidden()
    expect(page.get_by_role("button", name="Play from 32:14")).to_be_focused()
    assert not page.evaluate(f"{NOW}.hasAttribute('src')")


@pytest.mark.browser
def test_audio_that_does_not_come_is_said(page: Page, rich: RunningApp) -> None:
    page.route("**/*.mp3", lambda route: route.fulfill(status=404, body="gone"))
    page.goto(f"{rich.url}/insight?id={FIRST.id}")
    page.get_by_role("button", name="Play from 32:14").click()
    expect(page.locator("#earmark-player .said")).to_have_text("This audio cannot be played now.")
    expect(page.locator("#earmark-player .said")).to_be_visible()


@pytest.mark.browser
def test_the_page_for_others_has_a_plain_player_that_loads_nothing_first(page: Page, rich: RunningApp) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{rich.url}/i/{FIRST.id}")
    audio = page.locator("audio[controls]")
    expect(audio).to_have_attribute("src", f"{FIRST.audio_url}#t=1934")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if ".mp3" in url]
    with page.expect_request(re.compile(r"\.mp3")):
        audio.evaluate("(one) => { one.play() }")
    until(page, "document.querySelector('audio').currentTime > 1933")


def test_a_recording_of_this_machine_is_served_in_pieces_to_who_sees_it(
    library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starlette.applications import Starlette

    (tmp_path / "talk.mp3").write_bytes(bytes(range(256)))

    def local_audio(episode_id: str) -> Path | None:
        if episode_id == "unseen":
            raise NotFound("no episode has this id", subject=episode_id)
        return tmp_path / "talk.mp3" if episode_id == "a b" else None

    monkeypatch.setattr(library.episodes, "local_audio", local_audio)
    client = TestClient(Starlette(routes=audio_routes(library)))
    piece = client.get(audio_address("a b"), headers={"Range": "bytes=16-31"})
    assert (piece.status_code, piece.content, piece.headers["content-type"]) == (
        206, bytes(range(16, 32)), "audio/mpeg",
    )  # fmt: skip
    assert client.get(audio_address("unseen")).status_code == 404
    assert client.get(audio_address("elsewhere")).status_code == 404
