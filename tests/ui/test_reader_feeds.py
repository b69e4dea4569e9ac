"""The feeds as a face of the app, and the page that makes them, over a real library behind its doors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Insight, Reader, Selection, SelectionKind
from library.library import Library
from tests.retrieval.library import fill
from tests.ui.fakes import FakeLibrary
from tests.ui.here import here
from ui.access.gate import open_gate
from ui.access.limits import Limiter
from ui.access.signed_in import SESSION_COOKIE, SignInDoor
from ui.account.feeds import feeds_page
from ui.api.face import api_mount
from ui.api.guard import RequestGuard
from ui.feeds.face import feed_routes

HOST = "earmark.example"
HOME = f"https://{HOST}"
SAVED = Selection(kind=SelectionKind.SAVED)


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    values = {"offline": True, "app": {"allowed_hosts": [HOST]}}
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=clock) as opened:
        fill(opened.catalog)
        opened.readers.add(Reader(id="ben", all_shows=False), show_ids=[opened.shows.find("Ledger & Leaf").id])
        yield opened


def serving(library: Library, *, per_minute: int = 0) -> TestClient:
    limiter = Limiter(per_minute, clock=lambda: 0.0)  # time stands still: no request comes back
    routes = [*feed_routes(library, HOME, limiter), *feeds_page(library, HOME).routes()]
    middleware = [
        Middleware(RequestGuard, hosts=[HOST]),
        Middleware(SignInDoor, library=library, own_doors=["/feed"]),
    ]
    return TestClient(Starlette(routes=routes, middleware=middleware), f"https://{HOST}", follow_redirects=False)


@pytest.mark.heavy
def test_an_address_is_all_that_a_feed_reader_needs_and_it_asks_again_for_nothing(library: Library) -> None:
    ben = library.for_reader("ben")
    ben.marks.save(ben.insights.newest()[0].id)
    secret, _ = ben.feeds.add(SAVED)
    client = serving(library)
    answer = client.get(f"/feed/{secret}/atom.xml")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "private" in answer.headers["cache-control"]
    (entry,) = feedparser.parse(answer.content).entries
    assert entry.link.startswith(f"{HOME}/")
    assert secret not in answer.text
    for known in (
        {"if-none-match": answer.headers["etag"]},
        {"if-none-match": f'"x", W/{answer.headers["etag"]}'},
        {"if-modified-since": answer.headers["last-modified"]},
    ):
        again = client.get(f"/feed/{secret}/atom.xml", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    # A tag decides, whatever the dates say.
    both = {"if-none-match": '"x"', "if-modified-since": answer.headers["last-modified"]}
    assert client.get(f"/feed/{secret}/atom.xml", headers=both).status_code == 200
    assert client.head(f"/feed/{secret}/atom.xml").status_code == 200
    listed = client.get(f"/feed/{secret}/feed.json")
    assert listed.headers["content-type"].startswith("application/feed+json")
    assert listed.json()["items"][0]["id"] == entry.id


@pytest.mark.heavy
def test_a_change_is_told_to_whoever_asks_by_date_alone(library: Library, clock: FixedClock) -> None:
    secret, _ = library.feeds.add(SAVED)
    first, second = library.insights.newest()[:2]
    library.marks.save(first.id)
    client = serving(library)
    since = {"if-modified-since": client.get(f"/feed/{secret}/atom.xml").headers["last-modified"]}
    clock.at += timedelta(minutes=1)
    assert client.get(f"/feed/{secret}/atom.xml", headers=since).status_code == 304
    library.marks.save(second.id)
    assert client.get(f"/feed/{secret}/atom.xml", headers=since).status_code == 200


def test_a_wrong_address_opens_nothing_and_cannot_be_tried_for_long(library: Library) -> None:
    secret, made = library.feeds.add(SAVED)
    client = serving(library, per_minute=6)
    for path in (
        f"/feed/{secret[:-1]}/atom.xml",
        f"/feed/{secret}/rss",
        "/feed/x/atom.xml",
        f"/feed/{made.id}/atom.xml",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), path
    assert client.post(f"/feed/{secret}/atom.xml").status_code == 405
    library.feeds.remove(made.id)
    assert client.get(f"/feed/{secret}/atom.xml").status_code == 404
    assert client.get(f"/feed/{secret}/atom.xml").status_code == 404
    late = client.get(f"/feed/{secret}/atom.xml")
    assert (late.status_code, bool(late.headers["retry-after"])) == (429, True)


@pytest.mark.heavy
def test_the_page_makes_a_feed_whose_address_it_shows_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("library.themes.Themes.every", lambda _self: [])  # grouping loads a model
    library.sign_in.set_password("ben", "correct horse battery")
    client = serving(library)
    assert client.get("/account/feeds", headers={"accept": "text/html"}).status_code == 303
    client.cookies.set(SESSION_COOKIE, library.sign_in.with_password("ben", "correct horse battery"))
    page = client.get("/account/feeds").text
    seal = re.search(r'name="seal" value="([0-9a-f]+)"', page)
    assert seal
    form = {"seal": seal[1], "kind": "person", "person": "Ines Okafor"}
    for wrong in (form | {"seal": "0"}, {**form, "seal": ""}):
        assert client.post("/account/feeds/add", data=wrong).status_code == 403
    made = client.post("/account/feeds/add", data=form).text
    address = re.search(rf"{HOME}(/feed/[\w-]+/atom\.xml)", made)
    assert address
    assert "Ines Okafor" in made
    assert address[1] not in client.get("/account/feeds").text
    read = feedparser.parse(serving(library).get(address[1]).content)
    assert {category["term"] for entry in read.entries for category in entry.tags} == {"Ledger & Leaf"}
    (feed,) = library.for_reader("ben").feeds.every()
    hidden = client.post("/account/feeds/add", data=form | {"person": "Mara Voss"})
    assert (hidden.status_code, "nobody of this name" in hidden.text) == (404, True)
    assert client.post("/account/feeds/add", data=form | {"kind": "<b>"}).status_code == 400
    assert client.post("/account/feeds/remove", data={"seal": seal[1], "feed": feed.id}).status_code == 200
    assert serving(library).get(address[1]).status_code == 404


@pytest.mark.heavy
def test_feeds_are_made_listed_and_removed_at_the_terminal(home: Path, tea: list[Insight]) -> None:
    assert "There is no feed yet" in here(home, "feed", "list").out
    here(home, "save", tea[0].id)
    made = here(home, "feed", "add", "saved")
    assert (made.code, made.err) == (0, "")
    assert re.search(r"http://localhost:8501/feed/[\w-]+/atom\.xml\n", made.out)
    document = json.loads(here(home, "feed", "list", "--json").out)
    (feed,) = document["feeds"]
    assert feed["selection"] == {"kind": "saved", "value": ""}
    assert f"{feed['id']}  Saved, never read" in here(home, "feed", "list").out
    for wrong, why in ((("add", "search"), "say which search"), (("add", "person", "Nobody"), "nobody of this name")):
        run = here(home, "feed", *wrong)
        assert (run.code, run.err.count("\n")) == (2, 1)
        assert why in run.err
    assert here(home, "feed", "list", "--reader", "nobody").code == 2
    assert here(home, "feed", "remove", feed["id"]).code == 0
    assert here(home, "feed", "remove", feed["id"]).code == 2


def test_feeds_over_rest(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings({}, home=tmp_path, environ={}))
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, "http://localhost", client=("127.0.0.1", 1)) as client:
        assert client.get("/api/v1/feeds", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 401
        made = client.post("/api/v1/feeds", json={"kind": "brief"})
        assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
        assert made.json()["result"]["atom"] == "http://localhost:8501/feed/secret0/atom.xml"
        assert [feed["title"] for feed in client.get("/api/v1/feeds").json()["result"]] == ["Brief"]
        assert "secret0" not in client.get("/api/v1/feeds").text
        for body in ({}, {"kind": "x"}, {"kind": "person"}, {"kind": "brief", "x": 1}):
            assert client.post("/api/v1/feeds", json=body).status_code in {400, 422}
        assert client.delete("/api/v1/feeds/feed0").status_code == 204
        assert client.delete("/api/v1/feeds/feed0").status_code == 404
