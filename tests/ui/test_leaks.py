"""Every address of the app, as the faces give them, asked by a stranger, with another reader's token and with a revoked one.

What belongs to one show carries a word of its own in every text, and so does what a reader wrote. A route that is new is asked
too, or fails the test until it is said here what to ask of it.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from earmark.addresses import person_page
from earmark.catalog.content import transcripts
from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Insight, Question, Reader, Segment, Transcript
from library.address import AppAddress
from library.background import IngestProcess
from library.library import Library
from tests.retrieval.library import NOW, Talk, put
from ui.access.gate import open_gate
from ui.access.signed_in import SESSION_COOKIE, SignInDoor
from ui.api.app import make_api, openapi
from ui.api.guard import RequestGuard
from ui.app.faces import FACES
from ui.face import AppContext

pytestmark = pytest.mark.heavy

HOST = "earmark.example"
MINE, THEIRS, NOTED = "zetamine", "zetatheirs", "yottanoted"
"""Words of the show that Ben sees, of the one that only others see, and of what the owner wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A served library with two shows, and what is known of it to whoever tries addresses."""

    client: TestClient
    library: Library
    routes: tuple[BaseRoute, ...]
    insight: Insight
    tokens: dict[str, str]
    session: str


def _talk(word: str, subject: str) -> Talk:
    speaker = f"{word.capitalize()} Speaker"
    said = f"What matters about {subject} is how long it takes, and {word} is what we call that on this show."
    claim = f"The time that {subject} takes decides its price, which is the rule of {word}"
    return Talk(
        f"The {word} show", f"On {subject} and {word}", 1, ((speaker, said), (speaker, f"{word} was cheap before.")),
        ((speaker, claim, f"On {subject}, {word} explains nine cases of ten."),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from _world(tmp_path_factory.mktemp("world"), {})


def _world(home: Path, publish: dict[str, object]) -> Iterator[World]:
    values = {
        "offline": True,
        "app": {"allowed_hosts": [HOST], "requests_per_minute": 0},
        "publish": publish,
    }
    settings = load_settings(values, home=home, environ={})
    with Library.open(settings=settings, clock=FixedClock(NOW)) as library:
        for word in (MINE, THEIRS):
            put(library.catalog, _talk(word, "kelp"))
        shows = {summary.show.title: summary.show.id for summary in library.shows.summaries()}
        library.readers.add(Reader(id="ben", name="Ben", all_shows=False), show_ids=[shows[f"The {MINE} show"]])
        with library.catalog.write() as tx:
            for insight in library.insights.newest():
                said = Segment(text=insight.body, start_s=0.0, end_s=9.0, speaker=insight.speaker)
                transcripts.put(tx, insight.episode_id, Transcript(segments=(said,), source="vtt"))
        theirs = next(insight for insight in library.insights.newest() if THEIRS in insight.claim)
        library.marks.annotate(theirs.id, note=NOTED, tags=[NOTED])
        library.answers.ask(Question(text=f"What is {NOTED} about kelp?", conversation="talk"))
        library.briefs.get()
        revoked, token = library.tokens.add("ben", "old")
        library.tokens.revoke("ben", token.id)
        tokens = {
            "revoked": revoked,
            "ben": library.tokens.add("ben", "new")[0],
            "owner": library.tokens.add("local", "o")[0],
        }
        library.sign_in.set_password("local", "correct horse battery")
        session = library.sign_in.with_password("local", "correct horse battery")
        context = AppContext(
            library=library,
            address=AppAddress(url=f"http://{HOST}", pid=os.getpid(), token="token-of-app.json"),
            gate=open_gate(library, own_token="token-of-app.json"),
            ingest=IngestProcess(home, module=["nothing"]),
            first_page=threading.Event(),
            models_loaded=threading.Event(),
        )
        faces = [make(context) for make in FACES]
        routes = [route for face in faces for route in face.routes]
        middleware = [
            Middleware(RequestGuard, hosts=[HOST]),
            Middleware(
                SignInDoor,
                library=library,
                own_doors=[door for face in faces for door in face.own_doors],
                open_doors=[door for face in faces for door in face.open_doors],
            ),
        ]
        client = TestClient(
            Starlette(routes=routes, middleware=middleware), f"http://{HOST}", follow_redirects=False,
            client=("203.0.113.7", 5000), headers={"accept": "text/html"}, raise_server_exceptions=False,
        )  # fmt: skip
        yield World(
            client=client, library=library, routes=tuple(routes), insight=theirs, tokens=tokens, session=session
        )


def _addresses(world: World) -> dict[str, str]:
    """What to ask for at a route that takes part of its address, or a query: what only others see."""
    insight = world.insight
    theme = "abcd"
    day = world.library.briefs.today().isoformat()
    return {
        "/i/{name}": f"/i/{insight.id}", "/i/{name}.png": f"/i/{insight.id}.png", "/b/{name}": f"/b/{day}",
        "/s/{name}": f"/s/{insight.show_id}", "/p/{name}": person_page(insight.speaker or ""), "/t/{name}": f"/t/{theme}",
        "/t/{name}/timeline": f"/t/{theme}/timeline",
        "/p/{name}/timeline": f"{person_page(insight.speaker or '')}/timeline", "/p/{name}/names": f"{person_page(insight.speaker or '')}/names",
        "/p/{name}/ties": f"{person_page(insight.speaker or '')}/ties",
        "/p/{name}/names/{deed}": f"{person_page(insight.speaker or '')}/names/rename",
        "/m/{name}": f"/m/{insight.episode_id}", "/m/{name}/{second}": f"/m/{insight.episode_id}/0",
        "/pages/{name}": "/pages/style.css", "/audio/{episode}": f"/audio/{insight.episode_id}", "/v1/models/{model}": "/v1/models/earmark", "/feed/{secret}/{form}": "/feed/0123456789abcdef/atom",
        "/": f"/?date={day}", "/insight": f"/insight?id={insight.id}", "/moment": f"/moment?episode={insight.episode_id}",
        "/ask": "/ask?q=kelp", "/search": "/search?q=kelp", "/theme": f"/theme?id={theme}",
        "/shows": f"/shows?show={insight.show_id}", "/invitation": "/invitation?code=abc",
    }  # fmt: skip


_PARTS = {
    "conversation_id": "talk", "day": "2026-07-02", "mark": "saved", "theme_id": "abcd", "feed_id": "abcd1234",
    "alert_id": "abcd1234", "letter_id": "abcd1234",
}  # fmt: skip


def _tried(world: World) -> Iterator[str]:
    """An address for each route there is, with its twin where it may have one."""
    known = _addresses(world)
    for route in world.routes:
        if isinstance(route, Mount):
            yield from _of_mount(world, route)
            continue
        assert isinstance(route, Route)
        address = known.get(route.path, route.path)
        assert "{" not in address, f"{route.path} is new: say here what to ask of it that only others may see"
        yield address
        if route.path in {
            "/i/{name}",
            "/b/{name}",
            "/s/{name}",
            "/p/{name}",
            "/t/{name}",
            "/p/{name}/timeline",
            "/t/{name}/timeline",
        }:
            yield f"{address}.md"


def _of_mount(world: World, mount: Mount) -> Iterator[str]:
    if mount.path != "/api/v1":
        yield from (f"{mount.path}/models", f"{mount.path}/chat/completions")
        return
    insight = world.insight
    parts = _PARTS | {
        "insight_id": insight.id, "show": insight.show_id, "episode_id": insight.episode_id,
        "name": quote(insight.speaker or "", safe=""),
    }  # fmt: skip
    for path in openapi(make_api())["paths"]:
        unknown = set(re.findall(r"{(\w+)}", path)) - parts.keys()
        assert not unknown, f"{path} is new: say here what to put in place of {unknown}"
        yield f"/api/v1{path.format_map(parts)}?q=kelp&id={insight.id}"


def _said(text: str, headers: str, address: str) -> str:
    """What an answer tells beyond the address that was asked, which the way to sign in leads back to."""
    said = f"{text} {headers}".lower()
    path = address.partition("?")[0]
    parts = [unquote(part) for part in path.split("/")]
    # The address of a person's page has the blanks of the name filled, and an ending where it asks for another form.
    names = [parts[2].removesuffix(".md").replace("_", " ")] if parts[1] == "p" else []
    for typed in (address, quote(address, safe=""), quote(path, safe=""), *names, *parts[3:]):
        said = said.replace(typed.lower(), "")
    return said


def test_strangers_and_void_tokens_get_nothing_from_any_route(world: World) -> None:
    tried = 0
    for address in _tried(world):
        for headers in ({}, {"authorization": f"Bearer {world.tokens['revoked']}"}, {"authorization": "Bearer none"}):
            for method in ("GET", "POST"):
                got = world.client.request(method, address, headers=headers)
                tried += 1
                said = _said(got.text, str(got.headers), address)
                assert not any(word in said for word in (MINE, THEIRS, NOTED)), (method, address)
    assert tried > 200


def test_another_readers_token_gets_nothing_of_what_its_reader_does_not_see(world: World) -> None:
    own = 0
    for address in _tried(world):
        got = world.client.get(address, headers={"authorization": f"Bearer {world.tokens['ben']}"})
        own += MINE in got.text.lower()
        said = _said(got.text, "", address)
        assert not any(word in said for word in (THEIRS, NOTED)), (address, said)
    assert own >= 5  # what Ben sees was answered: the others were not refused for another reason


def test_its_owner_gets_it_with_a_token_and_with_a_session(world: World) -> None:
    address = f"/i/{world.insight.id}"
    token = {"authorization": f"Bearer {world.tokens['owner']}"}
    cookie = {"cookie": f"{SESSION_COOKIE}={world.session}"}
    for headers in (token, cookie):
        for path in (address, f"{address}.md", f"/s/{world.insight.show_id}", f"/m/{world.insight.episode_id}/0"):
            got = world.client.get(path, headers=headers)
            assert (got.status_code, THEIRS in got.text) == (200, True), path


def test_nobody_can_tell_what_is_there_from_what_is_not(world: World) -> None:
    there, not_there = (world.client.get(f"/i/{key}") for key in (world.insight.id, "0000000000000000"))
    same = [(got.status_code, got.text.replace(world.insight.id, "0" * 16)) for got in (there, not_there)]
    assert same[0] == same[1]
    assert same[0][0] == 404


def test_what_is_shared_is_all_that_strangers_get(tmp_path: Path) -> None:
    for world in _world(tmp_path, {"what": "shared"}):
        address = f"/i/{world.insight.id}"
        assert world.client.get(address).status_code == 404
        world.library.sharing.share(world.insight.id)
        got = world.client.get(address)
        assert (got.status_code, THEIRS in got.text) == (200, True)
        for path in _tried(world):
            said = world.client.get(path).text.lower()
            assert not any(word in said for word in (MINE, NOTED)), path
        assert THEIRS in world.client.get(f"/s/{world.insight.show_id}").text
        assert world.client.get(f"/m/{world.insight.episode_id}/0").status_code == 404
        world.library.insights.withdraw(world.insight.id, because="not-meant", note=NOTED)
        gone = world.client.get(address)
        assert (gone.status_code, THEIRS in gone.text, NOTED in gone.text) == (410, False, False)
        world.library.insights.restore(world.insight.id)
        world.library.sharing.share(world.insight.id, on=False)
        assert world.client.get(address).status_code == 404
