"""Feeds that move, close and are private, over real redirects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import following, secrets, shows
from earmark.clock import FixedClock
from earmark.errors import EarmarkError, FetchRefused
from earmark.private import with_login
from earmark.settings import load_settings
from earmark.types import Show, ShowStatus
from ingest.feeds.refresh import FeedCheck, follow_show, refresh_show
from ingest.fetching.fetch import Fetcher
from tests.world import feed

SECRET = "hunter2hunter2"


@pytest.fixture
def fetcher(clock: FixedClock) -> Fetcher:
    values = {"fetch": {"allow_private": ["127.0.0.1"], "timeout_s": 1.0, "attempts": 1}}
    return Fetcher(load_settings(values, environ={}).fetch, now=clock.now)


Check = Callable[[Show], FeedCheck]


@pytest.fixture
def check(catalog: Catalog, fetcher: Fetcher, clock: FixedClock) -> Check:
    def look(show: Show) -> FeedCheck:
        clock.at += timedelta(days=1)
        return refresh_show(catalog, fetcher, stored(catalog, show), default_backfill=5, clock=clock)

    return look


def follow(catalog: Catalog, fetcher: Fetcher, clock: FixedClock, url: str) -> tuple[Show, bool]:
    followed, new = follow_show(catalog, fetcher, url, default_backfill=5, clock=clock)
    return followed.show, new


def stored(catalog: Catalog, show: Show) -> Show:
    with catalog.read() as tx:
        return shows.get(tx, show.id)


def naming(title: str, address: str) -> str:
    return feed(title).replace("<channel>", f"<channel><itunes:new-feed-url>{address}</itunes:new-feed-url>")


def moved_feed(httpserver: HTTPServer, *codes: int) -> None:
    """``/0`` redirects over ``/1`` … to a feed, with these codes; the feed answers 304 to its validator."""

    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") == '"1"'
        return Response(b"" if known else feed("A"), 304 if known else 200, {"ETag": '"1"'})

    for step, code in enumerate(codes):
        location = {"Location": f"/{step + 1}"}
        httpserver.expect_request(f"/{step}").respond_with_data(status=code, headers=location)
    httpserver.expect_request(f"/{len(codes)}").respond_with_handler(answer)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("codes", "moves"),
    [((301,), True), ((308,), True), ((301, 308), True), ((302,), False), ((307,), False), ((301, 302), False)],
)
@pytest.mark.parametrize("unchanged", [True, False])
def test_only_permanent_redirects_rewrite_the_address(
    httpserver: HTTPServer,
    catalog: Catalog,
    fetcher: Fetcher,
    clock: FixedClock,
    check: Check,
    codes: tuple[int, ...],
    moves: bool,
    unchanged: bool,
) -> None:
    httpserver.expect_oneshot_request("/0").respond_with_data(feed("A"), headers={"ETag": '"1"'} if unchanged else {})
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/0"))
    moved_feed(httpserver, *codes)
    assert check(show).unchanged == unchanged
    last = httpserver.url_for(f"/{len(codes)}")
    now = stored(catalog, show)
    assert now.feed_url == (last if moves else show.feed_url)
    assert (now.id, now.last_error) == (show.id, "")
    with catalog.read() as tx:
        assert len(episodes.of_show(tx, show.id)) == 1
        for address in (show.feed_url, now.feed_url):
            assert shows.find(tx, address).id == show.id
    for address in (httpserver.url_for("/0"), now.feed_url):
        assert follow(catalog, fetcher, clock, address) == (now, False)


def test_a_show_added_by_its_old_address_is_known_by_the_new_one(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock
) -> None:
    moved_feed(httpserver, 301)
    show, new = follow(catalog, fetcher, clock, httpserver.url_for("/0"))
    assert (show.feed_url, new) == (httpserver.url_for("/1"), True)
    assert follow(catalog, fetcher, clock, httpserver.url_for("/1")) == (show, False)
    assert follow(catalog, fetcher, clock, httpserver.url_for("/0")) == (show, False)


def test_a_move_onto_a_followed_feed_is_said_and_not_made(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/0").respond_with_data(feed("Old"))
    moved_feed(httpserver, 301)
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/0"))
    follow(catalog, fetcher, clock, httpserver.url_for("/1"))
    check(show)
    now = stored(catalog, show)
    assert now.feed_url == httpserver.url_for("/0")
    assert now.failures == 0
    assert "followed already, as 'A'" in now.last_error


def test_a_redirect_to_something_else_is_no_move(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/0").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/0"))
    httpserver.expect_request("/0").respond_with_data(status=301, headers={"Location": "/parked"})
    httpserver.expect_request("/parked").respond_with_data("<html><body>For sale</body></html>")
    with pytest.raises(EarmarkError, match="web page"):
        check(show)
    assert stored(catalog, show).feed_url == show.feed_url


# itunes:new-feed-url


def test_a_feed_that_names_its_new_address_is_followed_there(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/old").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/old"))
    new = httpserver.url_for("/new")
    httpserver.expect_request("/old").respond_with_data(naming("A", new), headers={"ETag": '"old"'})
    httpserver.expect_request("/new").respond_with_data(naming("A", new), headers={"ETag": '"new"'})
    check(show)
    now = stored(catalog, show)
    assert (now.feed_url, now.etag, now.last_error) == (new, '"new"', "")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, ""), "cannot be read"),
        ((200, "<html><body>Welcome</body></html>"), "cannot be read"),
        ((200, feed("A").partition("<item>")[0] + "</channel></rss>"), "without episodes"),
    ],
)
def test_a_new_address_that_is_no_feed_is_said_and_not_taken(
    httpserver: HTTPServer,
    catalog: Catalog,
    fetcher: Fetcher,
    clock: FixedClock,
    check: Check,
    answer: tuple[int, str],
    said: str,
) -> None:
    status, body = answer
    httpserver.expect_request("/new").respond_with_data(body, status=status)
    httpserver.expect_request("/old").respond_with_data(naming("A", httpserver.url_for("/new")))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/old"))
    check(show)
    now = stored(catalog, show)
    assert (now.feed_url, now.failures) == (httpserver.url_for("/old"), 0)
    assert said in now.last_error


def test_addresses_that_lead_in_a_circle_are_left_alone(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        httpserver.expect_request(f"/{name}").respond_with_data(naming("A", httpserver.url_for(f"/{other}")))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/a"))
    check(show)
    assert stored(catalog, show).feed_url == httpserver.url_for("/a")
    assert len(httpserver.log) == 6


def test_an_endless_chain_of_addresses_is_given_up(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock
) -> None:
    for number in range(9):
        body = naming("A", httpserver.url_for(f"/{number + 1}"))
        httpserver.expect_request(f"/{number}").respond_with_data(body)
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/0"))
    assert show.feed_url == httpserver.url_for("/0")
    assert len(httpserver.log) == 4


def test_a_redirect_and_an_old_word_against_it_end_at_the_redirect(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/old").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/old"))
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(naming("A", httpserver.url_for("/old")))
    for _ in range(2):
        check(show)
        now = stored(catalog, show)
        assert (now.feed_url, now.last_error) == (httpserver.url_for("/new"), "")


# the end


def test_410_closes_a_show_until_it_is_resumed(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    httpserver.expect_request("/f").respond_with_data(status=410)
    with pytest.raises(FetchRefused, match="gone for good"):
        check(show)
    now = stored(catalog, show)
    assert now.status is ShowStatus.CLOSED
    assert "gone for good" in now.last_error
    with catalog.write() as tx:
        following.resume(tx, show.id)
    assert stored(catalog, show).status is ShowStatus.ACTIVE


def test_410_behind_a_temporary_redirect_closes_nothing(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    httpserver.expect_request("/f").respond_with_data(status=302, headers={"Location": "/gone"})
    httpserver.expect_request("/gone").respond_with_data(status=410)
    with pytest.raises(FetchRefused):
        check(show)
    now = stored(catalog, show)
    assert (now.status, now.failures) == (ShowStatus.ACTIVE, 1)


# private feeds


def test_a_private_feed_takes_its_login_along_on_its_own_host(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    httpserver.expect_oneshot_request("/0").respond_with_data(feed("A"))
    place = f"ann:{SECRET}@127.0.0.1:{httpserver.port}"
    show, _ = follow(catalog, fetcher, clock, f"http://{place}/0")
    moved_feed(httpserver, 301)
    check(show)
    now = stored(catalog, show)
    assert SECRET not in repr(now)
    assert now.feed_url.startswith(f"http://127.0.0.1:{httpserver.port}/1")
    with catalog.read() as tx:
        assert secrets.address(tx, now) == f"http://{place}/1"
    assert check(show).unchanged
    assert httpserver.log[-1][0].authorization is not None


def test_a_private_feed_is_not_moved_to_the_public_one_that_it_was_copied_from(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    public = httpserver.url_for("/public")
    httpserver.expect_request("/public").respond_with_data(feed("Public"))
    httpserver.expect_request("/mine").respond_with_data(naming("Mine", public))
    address = f"{httpserver.url_for('/mine')}?token={SECRET}"
    show, _ = follow(catalog, fetcher, clock, address)
    check(show)
    kept = stored(catalog, show)
    assert "without its login" in kept.last_error
    assert SECRET not in kept.last_error
    httpserver.clear()
    httpserver.expect_request("/public").respond_with_data(feed("Public"))
    httpserver.expect_request("/mine").respond_with_data(status=301, headers={"Location": public})
    check(show)
    with catalog.read() as tx:
        assert secrets.address(tx, stored(catalog, show)) == address


def test_a_private_feed_is_not_moved_to_where_its_login_does_not_go(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    place = f"ann:{SECRET}@127.0.0.1:{httpserver.port}"
    other = f"http://localhost:{httpserver.port}/other"
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, f"http://{place}/f")
    httpserver.expect_request("/f").respond_with_data(status=301, headers={"Location": other})
    httpserver.expect_request("/other").respond_with_data(feed("A"))
    check(show)
    assert httpserver.log[-1][0].authorization is None
    with catalog.read() as tx:
        kept = stored(catalog, show)
        assert secrets.address(tx, kept) == f"http://{place}/f"
    assert f"its feed has moved to {other}, where its login was not sent" in kept.last_error
    assert SECRET not in kept.last_error


def test_a_private_feed_takes_its_token_along_to_another_host(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, check: Check
) -> None:
    """The new address is the publisher's own word, and as secret as the old one."""
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show, _ = follow(catalog, fetcher, clock, f"http://127.0.0.1:{httpserver.port}/f?token={SECRET}")
    other = f"http://localhost:{httpserver.port}/other?token={SECRET}2"
    httpserver.expect_request("/f").respond_with_data(status=301, headers={"Location": other})
    httpserver.expect_request("/other").respond_with_data(feed("A"))
    check(show)
    moved = stored(catalog, show)
    assert SECRET not in repr(moved)
    assert moved.private and moved.feed_url.startswith(f"http://localhost:{httpserver.port}/other")
    with catalog.read() as tx:
        assert secrets.address(tx, moved) == other


@pytest.mark.parametrize(
    ("origin", "target", "carried"),
    [
        ("https://a:b@x.org/1", "https://x.org/2", True),
        ("http://a:b@x.org/1", "https://x.org/2", True),
        ("http://a:b@x.org:80/1", "https://x.org:443/2", True),
        ("https://a:b@x.org/1", "http://x.org/2", False),
        ("http://a:b@x.org/1", "https://x.org:8443/2", False),
        ("http://a:b@x.org:8080/1", "https://x.org/2", False),
        ("https://a:b@x.org/1", "https://x.org.evil/2", False),
        ("https://a:b@x.org/1", "https://c:d@x.org/2", False),
        ("https://x.org/1", "https://x.org/2", False),
    ],
)
def test_where_a_login_goes(origin: str, target: str, carried: bool) -> None:
    expected = target.replace("://", "://a:b@") if carried else target
    assert with_login(origin, target) == expected
