"""What a reader does with insights, at the terminal and over REST: saved, hidden, asked for more or less of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.settings import Settings
from earmark.types import Insight
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.api.face import api_mount

ADDRESS = f"/api/v1/insights/{corpus.INSIGHTS[0].id}"


@pytest.mark.heavy
def test_an_insight_is_saved_with_note_and_tags_listed_and_let_go(home: Path, tea: list[Insight]) -> None:
    assert "Nothing is saved" in here(home, "saved").out
    done = here(home, "save", tea[0].id[:8], "--note", "ask \x1b[31mBen", "--tag", "work")
    assert (done.code, done.err) == (0, "") and f"earmark save {tea[0].id[:12]} --undo" in done.out
    here(home, "save", tea[1].id)
    again = json.loads(here(home, "save", tea[0].id, "--tag", "sea", "--json").out)
    assert (again["note"], again["tags"]) == ("ask Ben", ["sea"])
    listed = " ".join(here(home, "saved", "--tag", "sea").out.split())
    assert "ask Ben #sea" in listed and tea[1].id not in listed and "\x1b" not in listed
    document = json.loads(here(home, "saved", "--json").out)
    assert {insight["id"] for insight in document["saved"]} == {tea[0].id, tea[1].id}
    here(home, "save", tea[0].id, "--undo")
    assert [i["id"] for i in json.loads(here(home, "saved", "--json").out)["saved"]] == [tea[1].id]
    wrong = here(home, "save", tea[0].id, "--undo", "--note", "x")
    assert wrong.code == 2 and "needs neither --note nor --tag" in wrong.err


@pytest.mark.heavy
def test_what_is_hidden_leaves_the_list_until_it_is_shown_again(home: Path, tea: list[Insight]) -> None:
    assert tea[0].id in here(home, "insights").out
    assert "Hidden: " in here(home, "hide", tea[0].id).out
    listed = here(home, "insights").out
    assert tea[0].id not in listed and tea[1].id in listed
    assert tea[0].id in here(home, "hide").out
    here(home, "hide", tea[0].id, "--undo")
    assert tea[0].id in here(home, "insights").out
    assert "Nothing is hidden" in here(home, "hide").out
    assert here(home, "hide", "--undo").code == 2


@pytest.mark.heavy
def test_a_wish_takes_the_place_of_an_earlier_one_and_is_taken_back(home: Path, tea: list[Insight]) -> None:
    here(home, "more", tea[0].id)
    assert tea[0].id in here(home, "more").out
    here(home, "less", tea[0].id)
    assert "nothing yet" in here(home, "more").out and tea[0].id in here(home, "less").out
    assert json.loads(here(home, "less", tea[0].id, "--undo", "--json").out)["wish"]["undone_at"]
    assert json.loads(here(home, "less", "--json").out)["wishes"] == []
    assert "no insight has this id" in here(home, "more", "zzzz").err


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TestClient]:
    library = FakeLibrary(Settings(home=tmp_path))
    with TestClient(Starlette(routes=[api_mount(open_gate(library, own_token="t"))])) as client:
        client.headers["Authorization"] = "Bearer t"
        yield client


def test_over_rest_marks_are_put_listed_in_pages_and_deleted(app: TestClient) -> None:
    put = app.put(f"{ADDRESS}/marks/saved", json={"note": "<b>n</b>", "tags": ["a"]})
    assert (put.status_code, put.json()["result"]["note"]) == (200, "<b>n</b>")
    assert app.put(f"/api/v1/insights/{corpus.INSIGHTS[1].id}/marks/saved").status_code == 200
    first = app.get("/api/v1/marks/saved?limit=1").json()
    rest = app.get(f"/api/v1/marks/saved?limit=1&cursor={first['next']}").json()
    entries = [*first["result"], *rest["result"]]
    assert [entry["insight"]["id"] for entry in entries] == [insight.id for insight in corpus.INSIGHTS[:2]]
    assert (entries[0]["state"]["tags"], rest["next"]) == (["a"], "")
    assert app.delete(f"{ADDRESS}/marks/saved").json()["result"]["saved_at"] is None
    assert len(app.get("/api/v1/marks/saved").json()["result"]) == 1
    for mark in ("hidden", "read"):
        app.put(f"{ADDRESS}/marks/{mark}")
        assert len(app.get(f"/api/v1/marks/{mark}").json()["result"]) == 1
    assert app.put(f"{ADDRESS}/marks/loved").status_code == 400
    assert app.put("/api/v1/insights/zzzz/marks/saved").status_code == 404
    assert app.put(f"{ADDRESS}/marks/saved", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.heavy
def test_over_rest_a_wish_is_posted_and_deleted_and_reading_changes_nothing(app: TestClient) -> None:
    assert app.get(f"{ADDRESS}/wish").status_code == 405
    assert app.post(f"{ADDRESS}/wish", json={"direction": "sideways"}).status_code == 400
    assert app.get("/api/v1/wishes").json()["result"] == []
    assert app.post(f"{ADDRESS}/wish", json={"direction": "less"}).json()["result"]["direction"] == "less"
    (asked,) = app.get("/api/v1/wishes").json()["result"]
    assert (asked["insight"]["id"], asked["click"]["direction"]) == (corpus.INSIGHTS[0].id, "less")
    assert app.delete(f"{ADDRESS}/wish").json()["result"]["direction"] == "less"
    assert app.delete(f"{ADDRESS}/wish").json()["result"] is None
    assert app.get("/api/v1/wishes").json()["result"] == []
