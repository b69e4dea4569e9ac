"""The same show, or two shows of one host, added by two processes in one instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import secrets, shows
from earmark.clock import FixedClock
from earmark.settings import load_settings
from ingest.feeds.refresh import follow_show, refresh_show
from ingest.fetching.fetch import Fetcher

pytestmark = pytest.mark.heavy

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Kettles</title>
<item><title>One</title><guid>1</guid><enclosure url="http://127.0.0.1/1.mp3" type="audio/mpeg" length="9"/></item>
<item><title>Two</title><guid>2</guid><enclosure url="http://127.0.0.1/2.mp3" type="audio/mpeg" length="9"/></item>
</channel></rss>"""


@pytest.fixture
def other(catalog_url: str) -> Iterator[Catalog]:
    """The same catalog as another process has it."""
    opened = open_catalog(catalog_url)
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """A server that answers several at once."""
    with HTTPServer(threaded=True) as running:
        yield running


@pytest.fixture
def fetchers() -> tuple[Fetcher, Fetcher]:
    settings = load_settings({"fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}}, environ={})
    return Fetcher(settings.fetch), Fetcher(settings.fetch)


def together(server: HTTPServer) -> None:
    """Answers nobody before two have asked: both then store what they got at the same time."""
    both = threading.Barrier(2)

    def answer(_request: Request) -> Response:
        both.wait(timeout=60)
        return Response(FEED, content_type="application/rss+xml")

    server.expect_request("/feed").respond_with_handler(answer)
    server.expect_request("/other").respond_with_handler(answer)


def at_once(*calls: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_a_show_added_twice_in_one_instant_is_one_show(
    server: HTTPServer, catalog: Catalog, other: Catalog, clock: FixedClock, fetchers: tuple[Fetcher, Fetcher]
) -> None:
    together(server)
    url = server.url_for("/feed")
    results = at_once(
        *(
            lambda c=c, f=f: follow_show(c, f, url, default_backfill=0, clock=clock)[1]
            for c, f in zip((catalog, other), fetchers, strict=True)
        )
    )
    assert sorted(map(bool, results)) == [False, True]
    with catalog.read() as tx:
        (show,) = shows.every(tx)
        assert len(episodes.of_show(tx, show.id)) == 2


def test_two_private_feeds_of_one_host_are_two_shows(
    server: HTTPServer, catalog: Catalog, other: Catalog, clock: FixedClock, fetchers: tuple[Fetcher, Fetcher]
) -> None:
    together(server)
    urls = [server.url_for("/feed").replace("//", f"//{name}:secret@") for name in ("ada", "ben")]
    results = at_once(
        *(
            lambda c=c, f=f, u=u: follow_show(c, f, u, default_backfill=0, clock=clock)[1]
            for c, f, u in zip((catalog, other), fetchers, urls, strict=True)
        )
    )
    assert results == [True, True]
    with catalog.read() as tx:
        assert sorted(secrets.every(tx).values()) == urls
        assert len({show.feed_url for show in shows.every(tx)}) == 2


def test_a_feed_checked_twice_in_one_instant_brings_each_episode_once(
    server: HTTPServer, catalog: Catalog, other: Catalog, clock: FixedClock, fetchers: tuple[Fetcher, Fetcher]
) -> None:
    with catalog.write() as tx:
        show, _ = shows.add(tx, server.url_for("/feed"), title="Kettles", now=clock.now())
    together(server)
    results = at_once(
        *(
            lambda c=c, f=f: refresh_show(c, f, show, default_backfill=0, clock=clock).new_episodes
            for c, f in zip((catalog, other), fetchers, strict=True)
        )
    )
    assert sorted(results) == [0, 2]  # type: ignore[type-var]
    with catalog.read() as tx:
        assert len(episodes.of_show(tx, show.id)) == 2
