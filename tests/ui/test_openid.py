"""Signing in through an OpenID provider that really runs, through Streamlit's own routes and Authlib."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.testclient import TestClient
from streamlit.runtime import Runtime

from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Reader
from library.address import AppAddress
from library.library import Library
from tests.ui.openid_provider import CLIENT, SECRET, Provider, provider
from ui.access.signed_in import SESSION_COOKIE
from ui.app.serve import build_app

pytestmark = pytest.mark.heavy

HOST = "http://earmark.example"


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider(f"{HOST}/oauth2callback") as running:
        yield running


@pytest.fixture
def client(idp: Provider, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    # Streamlit allows one app a process, and does not forget one that has ended.
    monkeypatch.setattr(Runtime, "_instance", None)
    values = {
        "app": {"allowed_hosts": ["earmark.example"]},
        "offline": True,
        "sign_in": {"url": HOST, "oidc_url": idp.discovery, "oidc_client": CLIENT, "oidc_secret": SECRET},
    }
    settings = load_settings(values, home=tmp_path, environ={})
    with Library.open(settings=settings, clock=clock) as library:
        library.readers.add(Reader(id="ben", email="Ben@example.org"))
        address = AppAddress(url="http://localhost:1", pid=os.getpid(), token="secret")
        headers = {"accept": "text/html"}
        with TestClient(build_app(library, address=address), HOST, follow_redirects=False, headers=headers) as running:
            yield running


def there_and_back(client: TestClient, idp: Provider) -> str:
    """Follows the button to the provider and what the provider answers; the address that the app sends the browser to."""
    button = re.search(r'class="button" href="([^"]+)"', client.get("/sign-in").text)
    assert button
    away = client.get(button[1].replace("&amp;", "&"))
    assert away.headers["location"].startswith(f"{idp.url}/authorize?")
    back = httpx.get(away.headers["location"]).headers["location"]
    assert back.startswith(idp.redirect_uri)
    parts = urlsplit(back)
    answer = client.get(f"{parts.path}?{parts.query}")
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    return str(client.get("/").headers["location"])


def test_a_reader_whose_address_the_provider_vouches_for_comes_in(client: TestClient, idp: Provider) -> None:
    idp.user = {"sub": "1", "email": "ben@example.org", "email_verified": True}
    assert there_and_back(client, idp) == "/"
    assert client.cookies[SESSION_COOKIE]
    assert [name for name in client.cookies if name.startswith("_streamlit_user")] == []
    assert "ben" in client.get("/account").text
    assert idp.refused == []


@pytest.mark.parametrize(
    "user",
    [
        {"sub": "2", "email": "eve@example.org", "email_verified": True},
        {"sub": "3", "email": "ben@example.org", "email_verified": False},
        {"sub": "4", "email": "ben@example.org"},
        {"sub": "5"},
    ],
)
def test_anybody_else_stays_outside(client: TestClient, idp: Provider, user: dict[str, object]) -> None:
    idp.user = user
    assert there_and_back(client, idp) == "/sign-in?why=address"
    assert SESSION_COOKIE not in client.cookies
    assert "on no reader" in client.get("/sign-in?why=address").text
    assert client.get("/account").status_code == 303


def test_an_answer_that_nobody_asked_for_signs_nobody_in(client: TestClient, idp: Provider) -> None:
    for query in ("code=x&state=y", "error=access_denied", "", "code=x"):
        client.get(f"/oauth2callback?{query}")
    client.cookies.set("_streamlit_user", "made.up.value", domain="earmark.example", path="/")
    assert client.get("/").headers["location"].startswith("/sign-in")
    assert SESSION_COOKIE not in client.cookies
