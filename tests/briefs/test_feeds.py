"""Feeds as other programs read them: feedparser, and the parsers of our own."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from briefs.entries import Entry
from briefs.feeds.atom import to_atom
from briefs.feeds.document import FeedDocument, feed_document
from briefs.feeds.json_feed import to_json_feed
from earmark.types import Insight, ReaderFeed, Selection, SelectionKind
from ingest.feeds.parse import parse_feed
from tests.briefs.samples import insight

NOW = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
ATTACK = "</title><script>alert(1)</script> & \x00\x1b[31m]]>\ud800\ufffe"
FEED = ReaderFeed(
    id="f1",
    reader_id="anna",
    selection=Selection(kind=SelectionKind.SEARCH, value="kelp"),
    title="Search for kelp",
    created_at=NOW,
)


def document(*entries: Entry, feed: ReaderFeed = FEED) -> FeedDocument:
    return feed_document(feed, entries, home="https://e.example")


def plain(number: int) -> Insight:
    return insight(f"Kettle number {number} boils faster than its makers promised.")


def entry(number: int, **values: Any) -> Entry:
    made: Insight = replace(plain(number), **values)
    return Entry(insight=made, at=NOW - timedelta(hours=number))


def test_feedparser_reads_both_times_links_author_and_content() -> None:
    written = document(entry(2), entry(1, speaker="Zoë Ødegård", claim="Tea cools — faster than “you” think"))
    read = feedparser.parse(to_atom(written))
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.link) == (
        "atom10",
        "Earmark: Search for kelp",
        "https://e.example/",
    )
    first = read.entries[0]  # the newest, whatever the order in which they were given
    assert first.title == "Tea cools — faster than “you” think"
    assert first.author == "Zoë Ødegård"
    assert first.link == f"https://e.example/i/{plain(1).id}"
    assert first.updated_parsed == time.gmtime((NOW - timedelta(hours=1)).timestamp())
    assert plain(1).body in first.content[0].value
    assert read.feed.updated_parsed == first.updated_parsed


def test_our_own_parser_reads_both() -> None:
    written = document(entry(1), entry(2))
    atom = parse_feed(to_atom(written), url="https://e.example/feed/x/atom.xml")
    listed = parse_feed(
        to_json_feed(written), url="https://e.example/feed/x/feed.json", content_type="application/feed+json"
    )
    for read in (atom, listed):
        assert read.title == "Earmark: Search for kelp"
        assert [episode.guid for episode in read.episodes] == [each.id for each in written.entries]
        assert [episode.published for episode in read.episodes] == [each.at for each in written.entries]


def test_ids_stay_and_a_second_telling_is_an_entry_of_its_own() -> None:
    first = entry(1)
    told = replace(first, day=NOW.date())
    again = replace(first, day=NOW.date() + timedelta(days=1), at=NOW)
    assert document(first) == document(first)
    assert document(first).entries[0].id == document(entry(2), replace(first, note="later")).entries[0].id
    assert len({each.id for each in document(first, told, again).entries}) == 3


@pytest.mark.parametrize("field", ["claim", "body", "quote", "speaker", "show", "episode", "headline"])
def test_an_attack_in_a_text_stays_text(field: str) -> None:
    written = document(entry(1, **{field: ATTACK}), feed=replace(FEED, title=ATTACK))
    for form in (to_atom(written), to_json_feed(written)):
        form.decode()
        assert b"\x00" not in form
        assert b"\x1b" not in form
    root = ET.fromstring(to_atom(written))
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    content = json.loads(to_json_feed(written))["items"][0]["content_html"]
    assert "<script" not in content
    read = feedparser.parse(to_atom(written), sanitize_html=False)
    assert not read.bozo
    assert "<script" not in read.entries[0].content[0].value


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://user:pass@e.example/x", "https://e.example/\"onx='"])
def test_a_link_that_may_not_be_shown_is_in_no_feed(url: str) -> None:
    written = document(entry(1, url=url, audio_url=url))
    for form in (to_atom(written).decode(), to_json_feed(written).decode()):
        assert "javascript" not in form
        assert "user:pass" not in form
        assert "onx='" not in form


def test_a_feed_without_entries_is_whole_and_names_no_secret() -> None:
    read = feedparser.parse(to_atom(document()))
    assert not read.bozo
    assert not read.entries
    assert read.feed.updated_parsed == time.gmtime(NOW.timestamp())
    assert json.loads(to_json_feed(document()))["items"] == []


def test_the_readers_note_and_tags_are_in_it() -> None:
    (kept,) = document(replace(entry(1), note="Ask <b>Ben</b>\nsoon", tags=("work",))).entries
    assert "Your note: Ask &lt;b&gt;Ben&lt;/b&gt;<br>soon" in kept.content
    assert kept.tags[-1] == "work"
