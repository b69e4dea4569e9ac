"""The search page in a real browser, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from earmark.types import Filters, Hit
from library.excerpts import excerpt, marked_terms
from retrieval.search.facets import Facet, Facets
from tests.ui import corpus
from tests.ui.conftest import RunningApp
from tests.ui.test_pages import tab
from ui.web.views.search import facet_lines

FOUND = next(insight for insight in corpus.INSIGHTS if "fourth in a queue" in insight.quote)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as opened:
        yield opened


@pytest.mark.browser
def test_a_moment_has_its_sentence_apart_and_leads_to_its_second(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search?q=queue")
    first = page.locator(".hit.moment").first
    expect(first.locator(".key")).to_have_text(FOUND.quote)
    expect(first.locator("mark").first).to_have_text("queue")
    expect(first.locator(".meta")).to_contain_text(FOUND.episode)
    expect(first.locator(".around").first).to_contain_text(FOUND.body[:60])
    first.locator(".key a").click()
    expect(page.locator(".turn.here")).to_contain_text(FOUND.quote)


@pytest.mark.browser
def test_facets_narrow_and_widen(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search?q=queue")
    expect(page.locator(".facets .over")).to_contain_text("best passages")
    page.locator(".facets a", has_text="Harbour").click()
    expect(page).to_have_url(re.compile("show=harbour"))
    expect(page.locator(".hit")).to_have_count(1)
    page.locator(".facets .chosen").click()
    expect(page).to_have_url(f"{rich.url}/search?q=queue")
    expect(page.locator(".hit")).to_have_count(2)


@pytest.mark.browser
def test_a_corrected_name_is_said_and_can_be_taken_back(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search?q=quueue")
    expect(page.locator(".corrected strong")).to_have_text("queue")
    expect(page.locator(".hit")).to_have_count(2)
    page.locator(".corrected a", has_text="Search instead for quueue").click()
    expect(page).to_have_url(re.compile("exact=1"))
    expect(page.locator(".hits .section")).to_have_text("Nothing found")


@pytest.mark.browser
def test_an_unknown_name_and_a_date_that_is_none_are_said(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search?q={quote('queue speaker:Nobody')}")
    expect(page.locator(".hits .quiet")).to_contain_text("the closest are Imogen Farr")
    page.goto(f"{rich.url}/search?q={quote('queue after:soon')}")
    expect(page.locator(".hits > .quiet").first).to_contain_text("2026-03")


@pytest.mark.browser
def test_the_first_page_shows_the_syntax_and_where_to_start(page: Page, rich: RunningApp) -> None:
    page.goto(f"{rich.url}/search")
    expect(page.locator(".syntax kbd").first).to_have_text('"exact words"')
    expect(page.locator(".said a")).to_have_count(3)
    page.locator(".said a").first.click()
    expect(page.locator(".hit").first).to_be_visible()


@pytest.mark.browser
def test_hostile_names_in_facets_are_only_text(page: Page, hostile: RunningApp) -> None:
    page.goto(f"{hostile.url}/search?q=pixel")
    page.wait_for_selector(".hit")
    assert page.evaluate("window.pwned") is None
    assert page.locator(".stHtml img, .stHtml script, .stMain [onerror]").count() == 0
    addresses = page.eval_on_selector_all(".hits a", "(all) => all.map((one) => one.getAttribute('href'))")
    assert addresses
    assert all(address.startswith(("/search?", "/moment?")) for address in addresses)


def hit(text: str, highlight: tuple[int, int] | None = None) -> Hit:
    return Hit(
        chunk_id="c", episode_id="e", show_id="s", show="S", episode="E", published=datetime(2026, 1, 1, tzinfo=UTC),
        url="", speaker="Ada", start_s=10.0, end_s=40.0, text=text, score=1.0, highlight=highlight, highlight_s=20.0,
    )  # fmt: skip


def test_an_excerpt_keeps_turns_and_cuts_far_ends() -> None:
    text = "Bo: Is it?\nAda: " + "Filler here. " * 60 + "The point. Then more." + " And on." * 90 + "\nBo: Yes."
    at = text.index("The point.")
    seen = excerpt(hit(text, (at, at + 10)))
    assert seen.key == "The point."
    assert seen.second == 20.0
    assert seen.before[0].text.startswith("… ")
    assert seen.after[-1].text.endswith("…")
    short = excerpt(hit("Bo: Is it?\nAda: It is. Truly.", (16, 22)))
    assert [(turn.speaker, turn.text) for turn in short.before] == [("Bo", "Is it?")]
    assert short.key == "It is."
    assert [(turn.speaker, turn.text) for turn in short.after] == [("", "Truly.")]
    whole = excerpt(hit("Only this: all of it."))
    assert (whole.before, whole.key, whole.after[0].text) == ((), "", "Only this: all of it.")


@pytest.mark.slow
@pytest.mark.heavy
@given(st.text(max_size=200), st.text(max_size=20))
def test_marked_pieces_are_the_text_again(text: str, wanted: str) -> None:
    assert "".join(piece for piece, _ in marked_terms(text, wanted)) == text
    assert "".join(piece for piece, _ in marked_terms(text, wanted, [wanted, "a b"])) == text


def test_marks_find_forms_scripts_and_phrases() -> None:
    assert [piece for piece, is_match in marked_terms("有柠檬酸的水壶", "柠檬酸") if is_match] == ["柠檬酸"]
    assert [piece for piece, is_match in marked_terms("Queues of 机器学习", "the queue 学习") if is_match] == [
        "Queues",
        "学习",
    ]
    assert [piece for piece, is_match in marked_terms("A body-clock, a body", "x", ["body clock"]) if is_match] == [
        "body-clock"
    ]


def test_facet_lines_lead_there_and_back() -> None:
    facets = Facets(
        shows=(Facet(value="s&1", label="A & B", count=2), Facet(value="s2", label="C", count=1)),
        speakers=(Facet(value="Ada", label="Ada", count=3),),
        years=(Facet(value="2026", label="2026", count=2), Facet(value="2025", label="2025", count=1)),
    )
    free = facet_lines(facets, {"q": "kelp"}, Filters())
    assert [line.name for line in free] == ["Shows", "Years"]
    assert free[0].links[0].url == "/search?q=kelp&show=s%261"
    assert free[1].links[1].url == "/search?q=kelp&after=2025-01-01&until=2025-12-31"
    chosen = facet_lines(
        facets,
        {"q": "kelp", "speaker": "Ada", "after": "2026-01-01"},
        Filters(speakers=("Ada",), after=date(2026, 1, 1)),
    )
    assert [(line.name, line.links[0].chosen, line.links[0].url) for line in chosen] == [
        ("Shows", False, "/search?q=kelp&speaker=Ada&after=2026-01-01&show=s%261"),
        ("Speakers", True, "/search?q=kelp&after=2026-01-01"),
        ("Years", True, "/search?q=kelp&speaker=Ada"),
    ]
