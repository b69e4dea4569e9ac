"""What did not go out: listed for its reader and for an owner, sent again, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from earmark.catalog.content import insights
from earmark.catalog.readers import briefs, runs
from earmark.catalog.readers.runs import RunKey
from earmark.clock import FixedClock
from earmark.errors import DeliveryRefused, FetchError, NotFound
from earmark.settings import load_settings
from earmark.types import Brief, BriefItem, Reader, UndeliveredLetter
from library.library import Library
from tests.retrieval.library import fill

pytestmark = pytest.mark.heavy

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
DAY = date(2026, 7, 2)
KEY = "k3y"


@pytest.fixture
def library(tmp_path: Path, httpserver: HTTPServer) -> Iterator[Library]:
    """A library whose reader has a brief and a webhook."""
    values = {
        "webhook": {"url": httpserver.url_for(f"/hook?token={KEY}"), "secret": "a secret of many letters"},
        "fetch": {"allow_private": ["127.0.0.1"]},
        "brief": {"timezone": "UTC"},
    }
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=FixedClock(NOW)) as opened:
        fill(opened.catalog)
        with opened.catalog.write() as tx:
            idea = insights.listed(tx)[0]
            items = (BriefItem(insight=idea, why="", novelty=1.0),)
            made = Brief(subscriber_id="local", date=DAY, items=items, created_at=NOW)
            briefs.put(tx, made, now=NOW, ledger={})
        yield opened


def refused(library: Library, httpserver: HTTPServer, status: int = 410) -> UndeliveredLetter:
    httpserver.expect_ordered_request("/hook").respond_with_data("", status)
    with pytest.raises(DeliveryRefused if status < 500 else FetchError):
        library.briefs.send(DAY)
    (letter,) = library.undelivered.every()
    return letter


def test_what_a_channel_refused_is_listed_and_goes_out_when_it_is_sent_again(
    library: Library, httpserver: HTTPServer
) -> None:
    letter = refused(library, httpserver)
    assert (letter.reader_id, letter.day, letter.what, letter.channel) == ("local", DAY, "brief", "webhook")
    assert (letter.attempts, letter.again) == (1, None)
    assert "410" in letter.reason
    assert KEY not in str(letter)
    assert library.status().undelivered == (letter,)
    httpserver.expect_ordered_request("/hook").respond_with_data("", 204)
    library.undelivered.again(letter.id)
    assert library.undelivered.every() == []
    first, second = (request.headers["webhook-id"] for request, _ in httpserver.log)
    assert first == second
    library.briefs.send(DAY)
    assert len(httpserver.log) == 2


def test_what_fails_again_stays_with_the_newer_reason(library: Library, httpserver: HTTPServer) -> None:
    letter = refused(library, httpserver)
    httpserver.expect_ordered_request("/hook").respond_with_data("", 404)
    with pytest.raises(DeliveryRefused):
        library.undelivered.again(letter.id)
    (left,) = library.undelivered.every()
    assert "404" in left.reason
    assert left.attempts == 2


def test_a_brief_of_nothing_any_more_stays_with_why(library: Library, httpserver: HTTPServer) -> None:
    letter = refused(library, httpserver)
    idea = library.briefs.get(DAY).items[0].insight
    library.marks.hide(idea.id)
    with pytest.raises(Exception, match="nothing to send"):
        library.undelivered.again(letter.id)
    (left,) = library.undelivered.every()
    assert "nothing to send" in left.reason
    assert len(httpserver.log) == 1


def test_what_is_forgotten_is_neither_listed_nor_tried(library: Library, httpserver: HTTPServer) -> None:
    letter = refused(library, httpserver, 503)
    key = RunKey(reader_id="local", day=DAY)
    with library.catalog.write() as tx:
        run = runs.claim(tx, key, owner="one", now=NOW, lease_s=60)
        assert run is not None
        runs.put_off(tx, run, note="the receiver answered 503", until=NOW)
    (waiting,) = library.undelivered.every()
    assert waiting.again == NOW
    library.undelivered.forget(letter.id)
    assert library.undelivered.every() == []
    assert library.status().undelivered == ()
    with library.catalog.read() as tx:
        assert key in runs.finished(tx, DAY)
    with pytest.raises(NotFound):
        library.undelivered.forget(letter.id)


def test_a_reader_sees_and_sends_nothing_of_another(library: Library, httpserver: HTTPServer) -> None:
    letter = refused(library, httpserver)
    library.readers.add(Reader(id="ben"))
    ben = library.for_reader("ben")
    assert ben.undelivered.every() == []
    for act in (ben.undelivered.again, ben.undelivered.forget):
        with pytest.raises(NotFound):
            act(letter.id)
    assert library.undelivered.every() == [letter]
