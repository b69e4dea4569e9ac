"""Signed webhooks, over a real HTTP server on loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from briefs.outbox import send_brief
from briefs.webhook import WebhookChannel
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts
from earmark.clock import FixedClock
from earmark.documents import load
from earmark.errors import DeliveryRefused, FetchError, SettingsError
from earmark.settings import load_settings
from earmark.types import Brief
from tests.briefs.samples import NOW, READER, sample_brief

SECRET = "a secret of many letters"


def channel(catalog: Catalog, home: Path, url: str, *, private: bool = True, **more: Any) -> WebhookChannel:
    values = {
        "webhook": {"url": url, "secret": SECRET},
        "fetch": {"allow_private": ["127.0.0.1"] if private else []},
        **more,
    }
    opened = WebhookChannel.open(load_settings(values, home=home, environ={}), FixedClock(NOW), catalog)
    assert opened is not None
    return opened


@pytest.fixture
def outbox(catalog: Catalog) -> Catalog:
    with catalog.write() as tx:
        accounts.put(tx, READER)
    return catalog


def test_a_receiver_can_tell_who_sent_it_when_and_whether_it_is_a_copy(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", 503)
    httpserver.expect_ordered_request("/hook", method="POST").respond_with_data("", 204)
    way = channel(outbox, tmp_path, httpserver.url_for("/hook?key=k"))
    with pytest.raises(FetchError, match="503"):
        send_brief(outbox, way, "webhook", sample_brief(), READER, clock=FixedClock(NOW))
    sent = send_brief(outbox, way, "webhook", sample_brief(), READER, clock=FixedClock(NOW))
    assert (sent.sent_at, sent.attempts) == (NOW, 2)
    assert "key" not in sent.recipient
    first, second = (request for request, _ in httpserver.log)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == sent.message_id
    said = f"{second.headers['webhook-id']}.{second.headers['webhook-timestamp']}.".encode() + second.data
    wanted = base64.b64encode(hmac.new(SECRET.encode(), said, hashlib.sha256).digest()).decode()
    assert second.headers["webhook-signature"] == f"v1,{wanted}"
    assert second.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    told = json.loads(second.data)
    assert (told["type"], told["id"]) == ("brief", sent.message_id)
    assert load(Brief, told["data"]).items[0].insight.claim == sample_brief().items[0].insight.claim
    send_brief(outbox, way, "webhook", sample_brief(), READER, clock=FixedClock(NOW))
    assert len(httpserver.log) == 2  # once a day


@pytest.mark.parametrize("status", [400, 404, 410, 302])
def test_a_refusal_and_a_redirect_are_final(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status, {"Location": httpserver.url_for("/other")})
    with pytest.raises(DeliveryRefused, match=str(status)):
        channel(outbox, tmp_path, httpserver.url_for("/hook")).deliver(sample_brief(), READER)
    assert len(httpserver.log) == 1


def test_a_private_address_is_refused_unless_it_is_allowed(
    outbox: Catalog, tmp_path: Path, httpserver: HTTPServer
) -> None:
    way = channel(outbox, tmp_path, httpserver.url_for("/hook"), private=False)
    with pytest.raises(DeliveryRefused, match="allow_private"):
        way.deliver(sample_brief(), READER)
    assert httpserver.log == []


def test_nothing_is_sent_offline_for_others_or_without_a_secret(outbox: Catalog, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="offline"):
        channel(outbox, tmp_path, "http://127.0.0.1:1/", offline=True).deliver(sample_brief(), READER)
    with pytest.raises(SettingsError, match="this machine"):
        channel(outbox, tmp_path, "http://127.0.0.1:1/").address(replace(READER, id="ben"))
    for secret in ("", "whsec_", "whsec_###"):
        webhook = {"url": "https://e.example/x", "secret": secret}
        settings = load_settings({"webhook": webhook}, home=tmp_path, environ={})
        with pytest.raises(SettingsError, match="secret"):
            WebhookChannel.open(settings, FixedClock(NOW), outbox)
