"""Documents that `--json` and REST show, held against the files in ``tests/golden``: those named below, and not yet all.

A field that is added shows up here and is added to the files; one that is renamed or removed needs a new
``SCHEMA_VERSION``. To renew the files, look at the difference, and commit both:

    RENEW_GOLDEN=1 python -m pytest tests/ui/test_golden.py && git diff tests/golden
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.documents import SCHEMA_VERSION
from earmark.settings import Settings
from earmark.types import Filters, Question, Selection, SelectionKind
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from ui.access.gate import open_gate
from ui.api.face import api_mount
from ui.cli import alerts, feeds, people, profiles, readers, shows, undelivered
from ui.cli.asking import print_answer, print_conversations
from ui.cli.following import import_shows
from ui.cli.forecasting import print_forecast
from ui.cli.reading import print_brief, print_hits, print_insights, print_related
from ui.cli.status import print_doctor, print_status
from ui.cli.theming import print_theme, print_themes
from ui.cli.withdrawing import print_withdrawn
from ui.cli.working import run_ingest

GOLDEN = Path(__file__).parents[1] / "golden"
OPML = GOLDEN / "feeds.opml"
FIRST = corpus.INSIGHTS[0].id


def _in(library: Any) -> Any:
    """A command's context, as far as commands look at it."""
    return SimpleNamespace(obj=SimpleNamespace(library=lambda: nullcontext(library)))


COMMANDS: dict[str, Callable[[Any], None]] = {
    "brief": lambda library: print_brief(library, None, form="json", output=None, send=False),
    "insights": lambda library: print_insights(library, show="", limit=2, as_json=True),
    "related": lambda library: print_related(library, FIRST, limit=2, as_json=True),
    "search": lambda library: print_hits(library, "quueue", Filters(), limit=2, as_json=True),
    "ask": lambda library: print_answer(library, Question(text="Who races a queue?"), as_json=True),
    "wrong": lambda library: print_withdrawn(_wrong(library), as_json=True),
    "brief-withdrawn": lambda library: print_brief(_wrong(library), None, form="json", output=None, send=False),
    "themes": lambda library: print_themes(library, rebuild=False, as_json=True),
    "theme": lambda library: print_theme(library, library.themes.every()[0].id, as_json=True),
    "status": lambda library: print_status(library, as_json=True),
    "doctor": lambda library: print_doctor(library, as_json=True),
    "forecast": lambda library: print_forecast(library, [], all_feeds=True, as_json=True),
    "ingest": lambda library: run_ingest(library, [], as_json=True, events=False),
    "conversations": lambda library: print_conversations(
        _talked(library), None, rename=None, delete=False, as_json=True
    ),
    "conversation": lambda library: print_conversations(
        _talked(library), "abc", rename=None, delete=False, as_json=True
    ),
    "import": lambda library: import_shows(library, OPML, as_json=True),
    "show-remove": lambda library: shows.remove(_in(library), corpus.SHOWS[0].id, yes=True, as_json=True),
    "show-list": lambda library: shows.list_(_in(library), as_json=True),
    "show-pause": lambda library: shows.pause(_in(library), library.shows.summaries()[0].show.id, as_json=True),
    "show-refresh": lambda library: shows.refresh(_in(library), None, every=True, as_json=True),
    "alert-add": lambda library: alerts.add(_in(library), SelectionKind.SEARCH, "berth queues", as_json=True),
    "alert-list": lambda library: alerts.list_(_in(_watching(library)), as_json=True),
    "feed-list": lambda library: feeds.list_(_in(_fed(library)), as_json=True),
    "reader-list": lambda library: readers.list_(_in(library), as_json=True),
    "reader-show": lambda library: readers.show(_in(library), library.reader.id, as_json=True),
    "people": lambda library: people.people(_in(library), as_json=True),
    "person": lambda library: people.people(_in(library), corpus.INSIGHTS[0].speaker, as_json=True),
    "profile-show": lambda library: profiles.show(_in(library), as_json=True),
    "undelivered-list": lambda library: undelivered.list_(_in(library), as_json=True),
}


def _talked(library: Any) -> Any:
    """The library after one question in a conversation."""
    library.answers.ask(Question(text="Who races a queue?", conversation="abc"))
    return library


def _wrong(library: Any) -> Any:
    """The library after its first insight was withdrawn."""
    library.insights.withdraw(FIRST, because="not-meant", note="She was quoting somebody.")
    return library


def _watching(library: Any) -> Any:
    """The library with an alert."""
    library.alerts.add(Selection(kind=SelectionKind.SEARCH, value="berth queues"))
    return library


def _fed(library: Any) -> Any:
    """The library with a feed of the brief."""
    library.feeds.add(Selection(kind=SelectionKind.BRIEF))
    return library


PATHS = {
    "search": "GET /search?q=quueue&limit=2",
    "insights": "GET /insights?limit=2",
    "insight": f"GET /insights/{FIRST}",
    "related": f"GET /insights/{FIRST}/related?limit=2",
    "novelty": f"GET /novelty?id={FIRST}",
    "ask": "POST /ask",
    "ask-stream": "POST /ask/stream",
    "withdrawals": "GET /withdrawals",
    "brief": "GET /briefs/today",
    "brief-days": "GET /briefs?limit=2",
    "themes": "GET /themes",
    "theme": f"GET /themes/{corpus.theme_id_of(corpus.INSIGHTS[0])}?limit=1",
    "themes-map": "GET /map",
    "shows": "GET /shows?limit=1",
    "show": f"GET /shows/{corpus.SHOWS[0].id}",
    "episodes": f"GET /shows/{corpus.SHOWS[0].id}/episodes",
    "transcript": f"GET /episodes/{corpus.INSIGHTS[0].episode_id}/transcript?t=60",
    "conversations": "GET /conversations",
    "conversation": "GET /conversations/abc",
    "status": "GET /status",
    "not-found": "GET /insights/zzzz",
    "usage": "GET /search",
}


def _held(name: str, given: str) -> None:
    file = GOLDEN / f"{name}.json"
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(given, encoding="utf-8")
    assert file.exists(), f"there is no {file.name} yet; make it with RENEW_GOLDEN=1 (see the top of this file)"
    assert given == file.read_text("utf-8"), (
        f"{file.name} differs: if that is meant, renew it with RENEW_GOLDEN=1 (see the top of this file)"
    )


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary(Settings(home=Path("/home/of/nobody")))


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_prints(name: str, library: FakeLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(typer.Exit):  # what a command could not do is in its document, and in its exit code
        COMMANDS[name](library)
    printed = capsys.readouterr().out
    assert json.loads(printed)["schema_version"] == SCHEMA_VERSION
    _held(f"cli-{name}", printed)


@pytest.mark.heavy
@pytest.mark.parametrize("name", PATHS)
def test_what_rest_answers(name: str, library: FakeLibrary) -> None:
    method, _, path = PATHS[name].partition(" ")
    held = _wrong(library) if name == "withdrawals" else _talked(library)
    app = Starlette(routes=[api_mount(open_gate(held, own_token="token"))])
    with TestClient(app) as client:
        headers = {"Authorization": "Bearer token"}
        body = {"question": "Who races a queue?"} if method == "POST" else None
        answer = client.request(method, f"/api/v1{path}", json=body, headers=headers)
    if name.endswith("stream"):
        _held(f"rest-{name}", json.dumps(answer.text.split("\n"), indent=2) + "\n")
        return
    assert answer.status_code == {"not-found": 404, "usage": 400}.get(name, 200)
    _held(f"rest-{name}", json.dumps({"status": answer.status_code, "body": answer.json()}, indent=2) + "\n")


def test_a_value_is_the_same_in_a_command_and_over_rest() -> None:
    """One answer, one brief, one hit: one shape, wherever it is shown."""
    read = {name: json.loads((GOLDEN / f"{name}.json").read_text("utf-8")) for name in _names()}
    rest = {name: held["body"]["result"] for name, held in read.items() if name.startswith("rest-") and _answers(held)}
    version = {"schema_version": SCHEMA_VERSION}
    assert read["cli-ask"] == version | rest["rest-ask"]
    assert read["cli-brief"] == version | rest["rest-brief"]
    assert read["cli-related"]["related"] == rest["rest-related"]
    assert read["cli-search"]["hits"] == rest["rest-search"]["hits"]
    assert read["cli-themes"]["themes"] == rest["rest-themes"]


def _names() -> list[str]:
    return [file.stem for file in GOLDEN.glob("*.json")]


def _answers(held: Any) -> bool:
    return isinstance(held, dict) and "result" in held["body"]
