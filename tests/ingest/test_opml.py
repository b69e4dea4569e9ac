"""Subscription lists, read and written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from earmark.errors import UsageError
from earmark.types import Show
from ingest.feeds.opml import OpmlFeed, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Science"><outline text="Deep">
    <outline type="rss" text="Tides &amp; Time" xmlUrl="https://a.example/feed"/>
  </outline></outline>
  <outline type="rss" text="Again" xmlUrl="https://a.example/feed/"/>
  <outline type="rss" title="Old scheme" xmlUrl="feed://b.example/rss"/>
  <outline type="rss" text="No podcast" xmlUrl="file:///etc/passwd"/>
  <outline type="rss" text="Ärger" xmlUrl=" http://c.example/x?a=1&amp;b=2 "/>
</body></opml>"""


def show(number: int, title: str, url: str, folder: str = "") -> Show:
    return Show(id=str(number), feed_url=url, title=title, folder=folder, added_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_feeds_come_once_in_order_with_their_folders() -> None:
    assert read_opml(LIST.encode()) == [
        OpmlFeed(url="https://a.example/feed", title="Tides & Time", folder="Science/Deep"),
        OpmlFeed(url="https://b.example/rss", title="Old scheme"),
        OpmlFeed(url="http://c.example/x?a=1&b=2", title="Ärger"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_every_encoding_is_read(encoding: str) -> None:
    declared = LIST.replace("UTF-8", "iso-8859-1") if encoding == "latin-1" else LIST
    assert read_opml(declared.encode(encoding))[-1].title == "Ärger"


@pytest.mark.parametrize(
    "body",
    [b"", b"http://127.0.0.1:1/list", b"<opml/>", b"<html><body>hi</body></html>", b"\x00\xff\xfe", b"<opml><body"],
)
def test_a_list_without_feeds_says_what_to_do(body: bytes) -> None:
    with pytest.raises(UsageError):
        read_opml(body)


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE o [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;">]>'
    body = LIST.replace("<opml", bomb + "<opml", 1).replace("Again", "&b;")
    assert "xxxx" not in str(read_opml(body.encode()))


def test_what_is_written_can_be_read() -> None:
    shows = [
        show(1, 'Quotes "and" <angles> & more', "https://a.example/?x=1&y=2", "Sci & Tech"),
        show(2, "Loose", "https://b.example/"),
        show(3, "Late\x1b[31m", "https://c.example/", "Sci & Tech"),
    ]
    text = write_opml(shows)
    assert [(feed.url, feed.title, feed.folder) for feed in read_opml(text.encode())] == [
        ("https://a.example/?x=1&y=2", 'Quotes "and" <angles> & more', "Sci & Tech"),
        ("https://c.example/", "Late", "Sci & Tech"),
        ("https://b.example/", "Loose", ""),
    ]


def test_no_shows_make_a_valid_empty_document() -> None:
    with pytest.raises(UsageError):
        read_opml(write_opml([]).encode())


def test_folders_in_folders_are_written_as_such() -> None:
    shows = [
        show(1, "One", "https://a.example/1", "News/Abroad"),
        show(2, "Two", "https://a.example/2", "News"),
        show(3, "Three", "https://a.example/3", "News/Abroad"),
    ]
    text = write_opml(shows)
    assert text.count('<outline text="News">') == text.count('<outline text="Abroad">') == 1
    assert [(entry.title, entry.folder) for entry in read_opml(text.encode())] == [
        ("One", "News/Abroad"),
        ("Three", "News/Abroad"),
        ("Two", "News"),
    ]


def test_a_slash_in_a_folders_name_makes_no_folder() -> None:
    outline = '<outline type="rss" text="One" xmlUrl="https://a.example/1"/>'
    body = f'<opml version="2.0"><body><outline text="AC/DC">{outline}</outline></body></opml>'
    feed = read_opml(body.encode())[0]
    assert "/" not in feed.folder
    again = write_opml([show(1, feed.title, feed.url, feed.folder)])
    assert '<outline text="AC/DC">' in again
    assert read_opml(again.encode())[0] == feed


def test_a_title_goes_before_a_description_beside_it() -> None:
    long = "All that there is to know of the water that comes and goes, twice a day, told by those who live from it."
    outlines = (
        f'<outline type="rss" title="Tide Tables" text="{long}" xmlUrl="https://a.example/1"/>'
        f"<outline text='{long}' title='Low &amp; high' xmlUrl='https://a.example/2'/>"
        '<outline title="The Official Tide Tables" text="Tides" xmlUrl="https://a.example/3"/>'
        f'<outline title="" text="{long}" xmlUrl="https://a.example/4"/>'
    )
    feeds = read_opml(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())
    assert [feed.title for feed in feeds] == ["Tide Tables", "Low & high", "Tides", long]
