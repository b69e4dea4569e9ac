"""Planted orders in every text of ideas, through all that carries ideas out: mail, messages, feeds, exports and alerts.

What was said stays words at each of them. What is followed, loaded or carried out is only what the show's feed gave.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from briefs.entries import Entry
from briefs.exports.notes import write_notes
from briefs.exports.tables import anki_text, highlights, readwise_csv
from briefs.feeds.atom import to_atom
from briefs.feeds.document import published_document
from briefs.feeds.json_feed import to_json_feed
from briefs.mail_links import MailLinks
from briefs.news import message
from briefs.push import message_text
from briefs.render import subject, to_html, to_markdown, to_text
from briefs.webhook import message_body
from earmark.types import Because, Brief, Echo, Related, ToldClaim, Withdrawal
from ingest.feeds.values import absolute
from tests.briefs.samples import DAY, NOW, READER, insight
from tests.injection.orders import Order, orders
from tests.ui.own_pages import read

_OWN = "boilers.example"
_HOME = "https://mine.example"
_ACTING = {"script", "img", "iframe", "form", "object", "embed", "base", "svg", "link"}


def _planted(order: Order) -> Entry:
    """An idea whose every text, and those of what is related to it, is the order; so are the words of the reader's theme."""
    link = order.url if not order.url.startswith("http") else f"https://{_OWN}/{order.number}"
    told = insight(
        order.text, body=order.text, quote=order.text, show=order.text, episode=order.text, speaker=order.text
    )
    told = replace(
        told,
        url=link,
        audio_url=f"https://{_OWN}/{order.number}.mp3" if order.number % 2 else link,
        headline=order.text if order.number % 3 else "",
    )
    echo = Echo(insight_id="e", show=order.text, speaker=order.text)
    related = Related(insight=told, score=0.5, why=order.text, also_said_by=(echo,))
    return Entry(
        insight=told, at=NOW, day=DAY, why=order.text, related=(related,), theme=order.text, tags=(order.text,)
    )


def _from_feed(entry: Entry) -> Entry:
    """With the addresses that reading a feed leaves: a webhook carries them as they are stored."""
    told = entry.insight
    told = replace(told, url=absolute("", told.url), audio_url=absolute("", told.audio_url))
    return replace(entry, insight=told, related=tuple(replace(other, insight=told) for other in entry.related))


def _brief(entry: Entry) -> Brief:
    gone = Withdrawal(
        insight_id="w",
        show_id="s",
        show=entry.why,
        episode=entry.why,
        because=Because.MISATTRIBUTED,
        by="local",
        at=NOW,
    )
    item = replace(entry.item, section=entry.theme)
    return Brief(subscriber_id="local", date=DAY, created_at=NOW, items=(item,), note=entry.why, withdrawn=(gone,))


def _alert(entry: Entry) -> Brief:
    claim = ToldClaim(insight_id=entry.insight.id, day=DAY, title=entry.theme, place=0)
    return message(READER, DAY, [claim], {entry.insight.id: entry.insight}, now=NOW, more_at=_HOME)


def _feed(entry: Entry) -> Any:
    addresses = {"atom": f"{_HOME}/feed.atom", "json_feed": f"{_HOME}/feed.json"}
    return published_document([entry], home=_HOME, page=lambda key: f"{_HOME}/insights/{key}", **addresses)


def _html(*documents: str) -> Iterator[str]:
    """What is wrong with HTML: what leads or loads from elsewhere, and what acts."""
    for text in documents:
        seen = read(text)
        yield from (f"link {link}" for link in (*seen.links, *seen.loads) if not _own(link))
        yield from (f"tag {tag}" for tag in seen.tags if tag in _ACTING)
        yield from (f"attribute {name}" for name in seen.attributes if name.startswith("on") or name == "srcset")
        yield from _hidden(text)


def _markdown(text: str) -> Iterator[str]:
    yield from _html(MarkdownIt("commonmark", {"html": True}).render(text))
    # What a reader of notes takes for an address without brackets.
    bare = re.sub(r"\]\(<?[^)>]*>?\)", "", text)
    yield from re.findall(r"(?<!\\)(?:https?|ftp)://\S+|(?<![\\\w])www\.\S+", bare)


def _text(text: str) -> Iterator[str]:
    """What is wrong with text: a line that is an address from elsewhere, and what a terminal or a mail program obeys."""
    lines = (line.strip() for line in text.splitlines())
    yield from (line for line in lines if re.fullmatch(r"(?:[a-z]+:|//)\S+", line, re.IGNORECASE) and not _own(line))
    yield from _hidden(text)


def _json(value: Any, name: str = "") -> Iterator[str]:
    """What is wrong with a document: an address from elsewhere in a field of addresses."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _json(held, key)
    elif isinstance(value, list):
        for held in value:
            yield from _json(held, name)
    elif name == "content_html":
        yield from _html(value)
    elif "url" in name and value and not _own(value):
        yield f"{name} {value}"


def _hidden(text: str) -> list[str]:
    return [
        f"hidden {letter!r}" for letter in re.findall("[\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f\x1b]", text)
    ]


def _own(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme == "https" and parts.netloc in {_OWN, urlsplit(_HOME).netloc}


def _mail(brief: Brief) -> Iterator[str]:
    links = MailLinks(home=_HOME, change=f"{_HOME}/change", leave=f"{_HOME}/leave")
    yield from _html(to_html(brief, mail=True, reader=brief.note, links=links), to_html(brief, reader=brief.note))
    # Unwrapped, so that no word of an order is alone on a line.
    yield from _text(to_text(brief, width=100_000, reader=brief.note, links=links))
    head = subject(brief)
    yield from _hidden(head)
    yield from ["a head of two lines"] if len(head.splitlines()) > 1 else []


def _atom(entry: Entry) -> Iterator[str]:
    root = ET.fromstring(to_atom(_feed(entry)))
    yield from (
        node.get("href", "") for node in root.iter() if "href" in node.attrib and not _own(node.get("href", ""))
    )
    yield from _html(*(node.text or "" for node in root.iter() if node.get("type") == "html"))


def _anki(entry: Entry) -> Iterator[str]:
    rows = [line for line in anki_text([entry]).splitlines() if not line.startswith("#")]
    yield from [] if len(rows) == 1 else [f"{len(rows)} cards"]
    _, *fields = rows[0].split("\t")
    yield from [] if len(fields) == 3 else [f"{len(fields)} fields"]
    yield from _html(*fields)
    yield from re.findall(r"\[(?:latex|sound|\$)", rows[0])


def _readwise(entry: Entry) -> Iterator[str]:
    yield from _json(highlights([entry]))
    (row,) = csv.DictReader(io.StringIO(readwise_csv([entry])))
    yield from [row["URL"]] if row["URL"] and not _own(row["URL"]) else []
    yield from (cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t")))


_EXITS: dict[str, Callable[[Entry], Iterator[str]]] = {
    "brief by mail": lambda entry: _mail(_brief(entry)),
    "alert by mail": lambda entry: _mail(_alert(entry)),
    "brief as Markdown": lambda entry: _markdown(to_markdown(_brief(entry), reader=entry.why)),
    "webhook": lambda entry: _json(json.loads(message_body(_brief(_from_feed(entry)), "msg_1"))),
    "push": lambda entry: _text(message_text(_brief(entry), 4_000)),
    "Atom": _atom,
    "JSON Feed": lambda entry: _json(json.loads(to_json_feed(_feed(entry)))),
    "Readwise": _readwise,
    "Anki": _anki,
}


def _sample() -> list[Order]:
    """Each kind of order twice, each time with another address, so that each address comes four times."""
    return [orders()[10 * kind + (kind + turn) % 10] for kind in range(20) for turn in (0, 5)]


@pytest.mark.parametrize("name", _EXITS)
def test_an_idea_full_of_orders_leads_nowhere(name: str) -> None:
    wrong = {order.number: problems for order in _sample() if (problems := list(_EXITS[name](_planted(order))))}
    assert wrong == {}


def test_notes_full_of_orders_lead_nowhere(tmp_path: Path) -> None:
    for order in _sample():
        folder = tmp_path / str(order.number)
        write_notes(folder, [_planted(order)], by_day=False)
        (note,) = folder.glob("*.md")
        head, _, text = note.read_text("utf-8").removeprefix("---\n").partition("\n---\n")
        assert list(_markdown(text)) == [], order.number
        # Every value of the front matter is a value as JSON has it: YAML finds no key in it that is not ours.
        values = {name: json.loads(value) for name, value in (line.split(": ", 1) for line in head.splitlines())}
        assert set(values) <= {"earmark", "date", "show", "episode", "people", "themes", "tags"}


def test_what_gets_through_would_be_counted() -> None:
    evil = "https://evil.example/pay"
    assert list(_html(f"<a href='{evil}'>x</a>")) == [f"link {evil}"]
    assert {"tag img", "attribute onerror", "hidden '\\u202e'"} <= set(_html(f"<img src='{evil}' onerror='x'>\u202e"))
    assert list(_markdown(f"[x]({evil})")) == [f"link {evil}"]
    assert list(_markdown(f"see {evil}")) == [evil]
    assert list(_text(f"  {evil}\n\x1b[31m")) == [evil, "hidden '\\x1b'"]
    assert list(_text("//evil.example/a")) == ["//evil.example/a"]
    assert list(_json({"a": [{"source_url": "javascript:alert(1)"}]})) == ["source_url javascript:alert(1)"]
    assert len({order.text for order in _sample()}) == 40
    assert len({order.url for order in _sample()}) == 10
