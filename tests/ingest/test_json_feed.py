"""JSON Feed is read as any feed is."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.clock import FixedClock
from earmark.errors import FeedError
from earmark.settings import load_settings
from ingest.feeds.parse import parse_feed
from ingest.feeds.refresh import follow_show, refresh_show
from ingest.fetching.fetch import Fetcher

URL = "https://pod.example/feed.json"
ITEM: dict[str, Any] = {
    "id": "ep-2",
    "url": "/2",
    "title": "Low &amp; high water",
    "content_html": "<p>About <b>tides</b>.</p>",
    "summary": "Tides.",
    "date_published": "2026-03-02T10:00:00+01:00",
    "attachments": [
        {"url": "2.pdf", "mime_type": "application/pdf"},
        {"url": "2.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12345, "duration_in_seconds": 1805},
    ],
}
FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Tide Tables",
    "home_page_url": "https://pod.example/",
    "description": "Water.",
    "language": "en-GB",
    "icon": "icon.png",
    "authors": [{"name": "Ada Finch"}],
    "items": [ITEM, {"id": 1, "content_text": "a < b", "date_published": "03/02/2026"}],
}


def served(**changes: Any) -> bytes:
    return json.dumps(FEED | changes).encode()


def test_all_of_it() -> None:
    feed = parse_feed(served(), url=URL)
    assert (feed.title, feed.link, feed.description) == ("Tide Tables", "https://pod.example/", "Water.")
    assert (feed.author, feed.language, feed.image_url) == ("Ada Finch", "en-GB", "https://pod.example/icon.png")
    first, second = feed.episodes
    assert (first.guid, first.title, first.link) == ("ep-2", "Low & high water", "https://pod.example/2")
    assert (first.description, first.published) == ("About tides.", datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert (first.audio_url, first.audio_type) == ("https://pod.example/2.mp3", "audio/mpeg")
    assert (first.audio_bytes, first.duration_s) == (12345, 1805.0)
    assert (second.guid, second.title, second.description) == ("1", "Untitled (2026-02-03)", "a < b")


def test_version_1() -> None:
    feed = parse_feed(served(version="https://jsonfeed.org/version/1", authors=None, author={"name": "Ben"}), url=URL)
    assert (feed.author, len(feed.episodes)) == ("Ben", 2)


def test_a_byte_order_mark_and_the_same_item_twice() -> None:
    feed = parse_feed(b"\xef\xbb\xbf" + served(items=[ITEM, ITEM]), url=URL)
    assert len(feed.episodes) == 1 and feed.problems


@pytest.mark.parametrize(
    "body",
    [b"{", b"{}", b"[]", served(version="2"), served(items=None), served()[:-9], b'{"a":' * 5_000, b'{"version": ' + b"9" * 9_000 + b"}"],
)  # fmt: skip
def test_other_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(FeedError, match="not a feed"):
        parse_feed(body, url=URL)


@pytest.mark.heavy
def test_values_of_any_kind_raise_nothing_else() -> None:
    random_ = random.Random(3)
    values: list[object] = [
        None,
        0,
        -1,
        1e308,
        True,
        "",
        "x",
        [],
        [[]],
        {},
        [None],
        [{}],
        {"url": 1},
        "\u202e",
        "http://[",
        10**30,
    ]
    for _ in range(500):
        item = {name: random_.choice(values) if random_.random() < 0.3 else value for name, value in ITEM.items()}
        item["attachments"] = [
            {name: random_.choice(values) for name in ("url", "mime_type", "size_in_bytes", "duration_in_seconds")}
        ]
        changes = {
            name: random_.choice(values) for name in FEED if name not in {"version", "items"} and random_.random() < 0.3
        }
        assert len(parse_feed(served(items=[item], **changes), url=URL).episodes) == 1


def test_it_is_followed_and_asked_conditionally(httpserver: HTTPServer, catalog: Catalog, clock: FixedClock) -> None:
    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") == '"1"'
        assert "application/feed+json" in request.headers["Accept"]
        return Response(
            b"" if known else served(), 304 if known else 200, {"ETag": '"1"', "Content-Type": "application/feed+json"}
        )

    httpserver.expect_request("/feed.json").respond_with_handler(answer)
    values = {"fetch": {"allow_private": ["127.0.0.1"], "timeout_s": 1.0, "attempts": 1}}
    fetcher = Fetcher(load_settings(values, environ={}).fetch, now=clock.now)
    followed, new = follow_show(catalog, fetcher, httpserver.url_for("/feed.json"), default_backfill=5, clock=clock)
    assert (new, followed.new_episodes, followed.show.title) == (True, 2, "Tide Tables")
    clock.at += timedelta(days=1)
    assert refresh_show(catalog, fetcher, followed.show, default_backfill=5, clock=clock).unchanged
