"""The REST interface: who is let in, and how lists, marks and problems look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.error_documents import dump_error, load_error
from earmark.errors import NotFound
from earmark.settings import load_settings
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from ui.access.gate import open_gate
from ui.access.limits import Limiter
from ui.api.face import api_mount

TOKEN = "a token of the settings"
FIRST = corpus.INSIGHTS[0]


@contextmanager
def served(
    home: Path, *, address: str = "127.0.0.1", base: str = "http://localhost", **app: Any
) -> Iterator[TestClient]:
    """A client at an address, of an app with these settings."""
    library = FakeLibrary(load_settings({"app": app}, home=home, environ={}))
    routes = [api_mount(open_gate(library, own_token="own"))]
    with TestClient(Starlette(routes=routes), base_url=base, client=(address, 1)) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_program_of_this_machine_needs_no_token(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.get("/api/v1/briefs/today").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "earmark.example.org"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        bearer("wrong"),
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {TOKEN}"},
    ],
    ids=str,
)
def test_pages_of_sites_proxies_and_wrong_tokens_are_no_program_of_this_machine(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    with served(tmp_path, token=TOKEN) as client:
        refused = client.get("/api/v1/briefs/today", headers=headers)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "queue" not in refused.text


PATHS = [
    "/search?q=x",
    "/insights",
    f"/insights/{FIRST.id}",
    "/briefs/today",
    "/shows",
    "/openapi.json",
    "/nowhere",
    "",
]


@pytest.mark.heavy
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "app",
    [
        {"token": TOKEN, "address": "203.0.113.9"},
        {"token": TOKEN, "host": "0.0.0.0"},
        {"token": TOKEN, "allowed_hosts": ["earmark.example.org"]},
        {"host": "0.0.0.0"},
    ],
    ids=["from elsewhere", "served beyond loopback", "served under a name", "without any token"],
)
def test_strangers_get_nothing(tmp_path: Path, path: str, app: dict[str, Any]) -> None:
    with served(tmp_path, **app) as client:
        for headers in ({}, bearer(""), bearer("another reader's token")):
            answer = client.get(f"/api/v1{path}", headers=headers)
            assert answer.status_code == 401
            assert answer.json()["kind"] == "Refused"
        let_in = client.get(f"/api/v1{path}", headers=bearer(TOKEN)).status_code
        assert (let_in != 401) == bool(app.get("token"))


def test_a_wrong_reader_is_not_found_and_only_our_own_commands_name_one(tmp_path: Path) -> None:
    with served(tmp_path, token=TOKEN) as client:
        nobody = {"Earmark-Reader": "nobody"}
        assert client.get("/api/v1/briefs", headers=bearer("own") | nobody).status_code == 404
        assert client.get("/api/v1/briefs", headers=bearer(TOKEN) | nobody).status_code == 200


def test_only_our_own_commands_rebuild_the_index(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.post("/api/v1/index/rebuild").status_code == 403
        assert client.post("/api/v1/index/rebuild", headers=bearer("own")).json()["result"] > 0


def test_a_caller_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with served(tmp_path, requests_per_minute=2) as client:
        statuses = [client.get("/api/v1/shows").status_code for _ in range(2)]
        refused = client.get("/api/v1/shows")
        assert (statuses, refused.status_code) == ([200, 200], 429)
        assert 1 <= int(refused.headers["Retry-After"]) <= 30
        assert client.get("/api/v1/shows", headers=bearer("own")).status_code == 200


def test_what_takes_long_counts_as_many_requests(tmp_path: Path) -> None:
    """Two briefs are chosen for a comparison: a caller who asks for one after the other stops neither readers nor pages."""
    with served(tmp_path, requests_per_minute=45) as client:
        compared = [client.post("/api/v1/profile/comparison", json={"text": ""}).status_code for _ in range(3)]
        assert compared == [200, 200, 429]
        assert client.get("/api/v1/shows").status_code == 200
        refused = client.get("/api/v1/briefs/next")
        assert (refused.status_code, refused.json()["subject"]) == (429, "app.requests_per_minute")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        own = [client.get("/api/v1/briefs/next", headers=bearer("own")).status_code for _ in range(5)]
        assert own == [200] * 5
    with served(tmp_path, requests_per_minute=3) as client:  # fewer than it counts as: once a minute, not never
        assert client.post("/api/v1/profile/comparison", json={"text": ""}).status_code == 200
        assert client.get("/api/v1/shows").status_code == 429


def test_a_bucket_fills_up_at_an_even_pace() -> None:
    now = [0.0]
    limiter = Limiter(60, clock=lambda: now[0])
    assert [limiter.wait_s("a") for _ in range(61)] == [*[0.0] * 60, 1.0]
    assert limiter.wait_s("b") == 0.0
    now[0] = 0.5
    assert limiter.wait_s("a") == 0.5
    now[0] = 1.0
    assert limiter.wait_s("a") == 0.0
    many = Limiter(60, clock=lambda: now[0])
    assert [many.wait_s("a", 20) for _ in range(4)] == [0.0, 0.0, 0.0, 20.0]
    assert many.wait_s("c", 600) == 0.0
    assert many.wait_s("c", 600) == 58.0
    assert not any(Limiter(0).wait_s("a") for _ in range(10_000))


@pytest.mark.heavy
@pytest.mark.parametrize("path", ["/insights", f"/shows/{corpus.SHOWS[0].id}/episodes", "/shows", "/themes", "/briefs"])
def test_pages_of_a_list_follow_each_other(tmp_path: Path, path: str) -> None:
    with served(tmp_path) as client:
        whole = client.get(f"/api/v1{path}", params={"limit": 200}).json()
        assert whole["next"] == ""
        pages: list[Any] = []
        cursor = ""
        while not pages or cursor:
            document = client.get(f"/api/v1{path}", params={"limit": 1, "cursor": cursor}).json()
            pages += document["result"]
            cursor = document["next"]
        assert pages == whole["result"]


@pytest.mark.heavy
@pytest.mark.parametrize(("cursor", "status"), [("zz", 404), ("YWJj", 404), ("_", 404), ("!", 400)])
def test_a_cursor_that_no_list_gave_is_refused(tmp_path: Path, cursor: str, status: int) -> None:
    with served(tmp_path) as client:
        answer = client.get("/api/v1/shows", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["subject"]) == (status, "cursor")


def test_what_a_client_has_is_not_sent_again(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        first = client.get("/api/v1/shows")
        again = client.get("/api/v1/shows", headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get("/api/v1/shows", headers={"If-None-Match": '"x"'}).content == first.content


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/search", None, 400),
        ("GET", "/search?q=x&limit=0", None, 400),
        ("GET", "/search?q=x&limit=many", None, 400),
        ("GET", "/search?q=x&after=yesterday", None, 400),
        ("GET", "/search?q=x&after=0", None, 400),
        ("GET", "/search?q=x&show=unknown", None, 404),
        ("GET", "/search?q=queue%20speaker:Nobody", None, 404),
        ("GET", "/insights/zzzz", None, 404),
        ("GET", "/briefs/2020-01-01", None, 404),
        ("GET", "/briefs/soon", None, 400),
        ("GET", "/nowhere", None, 404),
        ("GET", "/now%0Ahere", None, 404),
        ("DELETE", "/shows", None, 405),
        ("DELETE", "/conversations/none", None, 404),
        ("POST", "/ask", {"question": " "}, 400),
        ("POST", "/ask", {"question": "x", "extra": 1}, 400),
        ("POST", "/ask", ["x"], 400),
    ],
)
def test_whatever_goes_wrong_is_a_problem_of_one_form(
    tmp_path: Path, method: str, path: str, body: Any, status: int
) -> None:
    with served(tmp_path) as client:
        answer = client.request(method, f"/api/v1{path}", json=body)
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert (problem["status"], problem["type"], problem["detail"]) == (status, "about:blank", problem["error"])
        raised = dump_error(load_error(problem))
        assert raised["error"] == problem["error"]


def test_an_error_that_nobody_foresaw_says_nothing_of_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))

    def broken() -> Any:
        raise RuntimeError("a secret")

    library.status = broken  # type: ignore[method-assign]
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1), raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/status")
    assert (answer.status_code, answer.json()["kind"]) == (500, "EarmarkError")
    assert "secret" not in answer.text
    assert "a secret" in caplog.text


def test_an_answer_streams_and_its_last_event_is_the_whole(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        whole = client.post("/api/v1/ask", json={"question": "Who races a queue?"}).json()
        stream = client.post("/api/v1/ask/stream", json={"question": "Who races a queue?"})
        assert stream.headers["content-type"].startswith("text/event-stream")
        kinds = [line.removeprefix("event: ") for line in stream.text.splitlines() if line.startswith("event: ")]
        last = [line.removeprefix("data: ") for line in stream.text.splitlines() if line.startswith("data: ")][-1]
        assert (kinds, json.loads(last)) == (["answer", "done"], whole)
        refused = client.post("/api/v1/ask/stream", json={"question": "x", "shows": ["none"]})
        assert isinstance(load_error(refused.json()), NotFound)


def test_conversations_are_kept_renamed_and_forgotten(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        client.post("/api/v1/ask", json={"question": "Who races a queue?", "conversation": "abc"})
        assert [talk["id"] for talk in client.get("/api/v1/conversations").json()["result"]] == ["abc"]
        renamed = client.patch("/api/v1/conversations/abc", json={"title": "Queues"}).json()["result"]
        assert renamed["title"] == "Queues"
        assert len(client.get("/api/v1/conversations/abc").json()["result"]["turns"]) == 1
        assert client.delete("/api/v1/conversations/abc").status_code == 204
        assert client.get("/api/v1/conversations/abc").status_code == 404
