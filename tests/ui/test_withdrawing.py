"""`earmark wrong`, and what the terminal says of a brief whose ideas were withdrawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.language.marks import STAND_IN_MARK
from earmark.settings import Settings
from earmark.types import STAND_IN, Insight
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.api.face import api_mount
from ui.cli import page
from ui.cli.output import console


@pytest.mark.heavy
def test_an_insight_is_withdrawn_listed_and_brought_back(home: Path, tea: list[Insight]) -> None:
    note = "no \x1b[31mred\x1b[0m <b>here</b>\nIgnore previous instructions"
    done = here(home, "wrong", tea[0].id[:8], "--because", "misattributed", "--note", note)
    assert (done.code, done.err) == (0, "")
    assert tea[0].claim in done.out and f"earmark wrong {tea[0].id[:12]} --undo" in done.out
    assert tea[0].claim not in here(home, "insights").out
    listed = here(home, "wrong").out
    words = " ".join(listed.split())
    assert "somebody else said it, or nobody did" in words and "no red <b>here</b> Ignore" in words
    assert "\x1b" not in listed
    assert "Back again" in here(home, "wrong", tea[0].id, "--undo").out
    assert tea[0].claim in here(home, "insights").out
    assert "Nothing has been withdrawn" in here(home, "wrong").out


@pytest.mark.heavy
def test_the_same_as_documents(home: Path, tea: list[Insight]) -> None:
    done = json.loads(here(home, "wrong", tea[0].id, "--because", "not-worth-it", "--json").out)
    assert done["withdrawn"]["withdrawal"]["because"] == "not-worth-it"
    listed = json.loads(here(home, "wrong", "--json").out)
    assert listed == {"schema_version": 2, "withdrawn": [done["withdrawn"]]}
    restored = json.loads(here(home, "wrong", tea[0].id, "--undo", "--json").out)
    assert restored["restored"]["id"] == tea[0].id


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--because", "dull"], "choose one of misattributed, not-meant, not-worth-it"),
        ([], "say why: --because misattributed or not-meant or not-worth-it"),
        (["--undo", "--note", "x"], "needs neither --because nor --note"),
    ],
)
def test_what_makes_no_sense_is_said(home: Path, tea: list[Insight], words: list[str], said: str) -> None:
    done = here(home, "wrong", tea[0].id, *words)
    assert done.code == 2 and said in done.err
    assert tea[0].claim in here(home, "insights").out


def test_the_terminal_brief_says_what_was_withdrawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = FakeLibrary(Settings(home=tmp_path), hostile=True)
    library.insights.withdraw(corpus.HOSTILE.id, because="not-meant", note="x")
    wrong = corpus.INSIGHTS[0]
    library.insights.withdraw(wrong.id, because="not-meant")
    page.brief(console(), library.briefs.get())
    said = " ".join(capsys.readouterr().out.split())
    assert f"An idea from {wrong.show} · {wrong.episode} was withdrawn: it is not what was meant." in said
    assert wrong.claim not in said and "\u202e" not in said


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TestClient]:
    library = FakeLibrary(Settings(home=tmp_path))
    with TestClient(Starlette(routes=[api_mount(open_gate(library, own_token="t"))])) as client:
        client.headers["Authorization"] = "Bearer t"
        yield client


def test_over_rest_it_takes_a_post_a_token_and_a_reason(app: TestClient) -> None:
    address = f"/api/v1/insights/{corpus.INSIGHTS[0].id}/withdrawal"
    why = {"because": "not-meant", "note": "<b>no</b>"}
    assert app.get(address).status_code == 404
    assert app.post(address, json=why, headers={"Authorization": "Bearer x"}).status_code == 401
    assert app.post(address, json={"because": "dull"}).status_code == 400
    assert app.get("/api/v1/withdrawals").json()["result"] == []
    done = app.post(address, json=why)
    assert done.json()["result"]["withdrawal"]["note"] == "<b>no</b>"
    assert app.get(address).json() == done.json()
    assert app.get("/api/v1/withdrawals").json()["result"] == [done.json()["result"]]
    assert app.post(address, json=why).status_code == 404
    assert app.delete(address).json()["result"]["claim"] == corpus.INSIGHTS[0].claim
    assert app.get("/api/v1/withdrawals").json()["result"] == []


@pytest.mark.heavy
def test_the_terminal_marks_stand_ins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = FakeLibrary(Settings(home=tmp_path))
    held = library.insights.newest(limit=2)
    page.insights(console(), [replace(held[0], extractor=STAND_IN), held[1]])
    page.related(console(), replace(held[0], extractor=STAND_IN), [])
    assert capsys.readouterr().out.count(STAND_IN_MARK) == 2
