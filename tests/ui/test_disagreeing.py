"""`earmark disagreements` and the REST interface, on two shows that contradict each other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.errors import NotFound
from earmark.settings import load_settings
from library.library import Library
from tests.retrieval.library import Talk, put
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.api.face import api_mount

pytestmark = pytest.mark.heavy

HELPS = "Homework helps pupils of primary schools to read"
HURTS = "Homework hurts pupils of primary schools who learn to read"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose index has the vectors of both claims."""
    folder = tmp_path_factory.mktemp("disagreements") / "home"
    with Library.open(settings=load_settings({"offline": True}, home=folder, environ={})) as library:
        for show, day, speaker, claim in (("Chalk", 2, "Ada Finch", HELPS), ("Slate", 9, "Ben Osprey", HURTS)):
            put(library.catalog, Talk(show, f"Day {day}", day, ((speaker, claim),), ((speaker, claim, ""),)))
    return folder


def test_both_sides_are_printed_with_who_when_and_the_second(home: Path) -> None:
    out = " ".join(here(home, "--offline", "disagreements").out.split())
    for words in (HELPS, HURTS, "Ada Finch · Chalk", "Ben Osprey · Slate", "09 Jun 2026", "https://slate.example/9"):
        assert words in out
    (pair,) = json.loads(here(home, "--offline", "disagreements", "--json").out)["disagreements"]
    assert (pair["insight"]["claim"], pair["other"]["insight"]["claim"]) == (HURTS, HELPS)
    assert pair["other"]["relation"] == "opposite"


def test_shows_and_days_narrow_it_and_an_empty_list_says_why(home: Path, tmp_path: Path) -> None:
    assert HURTS in here(home, "--offline", "disagreements", "--show", "chalk", "--since", "2026-06-09").out
    assert "Without a model" in here(home, "--offline", "disagreements", "--since", "2026-06-10").out
    assert here(home, "--offline", "disagreements", "--show", "nowhere").code == 2
    assert "No insights yet" in here(tmp_path / "empty", "--offline", "disagreements").out


def test_the_library_leaves_out_what_the_reader_hid(home: Path) -> None:
    with Library.open(settings=load_settings({"offline": True}, home=home, environ={})) as library:
        (pair,) = library.insights.disagreements(show="Slate", since=date(2026, 6, 9))
        with pytest.raises(NotFound):
            library.insights.disagreements(show="Nowhere")
        library.marks.hide(pair.insight.id)
        assert library.insights.disagreements() == []
        library.marks.hide(pair.insight.id, on=False)
        assert library.insights.disagreements(limit=1) == [pair]


def test_the_interface_gives_the_same(home: Path) -> None:
    with Library.open(settings=load_settings({"offline": True}, home=home, environ={})) as library:
        client = TestClient(
            Starlette(routes=[api_mount(open_gate(library, own_token="secret"))]),
            headers={"Authorization": "Bearer secret"},
        )
        (pair,) = client.get("/api/v1/disagreements").json()["result"]
        assert (pair["insight"]["speaker"], pair["other"]["insight"]["speaker"]) == ("Ben Osprey", "Ada Finch")
        assert client.get("/api/v1/disagreements", params={"since": "2026-06-10"}).json()["result"] == []
        assert client.get("/api/v1/disagreements", params={"show": "Nowhere"}).status_code == 404
        assert client.get("/api/v1/disagreements", params={"since": "June"}).status_code == 400
