"""The work on episodes over REST: an owner sees what is left and has it tried again, and nobody else learns of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Reader, ShowStatus
from library.library import Library
from tests.retrieval.library import fill
from ui.access.gate import open_gate
from ui.api.face import api_mount

OWN = {"Authorization": "Bearer own"}


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    with Library.open(settings=load_settings({"offline": True}, home=tmp_path, environ={}), clock=clock) as opened:
        fill(opened.catalog)
        opened.readers.add(Reader(id="ben"))
        yield opened


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, "http://localhost/api/v1", client=("127.0.0.1", 1)) as serving:
        yield serving


def failed(library: Library) -> str:
    with library.catalog.write() as tx:
        lease = jobs.claim(tx, owner="me", now=library.clock.now(), lease_s=60)
        assert lease is not None
        jobs.fail(tx, lease, "not found", not_before=None, failed=True, now=library.clock.now())
        return lease.episode_id


@pytest.mark.heavy
def test_an_owner_sees_what_failed_and_has_it_tried_again(library: Library, client: TestClient) -> None:
    episode = failed(library)
    (job,) = client.get("jobs", params={"state": "failed"}).json()["result"]
    assert (job["episode_id"], job["state"], job["reason"], job["again"]) == (episode, "failed", "not found", None)
    every = client.get("jobs", params={"limit": 200}).json()["result"]
    pages: list[Any] = []
    cursor = ""
    while not pages or cursor:
        page = client.get("jobs", params={"limit": 1, "cursor": cursor}).json()
        pages += page["result"]
        cursor = page["next"]
    assert pages == every
    assert client.get("jobs", params={"show": job["show_id"], "state": "failed"}).json()["result"] == [job]
    assert client.get("jobs", params={"state": "broken"}).status_code == 400
    assert client.get("jobs", params={"show": "nowhere"}).status_code == 404
    assert client.post("jobs/retry", json={"names": ["nowhere"]}).status_code == 404
    assert client.post("jobs/retry", json={"names": [episode]}).json()["result"] == 1
    assert client.get("jobs", params={"state": "failed"}).json()["result"] == []
    failed(library)
    assert client.post("jobs/retry").json()["result"] == 1


def test_a_show_is_paused_and_asked_again(library: Library, client: TestClient) -> None:
    show = library.shows.summaries()[0].show
    assert client.post(f"shows/{show.id}/pause").json()["result"]["status"] == ShowStatus.PAUSED
    assert library.shows.find(show.id).status is ShowStatus.PAUSED
    assert client.post(f"shows/{show.id}/resume").json()["result"]["status"] == ShowStatus.ACTIVE


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "jobs"), ("POST", "jobs/retry"), ("POST", "shows/Tideline/pause"), ("POST", "shows/Tideline/resume")],
)
def test_nobody_but_an_owner_learns_of_it(library: Library, client: TestClient, method: str, path: str) -> None:
    episode = failed(library)
    secret, _ = library.tokens.add("ben", "phone")
    before = library.work.jobs()
    for headers, status in (
        (OWN | {"Earmark-Reader": "ben"}, 403),
        ({"Authorization": f"Bearer {secret}"}, 403),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
    ):
        refused = client.request(method, path, headers=headers)
        assert refused.status_code == status, headers
        assert refused.headers["content-type"] == "application/problem+json"
        assert episode not in refused.text
    assert library.work.jobs() == before
    assert library.shows.find("Tideline").status is ShowStatus.ACTIVE


@pytest.mark.heavy
def test_what_other_programs_take_in_comes_as_files(library: Library, client: TestClient) -> None:
    insight = library.insights.newest()[0]
    library.marks.save(insight.id)
    opml = client.get("opml")
    assert opml.headers["content-type"].startswith("text/x-opml")
    assert opml.text == library.shows.export_opml()
    assert client.get("opml", headers={"If-None-Match": opml.headers["ETag"]}).status_code == 304
    table, cards = client.get("takeout/readwise"), client.get("takeout/anki", params={"of": "saved"})
    assert insight.quote in table.text
    assert insight.id in cards.text
    assert table.headers["content-disposition"] == 'attachment; filename="highlights.csv"'
    theirs = client.get("takeout/readwise", params={"of": f"person:{insight.speaker}"})
    assert insight.quote in theirs.text
    assert client.get("takeout/anki", params={"of": "theme:none"}).status_code == 404
    for wrong in ("search", "search:", "saved:x", "all", ""):
        assert client.get("takeout/anki", params={"of": wrong}).status_code == 400
    ben = client.get("takeout/readwise", headers=OWN | {"Earmark-Reader": "ben"})
    assert insight.quote not in ben.text


@pytest.mark.heavy
def test_people_are_those_that_the_reader_sees(library: Library, client: TestClient) -> None:
    library.readers.add(Reader(id="zoe", all_shows=False), show_ids=[library.shows.find("Ledger & Leaf").id])
    zoe = OWN | {"Earmark-Reader": "zoe"}
    every = client.get("people").json()["result"]
    assert {"Mara Voss", "Ines Okafor"} <= {speaker["name"] for speaker in every}
    assert [speaker["insights"] for speaker in every] == sorted((person["insights"] for person in every), reverse=True)
    first = client.get("people", params={"limit": 1}).json()
    assert client.get("people", params={"limit": 200, "cursor": first["next"]}).json()["result"] == every[1:]
    mara = client.get("people/mara voss").json()["result"]
    assert mara["name"] == "Mara Voss"
    assert {insight["speaker"] for theme in mara["themes"] for insight in theme["insights"]} == {"Mara Voss"}
    assert client.get("people/Nobody").json()["kind"] == "NotFound"
    heard = {insight.speaker for insight in library.for_reader("zoe").insights.newest(limit=None)}
    assert {speaker["name"] for speaker in client.get("people", headers=zoe).json()["result"]} == heard
    assert "Mara Voss" not in heard
    for path in ("people/Mara Voss", "people/Mara Voss/ties"):
        assert client.get(path, headers=zoe).status_code == 404
        assert client.get(path, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
