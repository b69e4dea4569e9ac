"""Renderings: whatever is in a brief's texts stays text, in a terminal, in Markdown, on a page and in a mail."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefs.mail_links import MailLinks
from briefs.markdown import escape
from briefs.render import MAIL_BYTES, subject, to_html, to_markdown, to_text
from briefs.view import LIMITS
from earmark.language.links import moment_link, web_url
from earmark.language.marks import STAND_IN_MARK
from earmark.language.spans import clock
from earmark.types import STAND_IN, Because, Brief, BriefItem, Echo, Related, Withdrawal
from tests.briefs.samples import DAY, NOW, insight, sample_brief

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    "![pixel](http://tracker.example/p.png)",
    "[ref]: http://evil.example\n\n[ref]",
    "<http://auto.example> and https://auto.example and www.auto.example and ada@auto.example",
    "# heading\n\n- list\n> quote\n\n---\n\n```html\n<b>code</b>\n```\n    indented",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "</style><style>@import url(http://evil.example/x.css)</style>",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7}",
    "user\u202egnp.exe \u2066hidden\u2069 zero\u200bwidth",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x00\x08\x7f\x9b31m",
    "Title\r\nBcc: victim@example.org\r\n\r\nbody",
    "&lt;script&gt; &amp;#60; &nbsp;",
    "half \ud800 a surrogate",
    ":red[colour] :smile: $x^2$ ~~gone~~ *em* __strong__ `code` \\* 1. one",
    "]]> --> </title></head><body onload=alert(1)>",
]
BAD_URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "/relative",
    "mailto:ada@example.org",
    "https://good.example@evil.example/",
    "https://user:password@example.org/",
    "http://",
    "http://[::1",
    "https://example.org:port/",
    "https://exa mple.org/",
    "https://example.org\\@evil.example/",
    "https://example.org/" + "a" * 3000,
    "https://example.org/\u202egnp",
    "https://\ud800.example/",
    "",
]


def hostile_brief(text: str, *, url: str = "https://example.org/e", items: int = 1, related: int = 1) -> Brief:
    """A brief with the text in every field that holds text, and the address in every field that holds one."""
    hostile = insight(text, body=text, quote=text, show=text, episode=text, speaker=text)
    hostile = replace(hostile, url=url, audio_url=url)
    echo = Echo(insight_id="e", show=text, speaker=text)
    other = Related(insight=hostile, score=0.5, why=text, also_said_by=(echo,), same_guest=True)
    item = BriefItem(insight=hostile, why=text, novelty=0.5, related=(other,) * related)
    return Brief(subscriber_id="local", date=DAY, created_at=NOW, items=(item,) * items, note=text)


class ParsedPage(HTMLParser):
    """Tags, attributes and text of a document, as a browser would take them."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "source"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.style = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.unclosed = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.text += data

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name == "href"]


PAGE_TAGS = {"html", "head", "meta", "title", "style", "body", "div", "header", "section", "blockquote"}
PAGE_TAGS |= {"h1", "h2", "h3", "p", "span", "bdi", "a", "strong", "em", "code"}


def assert_inert(html: str) -> ParsedPage:
    """The document has no tag, attribute or address that loads or runs anything."""
    page = ParsedPage(html)
    assert set(page.tags) <= PAGE_TAGS
    assert page.unclosed == []
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"src", "srcset", "background", "action", "poster", "http-equiv"}, (tag, name)
        if name == "href":
            assert tag == "a"
            assert urlsplit(value).scheme in {"http", "https"}
        if name == "style":
            assert "url(" not in value
    relations = [value for tag, name, value in page.attributes if tag == "a" and name == "rel"]
    assert len(relations) == page.tags.count("a")
    assert all({"noopener", "noreferrer", "nofollow"} <= set(value.split()) for value in relations)
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert "expression" not in page.style
    assert "<" not in page.style
    return page


def _no_control(text: str) -> None:
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2028\u2029\ufeff")
    text.encode()


def _rendered_markdown(markdown: str) -> str:
    # Raw HTML is let through and tables and strikethrough are on: what a lax renderer would do.
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


@pytest.mark.parametrize("mail", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_and_a_mail_run_and_load_nothing(text: str, mail: bool) -> None:
    html = to_html(hostile_brief(text), mail=mail, reader=text)
    _no_control(html)
    assert_inert(html)


def test_html_shows_the_very_words() -> None:
    text = "5 < 6 & \"7\" > '3' <b>not bold</b> {{ 7 * 7 }}"
    for mail in (False, True):
        assert assert_inert(to_html(hostile_brief(text), mail=mail)).text.count(text) >= 5


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_renders_to_the_text_alone(text: str) -> None:
    markdown = to_markdown(hostile_brief(text), reader=text)
    _no_control(markdown)
    html = _rendered_markdown(markdown)
    page = ParsedPage(html)
    assert set(page.tags) <= {"h1", "h2", "p", "blockquote", "em", "strong", "ul", "li", "a"}
    assert set(page.links) <= {"https://example.org/e", "https://example.org/e#t=754"}
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == 1


@pytest.mark.heavy
@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("<>[]()!*_`#|~$:@&\\-+=.\n 19ahtpsw/\"'{}^\u202e\x1b"), min_size=1, max_size=40))
def test_markdown_of_any_text_is_that_text(text: str) -> None:
    page = ParsedPage(_rendered_markdown(escape(" ".join(text.replace("\x1b", "").replace("\u202e", "").split()))))
    assert set(page.tags) <= {"p"}
    assert page.text.strip() == " ".join(text.replace("\x1b", "").replace("\u202e", "").split())


def test_nothing_in_markdown_links_itself() -> None:
    # GFM would link the bare forms: a scheme, www., an address of mail.
    markdown = escape("https://a.example www.a.example WWW.a.example ftp://b.example ada@a.example at 12:30")
    assert markdown == (r"https\://a.example www\.a.example WWW\.a.example ftp\://b.example ada\@a.example at 12:30")


def test_nothing_in_markdown_is_a_command_of_a_notebook() -> None:
    for text in ("<% tp.file.move() %>", "<%% tp %%>", "a %% hidden %% b", "%%%"):
        assert not {"<%", "%>", "%%"} & {escape(text)[at : at + 2] for at in range(len(escape(text)))}
    assert escape("50% of 3 %") == "50% of 3 %"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [40, 88])
def test_text_has_no_control_characters_and_keeps_its_width(text: str, width: int) -> None:
    shown = to_text(hostile_brief(text), width=width, reader=text)
    _no_control(shown)
    for line in shown.splitlines():
        assert len(line) <= width or line.strip().startswith("https://")


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_address_that_may_not_be_linked_is_not(url: str) -> None:
    assert web_url(url) == ""
    brief = hostile_brief("Text", url=url)
    assert assert_inert(to_html(brief)).links == []
    assert assert_inert(to_html(brief, mail=True)).links == []
    assert ParsedPage(_rendered_markdown(to_markdown(brief))).links == []
    assert "://" not in to_text(brief)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        (" HTTP://Example.ORG ", "http://example.org"),
        ("https://example.org/a b\"c'd<e>(f)", "https://example.org/a%20b%22c%27d%3Ce%3E%28f%29"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://example.org/100%25", "https://example.org/100%25"),
    ],
)
def test_an_address_is_linked_in_plain_ascii(url: str, linked: str) -> None:
    assert web_url(url) == linked
    assert linked in assert_inert(to_html(hostile_brief("Text", url=url))).links
    assert linked in ParsedPage(_rendered_markdown(to_markdown(hostile_brief("Text", url=url)))).links


def test_times_are_minutes_and_seconds_and_lead_to_the_second() -> None:
    assert [clock(s) for s in (0, 59.9, 754.2, 3600, 3790, 360_000)] == [
        "0:00", "0:59", "12:34", "1:00:00", "1:03:10", "100:00:00",
    ]  # fmt: skip
    assert [clock(s) for s in (None, -1, float("nan"), float("inf"), 1e9)] == [""] * 5
    assert moment_link("https://a.example/x.mp3#old", "", 754.9) == "https://a.example/x.mp3#t=754"
    assert moment_link("javascript:x", "https://a.example/page", 3) == "https://a.example/page#t=3"
    assert moment_link("javascript:x", "data:,", 3) == moment_link("https://a.example", "", None) == ""
    for shown in (to_text(sample_brief()), to_markdown(sample_brief()), to_html(sample_brief())):
        assert "12:34" in shown
        assert "1:03:10" in shown
        assert "#t=754" in shown


@pytest.mark.heavy
@pytest.mark.parametrize(
    "filling", ["wordy ", "&", *(pytest.param(w, marks=pytest.mark.slow) for w in ("x", '"', "漢", "👩🏽‍💻"))]
)
def test_a_mail_stays_under_what_mail_programs_show(filling: str) -> None:
    long = (filling * 20_000)[:20_000]
    url = "https://example.org/" + ("&" * 1900 if filling == "&" else filling.strip() * (1900 // len(filling)))
    html = to_html(hostile_brief(long, url=url, items=50, related=8), mail=True, reader=long)
    assert len(html.encode()) <= MAIL_BYTES
    page = assert_inert(html)
    assert f"{50 - LIMITS[-1].items} more in Earmark" in page.text or page.tags.count("section") > LIMITS[-1].items
    assert page.tags.count("section") >= LIMITS[-1].items


def test_an_ordinary_mail_is_small_and_whole() -> None:
    html = to_html(sample_brief(), mail=True, reader="Ada")
    assert len(html.encode()) < 25_000
    page = assert_inert(html)
    for item in sample_brief().items:
        for text in (item.insight.claim, item.insight.body, item.insight.quote, item.why):
            assert text in page.text
    assert "Good morning, Ada." in page.text
    assert "more in Earmark" not in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_subject_is_one_short_line(text: str) -> None:
    line = subject(hostile_brief(text, items=5))
    assert line == " ".join(line.split())
    assert len(line) <= 150
    _no_control(line)


def test_a_subject_says_the_first_idea_and_how_many_more() -> None:
    first = sample_brief().items[0].insight.claim
    assert subject(sample_brief()) == f"{first} (and 2 more ideas)"
    assert subject(replace(sample_brief(), items=sample_brief().items[:2])).endswith("(and 1 more idea)")
    assert subject(replace(sample_brief(), items=sample_brief().items[:1])) == first
    assert subject(replace(sample_brief(), items=())) == "Earmark: nothing new on Monday, 3 August 2026"


def test_a_brief_without_ideas_says_so_in_every_form() -> None:
    empty = replace(sample_brief(), items=(), note="Follow a show with `earmark add URL`.")
    for shown in (
        to_text(empty),
        ParsedPage(to_html(empty)).text,
        ParsedPage(_rendered_markdown(to_markdown(empty))).text,
    ):
        assert "Nothing new today." in shown
        assert "Follow a show with" in shown
        assert "earmark add URL" in shown


def test_a_command_in_the_note_is_set_as_one() -> None:
    brief = replace(sample_brief(), note="Run `earmark <b>ingest</b>`, then ` wait.")
    for mail in (False, True):
        page = assert_inert(to_html(brief, mail=mail))
        assert "Run earmark <b>ingest</b>, then" in page.text
        assert page.tags.count("code") == 2
    assert "Run `earmark <b>ingest</b>`, then ` wait." in to_text(brief)


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = replace(
        insight("Bare"), show="", episode="", speaker=None, start_s=None, end_s=None, url="", audio_url="", body="Bare"
    )
    brief = replace(sample_brief(), items=(BriefItem(insight=bare, why="It is here.", novelty=0.1),), note="")
    for shown in (to_text(brief), to_markdown(brief), re.sub(r"\s+", " ", ParsedPage(to_html(brief)).text)):
        assert "None" not in shown
        assert ", ," not in shown
        assert "()" not in shown
        assert "· ·" not in shown
        assert "— \n" not in shown


def test_stand_ins_are_marked_in_every_form_and_nothing_else_is() -> None:
    brief = sample_brief()
    first, *rest = brief.items
    marked = replace(brief, items=(replace(first, insight=replace(first.insight, extractor=STAND_IN)), *rest))
    for write in (to_text, to_markdown, to_html, lambda given: to_html(given, mail=True)):
        assert STAND_IN_MARK not in " ".join(write(brief).split())
        assert " ".join(write(marked).split()).count(STAND_IN_MARK) == 1


def test_what_was_withdrawn_is_said_in_every_form_without_its_claim() -> None:
    brief = sample_brief()
    gone = brief.items[0].insight
    word = Withdrawal(
        insight_id=gone.id, show_id=gone.show_id, show="<b>Lattice</b> *Hours*\x1b[31m", episode=gone.episode,
        because=Because.NOT_MEANT, note="<script>", by="local", at=NOW,
    )  # fmt: skip
    left = replace(brief, items=brief.items[1:], withdrawn=(word,))
    for write in (to_text, to_markdown, to_html, lambda given: to_html(given, mail=True)):
        shown = write(left)
        assert "was withdrawn: it is not what was meant." in " ".join(shown.split())
        assert gone.claim not in shown and "<script>" not in shown and "\x1b" not in shown
    assert "&lt;b&gt;Lattice" in to_html(left) and "\\*Hours\\*" in to_markdown(left)


def test_a_mail_leads_to_the_pages_of_its_ideas_where_somebody_said_where_they_are() -> None:
    told = sample_brief()
    first = told.items[0].insight
    page = f"https://earmark.example/i/{first.id}"
    links = MailLinks(home="https://earmark.example")
    html = to_html(told, mail=True, links=links)
    assert f'href="{page}"' in html
    assert page in to_text(told, links=links)
    assert "/i/" not in f"{to_html(told, mail=True)} {to_text(told)}"
