"""When feeds are asked: the pure schedule, and what a run makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog, removal
from earmark.catalog.feeds import following, shows
from earmark.clock import FixedClock
from earmark.errors import FetchError, NotYet
from earmark.settings import Settings, load_settings
from earmark.types import Show
from ingest.feeds.checks import FeedChecks, check_feeds, due
from ingest.feeds.parse import parse_feed
from ingest.feeds.refresh import follow_show, refresh_show
from ingest.feeds.schedule import said_interval_s
from ingest.fetching.fetch import Fetcher
from ingest.fetching.politeness import Schedule, fresh_s, retry_after_s
from tests.world import feed

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = 3600.0
DAY = 86_400.0


def schedule(seed: int = 1) -> Schedule:
    return Schedule(least_s=HOUR, rng=random.Random(seed))


def wait_s(published: list[datetime], *, fresh: float | None = None, ttl: float | None = None) -> float:
    return (schedule().after_success(NOW, published=published, fresh_s=fresh, ttl_s=ttl) - NOW).total_seconds()


def every(days: float, *, count: int = 10) -> list[datetime]:
    return [NOW - timedelta(days=days * number) for number in range(1, count + 1)]


def test_the_rhythm_of_a_show_decides() -> None:
    assert wait_s(every(7)) == 14 * HOUR
    assert wait_s(every(1)) == 2 * HOUR
    assert wait_s(every(0.1)) == HOUR
    assert wait_s(every(60)) == DAY
    assert wait_s([]) == DAY / 2


def test_a_show_that_fell_silent_is_asked_less_and_less() -> None:
    silent = [NOW - timedelta(days=6 + number) for number in range(10)]
    assert wait_s(silent) == 12 * HOUR


def test_a_batch_of_old_episodes_does_not_count_as_a_rhythm() -> None:
    batch = every(7) + [NOW - timedelta(days=71)] * 100
    assert wait_s(batch) == 14 * HOUR


def test_times_in_the_future_are_left_out() -> None:
    assert wait_s([NOW + timedelta(days=30), *every(7)]) == 14 * HOUR


def test_what_server_and_feed_say_are_lower_bounds_within_a_day() -> None:
    assert wait_s(every(0.1), fresh=3 * HOUR) == 3 * HOUR
    assert wait_s(every(0.1), ttl=4 * HOUR, fresh=HOUR) == 4 * HOUR
    assert wait_s(every(7), fresh=60.0, ttl=60.0) == 14 * HOUR
    assert wait_s(every(7), fresh=30 * DAY) == DAY


def test_failures_double_with_jitter_up_to_a_day() -> None:
    for failures, low, high in ((1, 1, 2), (2, 2, 4), (3, 4, 8), (4, 8, 16), (5, 12, 24), (6, 12, 24), (5_000, 12, 24)):
        waits = {
            (schedule(seed).after_failure(NOW, failures=failures) - NOW).total_seconds() / HOUR for seed in range(50)
        }
        assert low <= min(waits) < max(waits) <= high
        assert len(waits) == 50


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600.0),
        ({"Cache-Control": 'max-age="600"'}, 600.0),
        ({"Cache-Control": "s-maxage=900"}, 900.0),
        ({"Cache-Control": "max-age=60, s-maxage=900"}, 60.0),
        ({"Cache-Control": "max-age=600", "Age": "200"}, 400.0),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Expires": "Sun, 22 Nov 2026 09:00:00 GMT"}, 3600.0),
        ({"Expires": "Sun, 22 Nov 2026 09:00:00 GMT", "Date": "Sun, 22 Nov 2026 08:30:00 GMT"}, 1800.0),
        ({"Expires": "Sun, 22 Nov 2026 09:00:00 GMT", "Cache-Control": "max-age=60"}, 60.0),
        ({"Expires": "0"}, None),
        ({"Expires": "Sun, 22 Nov 2020 09:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_freshness_by_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_s(headers, NOW) == seconds


def test_what_a_feed_says() -> None:
    assert said_interval_s(ttl=" 90 ") == 5_400.0
    assert said_interval_s(period="daily", frequency="4") == 21_600.0
    assert said_interval_s(period="Hourly") == HOUR
    for nothing in ({}, {"ttl": "0"}, {"ttl": "soon"}, {"ttl": "-5"}, {"period": "often"}):
        assert said_interval_s(**nothing) is None


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>90</ttl>", 5_400.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", HOUR),
        ("", None),
    ],
)
def test_what_a_feed_says_is_read_from_it(head: str, seconds: float | None) -> None:
    syndication = '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    body = feed("A").replace("<rss ", syndication).replace("<channel>", f"<channel>{head}")
    assert parse_feed(body.encode(), url="https://example.org/f").ttl_s == seconds


def test_retry_after_is_believed_for_a_week_at_most() -> None:
    assert retry_after_s("9" * 40, NOW) == 7 * DAY
    assert retry_after_s("Fri, 31 Dec 9999 23:59:59 GMT", NOW) == 7 * DAY
    assert retry_after_s("Mon, 23 Nov 2026 08:00:00 GMT", NOW) == DAY


# a run


@pytest.fixture
def settings() -> Settings:
    return load_settings({"fetch": {"allow_private": ["127.0.0.0/8"], "timeout_s": 1.0}}, environ={})


@pytest.fixture
def fetcher(settings: Settings, clock: FixedClock) -> Fetcher:
    return Fetcher(settings.fetch, now=clock.now, rng=random.Random(1))


Run = Callable[..., FeedChecks]


@pytest.fixture
def run(catalog: Catalog, fetcher: Fetcher, clock: FixedClock, settings: Settings) -> Run:
    """One run over the feeds that are due; ``anew`` as after a restart."""
    import threading

    def check(*, forced: bool = False, anew: bool = False) -> FeedChecks:
        with catalog.read() as tx:
            asked, _ = due(shows.every(tx), clock.now(), forced=forced)
        client = Fetcher(settings.fetch, now=clock.now) if anew else fetcher
        return check_feeds(catalog, client, asked, clock, settings, lambda _: None, threading.Event())

    return check


def stored(catalog: Catalog, show: Show) -> Show:
    with catalog.read() as tx:
        return shows.get(tx, show.id)


def follow(catalog: Catalog, fetcher: Fetcher, clock: FixedClock, url: str) -> Show:
    return follow_show(catalog, fetcher, url, default_backfill=5, clock=clock)[0].show


def test_a_feed_is_not_asked_again_before_it_is_due(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    headers = {"ETag": '"1"', "Cache-Control": "max-age=7200"}
    httpserver.expect_request("/f").respond_with_data(feed("A"), headers=headers)
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    assert show.next_check == NOW + timedelta(hours=4, minutes=15)  # a twelfth of the 51 hours since its last episode
    assert run().checked == ()
    assert len(run(forced=True).checked) == 1
    clock.at = NOW + timedelta(hours=5)
    assert len(run().checked) == 1
    assert len(httpserver.log) == 3


def test_an_unchanged_feed_keeps_its_ttl_and_is_due_again(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    body = feed("A").replace("<channel>", "<channel><ttl>600</ttl>")

    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") == '"1"'
        return Response(b"" if known else body, 304 if known else 200, {"ETag": '"1"'})

    httpserver.expect_request("/f").respond_with_handler(answer)
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    assert show.ttl_s == 36_000.0
    clock.at = NOW + timedelta(hours=10)
    assert [check.unchanged for check in run().checked] == [True]
    again = stored(catalog, show)
    assert again.etag == '"1"'
    assert again.next_check == clock.at + timedelta(hours=10)


def test_two_runs_at_once_ask_a_feed_once(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run, settings: Settings
) -> None:
    import threading

    httpserver.expect_request("/f").respond_with_data(feed("A"))
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    removed = follow(catalog, fetcher, clock, httpserver.url_for("/f?2"))
    clock.at = NOW + timedelta(days=1)
    with catalog.read() as tx:
        asked, _ = due(shows.every(tx), clock.now(), forced=False)
    with catalog.write() as tx:
        removal.remove(tx, removed.id)
    assert len(run().checked) == 1
    late = check_feeds(catalog, fetcher, asked, clock, settings, lambda _: None, threading.Event())
    assert (late.checked, late.failures, late.waiting) == ((), (), 1)
    assert len(httpserver.log) == 3
    assert stored(catalog, show).failures == 0


def test_a_time_noted_by_a_wrong_clock_keeps_no_feed_waiting(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    httpserver.expect_request("/f").respond_with_data(feed("A"))
    clock.at = NOW + timedelta(days=2_000)
    follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    assert run().checked == ()
    clock.at = NOW
    assert len(run().checked) == 1


def test_failures_slow_down_and_success_resets(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    httpserver.expect_request("/f").respond_with_data(status=500)
    asked = len(httpserver.log)
    for failures in (1, 2, 3):
        clock.at = stored(catalog, show).next_check or clock.at
        assert len(run().failures) == 1
        now = stored(catalog, show)
        assert now.failures == failures
        assert "500" in now.last_error
        assert (now.next_check or NOW) - clock.at >= timedelta(hours=2 ** (failures - 1))
    assert len(httpserver.log) - asked == 3  # a request that was answered is not repeated within a check
    httpserver.clear()
    httpserver.expect_request("/f").respond_with_data(feed("A"))
    clock.at = stored(catalog, show).next_check or clock.at
    run()
    good = stored(catalog, show)
    assert (good.failures, good.last_error, good.hold_until) == (0, "", None)


@pytest.mark.heavy
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["7200", "Sun, 22 Nov 2026 20:00:00 GMT"])
def test_nobody_asks_a_host_before_its_retry_after(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run, status: int, said: str
) -> None:
    for name in ("one", "two"):
        httpserver.expect_oneshot_request(f"/{name}").respond_with_data(feed(name))
        follow(catalog, fetcher, clock, httpserver.url_for(f"/{name}"))
    httpserver.clear()
    httpserver.expect_request("/one").respond_with_data(status=status, headers={"Retry-After": said})
    httpserver.expect_request("/two").respond_with_data(status=status, headers={"Retry-After": said})
    clock.at = start = NOW + timedelta(hours=10)
    first = run()
    assert (len(first.failures), first.waiting, len(httpserver.log)) == (1, 1, 1)
    until = start + timedelta(hours=2)
    for minutes in (0, 1, 60, 119):
        clock.at = start + timedelta(minutes=minutes)
        for anew in (False, True):
            run(forced=True, anew=anew)
        with catalog.read() as tx:
            held = shows.every(tx)
        for show in held:
            assert show.hold_until == until
            with pytest.raises(NotYet, match="left alone"):
                refresh_show(catalog, Fetcher(load_settings(environ={}).fetch), show, default_backfill=5, clock=clock)
        with pytest.raises(NotYet, match="left alone"):
            follow_show(catalog, fetcher, httpserver.url_for("/new"), default_backfill=5, clock=clock)
    assert len(httpserver.log) == 1
    clock.at = until
    httpserver.clear()
    httpserver.expect_request("/one").respond_with_data(feed("one"))
    httpserver.expect_request("/two").respond_with_data(feed("two"))
    assert len(run(forced=True).checked) == 2


def test_one_feed_silences_its_host_for_a_day_at_most(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    for name in ("one", "two"):
        httpserver.expect_oneshot_request(f"/{name}").respond_with_data(feed(name))
        follow(catalog, fetcher, clock, httpserver.url_for(f"/{name}"))
    httpserver.expect_request("/one").respond_with_data(status=429, headers={"Retry-After": "9999999999"})
    httpserver.expect_request("/two").respond_with_data(feed("two"))
    clock.at = start = NOW + timedelta(hours=10)
    assert len(run().failures) == 1
    clock.at = start + timedelta(hours=23)
    assert run(forced=True) == run(forced=True, anew=True) == FeedChecks()
    clock.at = start + timedelta(days=1)
    assert [check.show.title for check in run(forced=True).checked] == ["two"]
    clock.at = start + timedelta(days=6)
    assert [check.show.title for check in run(forced=True).checked] == ["two"]
    clock.at = start + timedelta(days=7)
    assert len(run(forced=True).failures) == 1


def test_resuming_a_show_lifts_what_its_server_asked_for(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    httpserver.expect_oneshot_request("/f").respond_with_data(feed("A"))
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    httpserver.expect_oneshot_request("/f").respond_with_data(status=429, headers={"Retry-After": "9999999"})
    httpserver.expect_request("/f").respond_with_data(feed("A"))
    clock.at = start = NOW + timedelta(hours=10)
    assert len(run().failures) == 1
    clock.at = start + timedelta(minutes=1)
    assert run(forced=True, anew=True) == FeedChecks()
    with catalog.write() as tx:
        following.resume(tx, show.id)
    assert len(run(anew=True).checked) == 1
    assert stored(catalog, show).hold_until is None


@pytest.mark.heavy
def test_a_machine_without_a_connection_blames_no_feed(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, run: Run
) -> None:
    httpserver.expect_request("/f").respond_with_data(feed("A"))
    dead = "http://127.0.0.{}:1/f"
    with catalog.write() as tx:
        for number in (2, 3):
            shows.add(tx, dead.format(number), title=str(number), now=NOW)
    assert len(run().failures) == 2
    with catalog.read() as tx:
        for show in shows.every(tx):
            assert (show.failures, show.next_check) == (0, NOW + timedelta(minutes=10))
            assert "connection broke" in show.last_error
    follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    run(forced=True)
    with catalog.read() as tx:
        assert sorted(show.failures for show in shows.every(tx)) == [0, 1, 1]


def test_offline_nothing_counts_as_a_failure(
    httpserver: HTTPServer, catalog: Catalog, fetcher: Fetcher, clock: FixedClock, settings: Settings
) -> None:
    httpserver.expect_request("/f").respond_with_data(feed("A"))
    show = follow(catalog, fetcher, clock, httpserver.url_for("/f"))
    from earmark.errors import FetchRefused

    with pytest.raises(FetchRefused, match="offline"):
        refresh_show(catalog, Fetcher(settings.fetch, offline=True), show, default_backfill=5, clock=clock)
    assert stored(catalog, show) == show


def test_a_request_that_reached_nobody_is_repeated_one_that_did_is_not(httpserver: HTTPServer) -> None:
    quick = load_settings({"fetch": {"allow_private": ["127.0.0.1"], "attempts": 2}}, environ={}).fetch
    httpserver.expect_request("/f").respond_with_data(status=503)
    with pytest.raises(FetchError) as reached:
        Fetcher(quick).get(httpserver.url_for("/f"), once=True)
    assert reached.value.reached
    assert len(httpserver.log) == 1
    with pytest.raises(FetchError) as unreached:
        Fetcher(quick).get("http://127.0.0.1:1/", once=True)
    assert not unreached.value.reached
