"""Alerts and what did not go out, on their pages, at the terminal and over REST."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from earmark.settings import load_settings
from earmark.types import ToldNews
from tests.ui.fakes import FakeLibrary
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.access.signed_in import SignInDoor
from ui.account.alerts import alerts_page
from ui.account.undelivered import undelivered_page
from ui.api.face import api_mount


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    return FakeLibrary(load_settings({}, home=tmp_path, environ={}))


def pages(library: FakeLibrary) -> TestClient:
    routes = [*alerts_page(library).routes(), *undelivered_page(library).routes()]
    app = Starlette(routes=routes, middleware=[Middleware(SignInDoor, library=library)])
    return TestClient(app, "http://localhost", client=("127.0.0.1", 1))


def seal_of(page: str) -> str:
    seal = re.search(r'name="seal" value="([0-9a-f]+)"', page)
    assert seal
    return seal[1]


def test_the_page_makes_and_ends_an_alert(library: FakeLibrary) -> None:
    client = pages(library)
    form = {"seal": seal_of(client.get("/account/alerts").text), "kind": "search", "search": "<b>kelp</b>"}
    assert client.post("/account/alerts/add", data=form | {"seal": "0"}).status_code == 403
    assert library.alerts.every() == []
    made = client.post("/account/alerts/add", data=form).text
    assert "From now on you are told" in made
    assert "<b>kelp</b>" not in made
    (alert,) = library.alerts.every()
    assert client.post("/account/alerts/add", data=form | {"kind": "brief"}).status_code == 400
    ended = client.post("/account/alerts/remove", data={"seal": form["seal"], "alert": alert.id}).text
    assert "None yet" in ended
    assert client.post("/account/alerts/remove", data={"seal": form["seal"], "alert": "x"}).status_code == 404


def test_the_page_of_a_person_leads_to_one_button_and_opening_it_changes_nothing(library: FakeLibrary) -> None:
    client = pages(library)
    address = "/account/alerts?person=Mira%20%3Cb%3EHolt"
    page = client.get(address).text
    assert "Tell me of new claims of Mira &lt;b&gt;Holt</button>" in page
    assert library.alerts.every() == []
    form = {"seal": seal_of(page), "kind": "person", "person": "Mira <b>Holt"}
    assert "From now on you are told" in client.post("/account/alerts/add", data=form).text
    again = client.get(address).text
    assert "You are told of new claims of <b>Mira &lt;b&gt;Holt</b> already." in again
    assert "of Mira &lt;b&gt;Holt</button>" not in again


def test_what_was_told_is_under_its_day_and_its_alert(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = library.insights.newest(limit=3)
    days = [date(2026, 7, 2)] * 3
    told = [
        ToldNews(insight=insight, day=day, title=title)
        for insight, day, title in zip((first, second, third), days, ("<i>Kelp", "Buses", "<i>Kelp"), strict=True)
    ]
    monkeypatch.setattr(library.alerts, "told", lambda: told)
    page = pages(library).get("/account/alerts").text
    shown = re.findall(r'<h3[^>]*>([^<]*)|<h4[^>]*>([^<]*)|href="[^"]*?([0-9a-f]{16})', page)
    assert ["".join(parts) for parts in shown] == [
        "2 July 2026",
        "&lt;i&gt;Kelp",
        first.id,
        third.id,
        "Buses",
        second.id,
    ]


def test_the_page_sends_again_and_forgets_what_did_not_go_out(library: FakeLibrary) -> None:
    client = pages(library)
    page = client.get("/account/undelivered").text
    assert "Brief of 2026-07-01 by webhook: hooks.example: the receiver does not take it (410)" in page
    form = {"seal": seal_of(page), "letter": "letter0"}
    assert client.post("/account/undelivered/forget", data=form | {"seal": "0"}).status_code == 403
    assert "It went out." in client.post("/account/undelivered/again", data=form).text
    assert "Everything has gone out." in client.get("/account/undelivered").text
    assert client.post("/account/undelivered/forget", data=form).status_code == 404


@pytest.mark.heavy
def test_over_rest(library: FakeLibrary) -> None:
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, "http://localhost", client=("127.0.0.1", 1)) as client:
        made = client.post("/api/v1/alerts", json={"kind": "search", "value": "kelp"})
        assert made.status_code == 200
        assert [alert["title"] for alert in client.get("/api/v1/alerts").json()["result"]] == ["kelp"]
        assert client.get("/api/v1/alerts/coming").json()["result"] == {"until": 0, "news": []}
        for body in (
            {},
            {"kind": "x"},
            {"kind": "person"},
            {"kind": "brief"},
            {"kind": "search", "value": "a", "x": 1},
        ):
            assert client.post("/api/v1/alerts", json=body).status_code in {400, 422}
        assert client.delete("/api/v1/alerts/alert0").status_code == 204
        assert client.delete("/api/v1/alerts/alert0").status_code == 404
        (letter,) = client.get("/api/v1/undelivered").json()["result"]
        assert letter["reason"].endswith("(410)")
        assert client.delete("/api/v1/undelivered/letter0").status_code == 204
        assert client.post("/api/v1/undelivered/letter0").status_code == 404


@pytest.mark.heavy
def test_at_the_terminal(tmp_path: Path) -> None:
    assert "There is no alert yet" in here(tmp_path, "alert", "list").out
    assert here(tmp_path, "alert", "add", "search", "kelp credits").code == 0
    (alert,) = json.loads(here(tmp_path, "alert", "list", "--json").out)["alerts"]
    assert "Search for kelp credits, 0 new claims" in here(tmp_path, "alert", "list").out
    run = here(tmp_path, "alert", "add", "person", "Nobody")
    assert (run.code, "nobody of this name" in run.err) == (2, True)
    assert here(tmp_path, "alert", "remove", alert["id"]).code == 0
    assert here(tmp_path, "alert", "remove", alert["id"]).code == 2
    assert "Everything has gone out." in here(tmp_path, "undelivered", "list").out
    assert here(tmp_path, "undelivered", "again", "nothing").code == 2
