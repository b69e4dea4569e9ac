"""`earmark themes`, `earmark theme` and the REST interface, on a library of a few subjects."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from earmark.documents import SCHEMA_VERSION
from earmark.errors import NotFound
from earmark.settings import load_settings
from library.library import Library
from tests.retrieval.themes.making import SUBJECTS, speak
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.api.face import api_mount

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in which three shows each speak of one thing."""
    folder = tmp_path_factory.mktemp("themes") / "home"
    with Library.open(settings=load_settings({"offline": True}, home=folder, environ={})) as library:
        for number, (subject, claims) in enumerate(SUBJECTS.items()):
            speak(library.catalog, f"{subject} hour", list(claims), day=40 * number)
        library.themes.rebuild()
    return folder


def test_themes_and_theme_as_documents(home: Path) -> None:
    document = json.loads(here(home, "--offline", "themes", "--json").out)
    assert document["schema_version"] == SCHEMA_VERSION
    assert len(document["themes"]) == 3
    first = document["themes"][0]
    assert sum(share["count"] for share in first["shows"]) == first["size"]
    printed = json.loads(here(home, "--offline", "theme", first["id"][:8], "--json").out)
    assert printed["theme"] == first
    assert printed["insights"][0]["id"] == first["insight_id"]
    assert len(printed["insights"]) == first["size"]
    timeline = json.loads(here(home, "--offline", "theme", first["id"], "--timeline", "--json").out)["timeline"]
    days = [claim["insight"]["published"] for claim in timeline]
    assert len(days) == first["size"]
    assert days == sorted(days)


def test_themes_for_a_terminal_and_what_is_not_there(home: Path) -> None:
    out = here(home, "--offline", "themes").out
    assert "tea hour" in out
    assert here(home, "--offline", "theme", "zzzzzzzz").code == 2
    assert "earmark themes" in here(home, "--offline", "theme", "zzzzzzzz").err


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    done = here(tmp_path / "empty", "--offline", "themes", "--rebuild")
    assert done.code == 0
    assert "No insights yet" in done.out


def test_the_interface_gives_themes_one_theme_and_the_map(home: Path) -> None:
    from starlette.applications import Starlette

    with Library.open(settings=load_settings({"offline": True}, home=home, environ={})) as library:
        client = TestClient(
            Starlette(routes=[api_mount(open_gate(library, own_token="secret"))]),
            headers={"Authorization": "Bearer secret"},
        )
        listed = client.get("/api/v1/themes").json()["result"]
        assert len(listed) == 3
        detail = client.get(f"/api/v1/themes/{listed[0]['id']}", params={"limit": 2}).json()["result"]
        assert detail["theme"]["label"] == listed[0]["label"]
        assert len(detail["insights"]) == 2
        timeline = client.get(f"/api/v1/themes/{listed[0]['id']}/timeline").json()["result"]
        assert {claim["insight"]["id"] for claim in timeline} >= {insight["id"] for insight in detail["insights"]}
        assert client.get("/api/v1/themes/zzzzzzzz/timeline").status_code == 404
        points = client.get("/api/v1/map").json()["result"]
        on_the_map = Counter(point["theme_id"] for point in points)
        assert on_the_map.total() == sum(map(len, SUBJECTS.values()))
        assert {theme: count for theme, count in on_the_map.items() if theme} == {
            theme["id"]: theme["size"] for theme in listed
        }
        gone = client.get("/api/v1/themes/zzzzzzzz")
        assert (gone.status_code, gone.json()["kind"]) == (404, NotFound.__name__)
        assert client.get("/api/v1/themes", headers={"Authorization": "Bearer wrong"}).status_code == 401
