"""The door before the pages, the entrance and the account page, over a real library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from earmark.clock import FixedClock
from earmark.errors import Forbidden, NotFound, SettingsError, UsageError
from earmark.settings import load_settings
from earmark.types import Reader
from library import passwords
from library.library import Library
from library.sign_in import INVITATION_LASTS, SESSION_LASTS
from ui.access.gate import Refused, open_gate
from ui.access.oidc import open_id
from ui.access.redirects import safe_target
from ui.access.signed_in import SESSION_COOKIE, SIGNED_IN, SignInDoor, library_of_page, sign_in_required
from ui.account.account import Account
from ui.account.entrance import Entrance
from ui.api.guard import RequestGuard

PASSWORD = "correct horse battery"
HOST = "earmark.example"


@pytest.fixture(autouse=True, scope="module")
def _cheap_hashes() -> Iterator[None]:
    """Argon2 with little memory and one pass: what a try costs a thief is not tested here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: hasher)
        patch.setattr(passwords, "_NOBODY", hasher.hash("nobody's"))
        yield


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    values = {"app": {"allowed_hosts": [HOST]}, "offline": True}
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=clock) as opened:
        opened.readers.add(Reader(id="ben", name="Ben", email="ben@example.org"))
        opened.sign_in.set_password("ben", PASSWORD)
        opened.readers.add(Reader(id="zoe", name="Zoë", email="zoe@example.org"))
        yield opened


def serving(library: Library, *, client: tuple[str, int] = ("203.0.113.7", 5000), scheme: str = "http") -> TestClient:
    """The entrance, the account page and a page that says whose it is, behind guard and door."""

    def whose(request: Request) -> Response:
        return PlainTextResponse(library_of_page(library, request.headers).reader.id)

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(library_of_page(library, websocket.headers).reader.id)
        await websocket.close()

    routes = [
        *Entrance(library, None, seconds=lambda: 0.0).routes(),  # time stands still: no try comes back
        *Account(library).routes(),
        Route("/api/v1/x", PlainTextResponse("api")),
        Route("/auth/login", PlainTextResponse("streamlit")),
        WebSocketRoute("/_stcore/stream", socket),
        Route("/{page:path}", whose),
    ]
    middleware = [
        Middleware(RequestGuard, hosts=[HOST]),
        Middleware(SignInDoor, library=library, own_doors=["/api/v1"]),
    ]
    app = Starlette(routes=routes, middleware=middleware)
    headers = {"accept": "text/html"}
    return TestClient(app, f"{scheme}://{HOST}", follow_redirects=False, client=client, headers=headers)


@pytest.fixture
def client(library: Library) -> TestClient:
    return serving(library)


def seal(page: Any) -> str:
    match = re.search(r'name="seal" value="([0-9a-f]+)"', page.text)
    assert match, page.text
    return match[1]


def enter(client: TestClient, name: str = "ben", password: str = PASSWORD, **more: str) -> Any:
    form = {"name": name, "password": password, "seal": seal(client.get("/sign-in")), **more}
    return client.post("/sign-in", data=form)


def test_on_this_machine_alone_nobody_signs_in(tmp_path: Path) -> None:
    assert not sign_in_required(load_settings(home=tmp_path, environ={}))
    for app, wanted in (
        ({"host": "0.0.0.0"}, True),
        ({"allowed_hosts": ["a.example"]}, True),
        ({"host": "::1"}, False),
    ):
        assert sign_in_required(load_settings({"app": app}, home=tmp_path, environ={})) is wanted
    for require, wanted in (("always", True), ("never", False)):
        values = {"app": {"host": "0.0.0.0"} if require == "never" else {}, "sign_in": {"require": require}}
        assert sign_in_required(load_settings(values, home=tmp_path, environ={})) is wanted


@pytest.mark.heavy
def test_a_stranger_is_sent_to_the_entrance_and_gets_nothing(client: TestClient) -> None:
    answer = client.get("/search?q=kelp&show=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fsearch%3Fq%3Dkelp%26show%3Da")
    for path in ("/_stcore/host-config", "/_stcore/health", "/media/x.mp3", "/account", "//x", "/sign-inn", "/SIGN-IN"):
        assert client.get(path, headers={"accept": "*/*"}).status_code == 401, path
    assert client.post("/_stcore/upload_file/a/b", content=b"x").status_code == 401
    for path in ("/_stcore/agent", "/_stcore/agent/run", "/auth/login", "/auth/logout", "/oauth2callback"):
        assert client.get(path).status_code == 404, path
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/_stcore/stream", headers={"host": HOST}),
    ):
        pass
    assert closed.value.reason == "sign in first"
    assert client.get("/api/v1/x").text == "api"  # which has a door of its own
    # What the door says to the pages is never believed from outside.
    for said in ("proxy ben", "session x", "proxy local"):
        assert client.get("/", headers={SIGNED_IN: said}).status_code == 303


def test_a_password_opens_a_session_that_no_script_reads(client: TestClient, library: Library) -> None:
    answer = enter(client, "BEN@example.org ", next="/search?q=kelp")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=kelp")
    (cookie,) = (text for text in answer.headers.get_list("set-cookie") if text.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/").text == "ben"
    cookies = {"host": HOST, "cookie": f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"}
    with client.websocket_connect("/_stcore/stream", headers=cookies) as socket:
        assert socket.receive_text() == "ben"
    https = serving(library, scheme="https")
    cookies = enter(https).headers.get_list("set-cookie")
    assert cookies
    assert all("Secure" in text for text in cookies if "Max-Age=0" not in text)


@pytest.mark.parametrize(
    ("name", "password"), [("ben", "wrong horse battery"), ("nobody", PASSWORD), ("zoe", ""), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_read_alike(client: TestClient, name: str, password: str) -> None:
    answer = enter(client, name, password)
    assert answer.status_code == 403
    assert "Name or password is wrong." in answer.text
    assert SESSION_COOKIE not in client.cookies


@pytest.mark.heavy
def test_tries_are_counted_by_name_and_by_address(library: Library) -> None:
    client = serving(library)
    answers = [enter(client, "ben", "x").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert enter(client, "ben").status_code == 429  # even with the right password, from this process's door
    other = serving(library, client=("203.0.113.8", 1))
    assert [enter(other, f"name{n}", "x").status_code for n in range(31)][-2:] == [403, 429]


@pytest.mark.heavy
def test_a_form_from_elsewhere_is_refused(client: TestClient, library: Library) -> None:
    good = seal(client.get("/sign-in"))
    form = {"name": "ben", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 403
    assert client.post("/sign-in", data={**form, "seal": "0" * 64}).status_code == 403
    assert serving(library).post("/sign-in", data={**form, "seal": good}).status_code == 403  # another browser
    elsewhere = {"origin": "https://evil.example"}
    assert client.post("/sign-in", data={**form, "seal": good}, headers=elsewhere).status_code == 403
    cross = {"sec-fetch-site": "cross-site"}
    assert client.post("/sign-in", data={**form, "seal": good}, headers=cross).status_code == 403
    assert client.post("/sign-in", json={**form, "seal": good}).status_code == 400
    assert client.post("/sign-in", data={**form, "seal": good, "more": "x" * 20_000}).status_code == 400
    assert enter(client).status_code == 303
    for path in ("sign-out", "sign-out-everywhere", "password", "tokens", "revoke"):
        assert client.get(f"/account/{path}").status_code in {200, 405}  # a link does nothing
        answer = client.post(
            f"/account/{path}", data={"seal": good, "name": "x", "password": "y" * 12, "again": "y" * 12}
        )
        assert answer.status_code == 403, path
    assert client.get("/").text == "ben"
    assert library.tokens.every("ben") == []


def test_a_session_given_by_somebody_else_is_not_kept(client: TestClient, library: Library) -> None:
    planted = library.sign_in.with_password("ben", PASSWORD)
    client.cookies.set(SESSION_COOKIE, planted, domain=HOST, path="/")
    assert enter(client).status_code == 303
    assert client.cookies[SESSION_COOKIE] != planted
    assert library.sign_in.reader_of(planted) is None


@pytest.mark.heavy
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
        "/\t/evil.example", " //evil.example", "/%0d%0a\n", "///evil.example", "http:evil.example", "evil.example", "/" * 9,
        "/a\\b", "/" + "a" * 3_000, "/\x00",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(client: TestClient, target: str) -> None:
    assert safe_target(target) == "/"
    assert enter(client, next=target).headers["location"] == "/"


def test_signing_in_leads_to_the_page_that_was_wanted() -> None:
    for target in ("/", "/search?q=kelp", "/insight?id=a%2Fb", "/moment#x", "/search?q=http://a.example"):
        assert safe_target(target) == target


@pytest.mark.heavy
def test_sessions_are_ended_here_and_everywhere(library: Library, clock: FixedClock) -> None:
    laptop, phone = serving(library), serving(library)
    for browser in (laptop, phone):
        enter(browser)
    answer = laptop.post("/account/sign-out", data={"seal": seal(laptop.get("/account"))})
    assert (answer.headers["location"], laptop.get("/").status_code, phone.get("/").text) == ("/sign-in", 303, "ben")
    assert answer.headers["clear-site-data"] == '"storage"'  # what the browser keeps to be read without a network
    enter(laptop)
    stolen = phone.cookies[SESSION_COOKIE]
    laptop.post("/account/sign-out-everywhere", data={"seal": seal(laptop.get("/account"))})
    assert (laptop.get("/").status_code, phone.get("/").status_code) == (303, 303)
    assert library.sign_in.reader_of(stolen) is None
    with pytest.raises(Forbidden, match="signed out"):  # a page that is still open asks this way
        library_of_page(library, {SIGNED_IN: f"session {stolen}"})
    enter(laptop)
    library.readers.change(replace(library.readers.get("ben"), disabled_at=clock.now()))
    assert laptop.get("/").status_code == 303
    library.readers.change(replace(library.readers.get("ben"), disabled_at=None))
    assert laptop.get("/").text == "ben"
    clock.at += SESSION_LASTS
    assert laptop.get("/").status_code == 303


@pytest.mark.heavy
def test_another_password_ends_all_sessions(library: Library) -> None:
    laptop, phone = serving(library), serving(library)
    for browser in (laptop, phone):
        enter(browser)
    form = {"seal": seal(laptop.get("/account")), "password": "another password", "again": "another password"}
    assert laptop.post("/account/password", data={**form, "before": "wrong"}).status_code == 403
    assert laptop.post("/account/password", data={**form, "before": PASSWORD, "again": "differs"}).status_code == 400
    assert laptop.post("/account/password", data={**form, "before": PASSWORD}).status_code == 303
    assert [browser.get("/").status_code for browser in (laptop, phone)] == [303, 303]
    assert enter(laptop).status_code == 403
    assert enter(laptop, "ben", "another password").status_code == 303


@pytest.mark.heavy
def test_an_invitation_sets_a_password_once(library: Library, clock: FixedClock) -> None:
    client = serving(library)
    code = library.sign_in.invite("zoe")
    page = client.get(f"/invitation?code={code}")
    assert "zoe@example.org" in page.text
    form = {"seal": seal(page), "code": code, "password": "a long password", "again": "a long password"}
    assert client.post("/invitation", data={**form, "password": "short", "again": "short"}).status_code == 400
    assert client.post("/invitation", data={**form, "again": "differs"}).status_code == 400
    assert client.post("/invitation", data=form).status_code == 303
    assert client.get("/").text == "zoe"
    again = serving(library)
    assert again.get(f"/invitation?code={code}").status_code == 404
    with pytest.raises(NotFound):
        library.sign_in.accept(code, "a long password")
    first, second = library.sign_in.invite("zoe"), library.sign_in.invite("zoe")
    with pytest.raises(NotFound):  # the newer one voids the older
        library.sign_in.invited(first)
    clock.at += INVITATION_LASTS
    with pytest.raises(NotFound):
        library.sign_in.invited(second)
    with pytest.raises(Forbidden):
        library.for_reader("ben").sign_in.invite("zoe")


@pytest.mark.heavy
def test_a_token_is_shown_once_and_revoked(library: Library, clock: FixedClock) -> None:
    client = serving(library)
    enter(client)
    page = client.post("/account/tokens", data={"seal": seal(client.get("/account")), "name": "<b>phone</b>"})
    secret = re.search(r"<code>(earmark_[\w-]+)</code>", page.text)
    assert secret
    assert "<b>phone" not in page.text
    assert secret[1] not in client.get("/account").text
    assert secret[1].encode() not in (library.settings.home / "catalog.sqlite").read_bytes()
    assert library.tokens.every("ben")[0].used_at is None
    gate = open_gate(library, own_token="own")
    scope = {
        "type": "http",
        "client": ("203.0.113.7", 1),
        "headers": [(b"authorization", f"Bearer {secret[1]}".encode())],
    }
    assert gate.admit(scope).reader == "ben"
    (kept,) = library.tokens.every("ben")
    assert kept.used_at == clock.now()
    for wrong in (f"{secret[1]}x", "earmark_", kept.id):
        assert library.tokens.reader_of(wrong) is None
    theirs = library.for_reader("zoe")
    for forbidden in (lambda: theirs.tokens.every("ben"), lambda: theirs.tokens.add("ben", "x")):
        with pytest.raises(Forbidden):
            forbidden()
    with pytest.raises(NotFound):
        theirs.tokens.revoke("zoe", kept.id)
    client.post("/account/revoke", data={"seal": seal(client.get("/account")), "token": kept.id})
    with pytest.raises(Refused):
        gate.admit(scope)
    with pytest.raises(UsageError):
        library.tokens.add("ben", " \u202e ")


def test_a_proxy_is_believed_only_where_it_is_trusted(tmp_path: Path, clock: FixedClock) -> None:
    sign_in = {"proxies": ["10.0.0.0/8", "::1"], "proxy_header": "Remote-Email"}
    values = {"app": {"allowed_hosts": [HOST]}, "sign_in": sign_in, "offline": True}
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=clock) as library:
        library.readers.add(Reader(id="ben", email="ben@example.org"))
        named = {"remote-email": "Ben@example.org"}
        near = serving(library, client=("10.1.2.3", 1))
        assert near.get("/", headers=named).text == "ben"
        with near.websocket_connect("/_stcore/stream", headers={**named, "host": HOST}) as socket:
            assert socket.receive_text() == "ben"
        assert near.get("/").status_code == 303
        assert near.get("/", headers={"remote-email": "eve@example.org"}).status_code == 303
        twice = [("remote-email", "ben@example.org"), ("remote-email", "eve@example.org")]
        assert near.get("/", headers=[*twice, ("accept", "text/html")]).status_code == 303
        for address in ("203.0.113.7", "127.0.0.1", "110.0.0.1", "testclient"):
            far = serving(library, client=(address, 1))
            assert far.get("/", headers={**named, "x-forwarded-for": "10.1.2.3"}).status_code == 303


@pytest.mark.parametrize(
    "values",
    [{"oidc_client": "a"}, {"oidc_url": "https://a.example/x", "oidc_client": "a", "oidc_secret": "b"}],
)
def test_half_a_provider_is_said(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="sign_in"):
        open_id(load_settings({"sign_in": values}, home=tmp_path, environ={}).sign_in)
    assert open_id(load_settings(home=tmp_path, environ={}).sign_in) is None


def test_settings_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    for values in ({"proxies": ["everybody"]}, {"url": "earmark.example"}, {"require": "sometimes"}):
        with pytest.raises(SettingsError):
            load_settings({"sign_in": values}, home=tmp_path, environ={})
