"""Sharing from the pages: what is published has a link, and the rest says why it has none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from earmark.settings import PublishSettings, Settings
from earmark.types import Role
from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.fakes import FakeLibrary
from tests.ui.test_pages import tab
from tests.ui.test_wrong_page import _brief, page, words
from tests.ui.test_wrong_page import library as library  # noqa: PLC0414 - a fixture
from ui.web.sharing import Share, brief_share, insight_share
from ui.web.templating import render

FIRST = corpus.INSIGHTS[0]
HOME = "https://earmark.example.org"


def _settings(library: FakeLibrary, what: str, *, home: str = "", site: str = "") -> None:
    settings: Settings = library.settings
    published = PublishSettings.model_validate({"what": what, "url": site})
    sign_in = settings.sign_in.model_copy(update={"url": home})
    library.settings = settings.model_copy(update={"publish": published, "sign_in": sign_in})


def test_a_published_insight_has_the_address_that_others_open(library: FakeLibrary) -> None:
    _settings(library, "all", home=HOME)
    assert insight_share(library, FIRST) == Share(title=FIRST.headline or FIRST.claim, address=f"{HOME}/i/{FIRST.id}")
    _settings(library, "all", site="https://ideas.example.org/notes")
    assert insight_share(library, FIRST).address == f"https://ideas.example.org/notes/i/{FIRST.id}.html"
    _settings(library, "all")
    share = insight_share(library, FIRST)
    assert share.address == "" and "open to this machine only" in share.why


@pytest.mark.parametrize(
    ("what", "role", "said"),
    [
        ("nothing", Role.OWNER, "set publish.what to shared"),
        ("shared", Role.OWNER, "press “Share it with everybody”"),
        ("nothing", Role.READER, "An owner of the library can publish it"),
        ("shared", Role.READER, "An owner of the library can publish it"),
    ],
)
def test_what_is_private_says_so_and_who_can_publish_it(library: FakeLibrary, what: str, role: Role, said: str) -> None:
    _settings(library, what, home=HOME)
    library.reader = replace(library.reader, role=role)
    share = insight_share(library, FIRST)
    assert share.address == ""
    assert share.why.startswith("Only readers of this library can open its page.") and said in share.why


def test_a_brief_is_shared_as_far_as_it_is_published(library: FakeLibrary) -> None:
    brief = library.briefs.get()
    _settings(library, "nothing", home=HOME)
    assert brief_share(library, brief).address == ""
    _settings(library, "all", home=HOME)
    assert brief_share(library, brief).address == f"{HOME}/b/{brief.date.isoformat()}"
    # What strangers get under that address is another reader's: it is not offered as this reader's.
    assert brief_share(library, replace(brief, items=brief.items[:1])).address == ""


@pytest.mark.heavy
def test_the_brief_has_the_button_or_the_reason(library: FakeLibrary) -> None:
    _settings(library, "nothing")
    said = words(page(_brief))
    assert said.count("<summary>Share</summary>") == len(library.briefs.get().items)
    _settings(library, "all", home=HOME)
    assert f'data-share="{HOME}/i/{FIRST.id}"' in words(page(_brief))


def test_a_title_cannot_leave_its_attribute() -> None:
    made = render("share.html", share=Share(title='"><img src=x onerror=alert(1)>', address=f"{HOME}/i/x"))
    assert "<img" not in made and "&#34;&gt;&lt;img" in made


@pytest.mark.browser
def test_the_button_uses_the_systems_sheet_or_copies_the_link(browser: Browser, rich: RunningApp) -> None:
    with tab(browser, own=True) as opened:
        opened.goto(f"{rich.url}/insight?id={FIRST.id}")
        opened.wait_for_selector(".share")
        opened.evaluate(
            """() => {
                const place = document.querySelector(".stHtml .share").parentElement;
                const button = Object.assign(document.createElement("button"), { className: "share", textContent: "Share" });
                Object.assign(button.dataset, { share: "/i/x", title: "An idea" });
                place.append(button);
            }"""
        )
        button = opened.get_by_role("button", name="Share", exact=True)
        opened.evaluate("navigator.share = async (given) => { window.given = given }")
        button.click()
        assert opened.evaluate("window.given") == {"title": "An idea", "url": f"{rich.url}/i/x"}
        opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.evaluate("navigator.share = undefined")
        button.click()
        expect(opened.get_by_role("status").filter(has_text="The link is copied.")).to_be_visible()
        assert opened.evaluate("navigator.clipboard.readText()") == f"{rich.url}/i/x"
