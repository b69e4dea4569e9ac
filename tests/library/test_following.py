"""Following several shows at once, of which some cannot be read on that day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from earmark.clock import FixedClock
from earmark.errors import FetchError
from earmark.settings import load_settings
from library.library import Library
from library.standing import standing
from tests.world import feed, vtt
from ui.cli.following import add_shows

pytestmark = pytest.mark.heavy


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    settings = load_settings(
        {"fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}}, home=tmp_path / "home", environ={}
    )
    with Library.open(settings=settings, clock=clock) as opened:
        yield opened


def listed(httpserver: HTTPServer, *paths: str) -> bytes:
    outlines = "".join(
        f'<outline text="Sea"><outline text="Show {path}" xmlUrl="{httpserver.url_for(path)}"/></outline>'
        for path in paths
    )
    return f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()


def serve(httpserver: HTTPServer) -> None:
    body = feed("Tides", transcript="a.vtt").replace("http://127.0.0.1:8000", httpserver.url_for("").rstrip("/"))
    httpserver.expect_request("/up").respond_with_data(body, content_type="application/rss+xml")
    httpserver.expect_request("/a.vtt").respond_with_data(vtt(), content_type="text/vtt")


def test_a_show_of_a_list_whose_server_is_down_is_followed_and_read_later(
    library: Library, httpserver: HTTPServer, clock: FixedClock
) -> None:
    serve(httpserver)
    httpserver.expect_oneshot_request("/down").respond_with_data("", status=503)
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/page").respond_with_data("<html><body>Hello</body></html>")
    report = library.shows.import_opml(listed(httpserver, "/up", "/down", "/gone", "/page"))
    assert [show.title for show in report.added] == ["Tides"]
    assert len(report.failed) == 2
    (later,) = report.later
    assert (later.title, later.folder, later.failures) == ("Show /down", "Sea", 1)
    assert "503" in later.last_error
    assert standing(later, clock.now()).text.startswith("The last check went wrong, next check in ")
    again = library.shows.import_opml(listed(httpserver, "/down"))
    assert [show.id for show in again.known] == [later.id]

    httpserver.expect_request("/down").respond_with_data(feed("Back"), content_type="application/rss+xml")
    clock.at += timedelta(hours=3)
    library.work.ingest()
    back = library.shows.find(later.id)
    assert (back.title, back.folder, back.failures, back.last_error) == ("Back", "Sea", 0, "")
    assert len(library.episodes.of_show(later.id)) == 1


def test_a_server_that_asks_for_rest_gets_it_before_the_first_look(
    library: Library, httpserver: HTTPServer, clock: FixedClock
) -> None:
    refusal = Response(status=429, headers={"Retry-After": "7200"})
    httpserver.expect_request("/busy").respond_with_response(refusal)
    report = library.shows.add_all([httpserver.url_for(path) for path in ("/busy", "/next")], backfill="newest:3")
    assert [show.hold_until for show in report.later] == [clock.now() + timedelta(hours=2)] * 2
    assert [show.backfill for show in report.later] == ["newest:3"] * 2
    assert len(httpserver.log) == 1


def test_a_private_address_whose_server_is_down_stays_a_secret(library: Library, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/down").respond_with_data("", status=500)
    real = f"{httpserver.url_for('/down')}?auth=Canary42"
    report = library.shows.add_all([real, httpserver.url_for("/down")])
    assert [show.private for show in report.later] == [True, False]
    assert "Canary" not in repr(report)
    assert library.shows.find(real).id == report.later[0].id


def test_one_address_has_to_answer_and_several_do_not(
    library: Library, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(httpserver)
    httpserver.expect_request("/down").respond_with_data("", status=503)
    up, down = httpserver.url_for("/up"), httpserver.url_for("/down")
    with pytest.raises(FetchError, match="503"):
        add_shows(library, [down], as_json=True)
    assert library.shows.summaries() == []
    add_shows(library, [up, down], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [len(told[name]) for name in ("added", "later", "known", "failed")] == [1, 1, 0, 0]
    assert "503" in told["later"][0]["last_error"]
    library.shows.remove(told["later"][0]["id"])
    add_shows(library, [up, down], as_json=False)
    printed = capsys.readouterr().out
    assert "Already following Tides" in printed
    assert "could not be read yet" in printed
    assert "next check in" in printed
