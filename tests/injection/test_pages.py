"""Two hundred planted orders in every text of an insight: no page, no twin and no card of a link leads anywhere because of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from earmark.addresses import person_page
from earmark.days import Days
from earmark.settings import load_settings
from earmark.types import Insight
from tests.injection.orders import Order, orders
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.own_pages import read
from ui.pages.links import ServedLinks
from ui.pages.making import PageMaker
from ui.pages.overviews import llms_txt, overview
from ui.pages.page import Page, Site
from ui.pages.reading import OwnReading
from ui.web.templating import led_by

_BASE = "https://mine.example"
_SITE = Site(style="/pages/s.css", icon="/pages/i.svg")


def _planted(order: Order) -> Insight:
    """An insight in which every text and every address is the order."""
    told = corpus.INSIGHTS[order.number % len(corpus.INSIGHTS)]
    return replace(
        told, id=f"{order.number:016x}", episode_id=f"e{order.number}", show=order.text, episode=order.text, claim=order.text,
        body=order.text, quote=order.text, headline=order.text if order.number % 2 else "", speaker=order.text,
        url=order.url if order.url.startswith(("javascript", "data", "//", "ftp")) else told.url, audio_url="",
    )  # fmt: skip


def _problems(page: Page) -> Counter[str]:
    counts: Counter[str] = Counter()
    html = page.html(_SITE)
    seen = read(html)
    head = [value for name, value in seen.head.items() if name in {"canonical", "alternate", "og:url", "og:image"}]
    counts["foreign links"] += sum(_foreign(link) for link in (*seen.links, *seen.loads, *head))
    counts["acting elements"] += len(
        {"script", "img", "style", "iframe", "form", "object", "base", "svg"} & set(seen.tags)
    )
    counts["acting attributes"] += sum(name.startswith("on") or name == "style" for name in seen.attributes)
    counts["hidden letters"] += len(re.findall("[\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f\x1b]", html))
    twin = page.markdown()
    shown = read(MarkdownIt("commonmark", {"html": True}).render(twin))
    counts["foreign links of twins"] += sum(_foreign(link) for link in (*shown.links, *shown.loads))
    counts["markup of twins"] += len({"script", "img", "style", "iframe", "a "} & set(shown.tags))
    # What GitHub and others take for an address without brackets: none stands unescaped outside of ours.
    bare = re.sub(r"\]\(<[^>]*>\)", "", twin)
    counts["bare addresses of twins"] += len(re.findall(r"(?<!\\)(?:https?|ftp)://|(?<![\\\w])www\.", bare))
    return +counts


def _foreign(link: str) -> bool:
    parts = urlsplit(link)
    if not parts.scheme and not parts.netloc:
        return not (link.startswith("/") and not link.startswith("//")) and not re.fullmatch(r"[\w.~%-]+\.md", link)
    own = {urlsplit(_BASE).netloc, *(urlsplit(insight.url).netloc for insight in corpus.INSIGHTS)}
    return parts.scheme != "https" or parts.netloc not in own


@pytest.mark.heavy
def test_two_hundred_planted_orders_lead_nowhere(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    planted = [_planted(order) for order in orders()]
    library.insights._held.insights[:] = planted
    reading = OwnReading(library, library.people)
    links, twin_links = ServedLinks(), ServedLinks(base=_BASE, ending=".md")
    days = Days.named("UTC")
    maker = PageMaker(reading=reading, links=links, places=links, twin_links=twin_links, days=days, base=_BASE)
    counts: Counter[str] = Counter()
    with led_by(links, days):
        for insight in planted:
            counts += _problems(maker.insight(insight.id))
        for insight in (claim for claim in planted if person_page(claim.speaker or "")):
            counts += _problems(maker.person(insight.speaker or ""))
        counts += _problems(maker.brief(corpus.TODAY))
    assert counts == {}
    rendered = read(MarkdownIt().render(llms_txt(overview(reading), twin_links)))
    assert not any(_foreign(link) for link in rendered.links)
    assert len(planted) == 200


def test_what_gets_through_would_be_counted() -> None:
    for link in (
        "//evil.example/a",
        "javascript:alert(1)",
        "https://evil.example/",
        "data:text/html,x",
        "http://mine.example/",
    ):
        assert _foreign(link), link
    for link in ("/i/0123", "0123.md", f"{_BASE}/i/0123.md", corpus.INSIGHTS[0].url):
        assert not _foreign(link), link
