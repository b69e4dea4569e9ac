"""Messages through Apprise, over a real HTTP server on loopback."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from briefs.outbox import send_brief
from briefs.push import PushChannel
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, deliveries
from earmark.clock import FixedClock
from earmark.errors import DeliveryRefused, FetchError, SettingsError
from earmark.settings import load_settings
from tests.briefs.samples import NOW, READER, sample_brief

pytestmark = pytest.mark.heavy

pytest.importorskip("apprise")

TOKEN = "hidden-token"


def channel(catalog: Catalog, home: Path, url: str, *, private: bool = True, **more: Any) -> PushChannel:
    values = {"push": {"url": url}, "fetch": {"allow_private": ["127.0.0.1"] if private else []}, **more}
    opened = PushChannel.open(load_settings(values, home=home, environ={}), FixedClock(NOW), catalog)
    assert opened is not None
    return opened


def at(server: HTTPServer, scheme: str = "json", query: str = "") -> str:
    return f"{scheme}://reader:{TOKEN}@127.0.0.1:{server.port}/hook{query}"


@pytest.fixture
def outbox(catalog: Catalog) -> Catalog:
    with catalog.write() as tx:
        accounts.put(tx, READER)
    return catalog


def test_a_service_gets_each_claim_with_its_link_and_a_copy_has_the_same_id(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", 503)
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("", 200)
    way = channel(outbox, tmp_path, at(httpserver))
    with pytest.raises(FetchError, match="503"):
        send_brief(outbox, way, "push", sample_brief(), READER, clock=FixedClock(NOW))
    sent = send_brief(outbox, way, "push", sample_brief(), READER, clock=FixedClock(NOW))
    assert (sent.sent_at, sent.attempts, sent.recipient) == (NOW, 2, "JSON")
    first, second = (request for request, _ in httpserver.log)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == sent.message_id
    said = json.loads(second.get_data())
    brief = sample_brief()
    assert said["title"].startswith(brief.items[0].insight.claim[:60])
    assert all(item.insight.claim[:60] in said["message"] for item in brief.items)
    assert "https://" in said["message"]
    again = send_brief(outbox, way, "push", sample_brief(), READER, clock=FixedClock(NOW))
    assert again == sent
    assert len(httpserver.log) == 2


def test_a_form_is_posted_too(outbox: Catalog, tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", 200)
    channel(outbox, tmp_path, at(httpserver, "form")).deliver(sample_brief(), READER)
    assert sample_brief().items[0].insight.claim[:40] in httpserver.log[0][0].form["message"]


def test_a_refusal_is_final_and_a_redirect_is_one(outbox: Catalog, tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", 410)
    httpserver.expect_ordered_request("/hook").respond_with_data("", 302, {"Location": "/elsewhere"})
    way = channel(outbox, tmp_path, at(httpserver, query="?redirect=yes"))
    for status in ("410", "302"):
        with pytest.raises(DeliveryRefused, match=status):
            way.deliver(sample_brief(), READER)
    assert [request.path for request, _ in httpserver.log] == ["/hook", "/hook"]


def test_private_addresses_are_refused_before_anything_is_opened(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    for url in (at(httpserver), f"json://localhost:{httpserver.port}/", "form://[::1]/", "rsyslog://127.0.0.1"):
        with pytest.raises(DeliveryRefused, match="allow_private"):
            channel(outbox, tmp_path, url, private=False).deliver(sample_brief(), READER)
    mail = "mailto://user:pass@example.com?smtp=127.0.0.1"
    with pytest.raises((DeliveryRefused, FetchError)):
        channel(outbox, tmp_path, mail, private=False).deliver(sample_brief(), READER)
    assert httpserver.log == []


def test_no_part_of_the_address_is_shown_or_logged(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/hook").respond_with_data(TOKEN, 500)
    way = channel(outbox, tmp_path, at(httpserver, query=f"?+X-Key={TOKEN}"))
    with pytest.raises(FetchError) as failed:
        send_brief(outbox, way, "push", sample_brief(), READER, clock=FixedClock(NOW))
    with outbox.read() as tx:
        (stuck,) = deliveries.stuck(tx)
    shown = f"{failed.value} {stuck} {way.where} {way.address(READER)} {caplog.text} {load_settings({'push': {'url': at(httpserver)}}, home=tmp_path, environ={})!r}"
    assert TOKEN not in shown
    assert TOKEN in httpserver.log[0][0].headers["X-Key"]


def test_it_is_for_the_reader_of_this_machine_and_silent_while_offline(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    with pytest.raises(SettingsError, match="this machine"):
        channel(outbox, tmp_path, at(httpserver)).address(replace(READER, id="ben"))
    with pytest.raises(SettingsError, match="offline"):
        channel(outbox, tmp_path, at(httpserver), offline=True).deliver(sample_brief(), READER)
    with pytest.raises(SettingsError, match="no address that Apprise knows"):
        channel(outbox, tmp_path, "nonsense://x")
    assert PushChannel.open(load_settings({}, home=tmp_path, environ={}), FixedClock(NOW), outbox) is None
    assert httpserver.log == []


def test_a_service_of_few_characters_gets_as_many_ideas_as_fit(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", 200)
    brief = sample_brief()
    many = replace(brief, items=brief.items * 12)
    channel(outbox, tmp_path, at(httpserver)).deliver(many, READER)
    message = json.loads(httpserver.log[0][0].get_data())["message"]
    assert len(message) <= 4_000
    assert message.rstrip().endswith("more.")
