"""Who opens the pages, where more than this machine is served: a session of ours, or a reader whom a proxy names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse

from earmark.errors import Forbidden
from library.sign_in import SESSION_LASTS
from ui.access.gate import serves_this_machine_only

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from earmark.settings import Settings, SignInSettings
    from library.ports import LibraryPort

__all__ = [
    "ENTRANCE", "PUBLIC", "SESSION_COOKIE", "SIGNED_IN", "SignInDoor", "Voucher", "client_address", "is_https",
    "library_of_page", "peer", "set_session", "sign_in_required",
]  # fmt: skip

SESSION_COOKIE = "earmark_session"
SIGNED_IN = "earmark-signed-in"
"""The header by which the door tells the pages behind it who came through; from outside it is never let in."""
ENTRANCE = "/sign-in"
PUBLIC = (ENTRANCE, "/invitation", "/healthz", "/readyz", "/favicon.png")
"""Addresses that anybody may open, with what lies below them."""


class Voucher(Protocol):
    """Somebody else who says who a reader is, such as an OpenID provider."""

    def came_back(self, connection: HTTPConnection) -> bool:
        """Whether a browser brings what they said."""
        ...

    def welcomed(self, connection: HTTPConnection, library: LibraryPort) -> Response:
        """The way in, or back to the entrance."""
        ...


def sign_in_required(settings: Settings) -> bool:
    """Whether readers have to sign in, as the settings say."""
    if settings.sign_in.require == "auto":
        return not serves_this_machine_only(settings.app)
    return settings.sign_in.require == "always"


def library_of_page(library: LibraryPort, headers: Mapping[str, str]) -> LibraryPort:
    """The library for a page that came through the door, by the headers of its connection.

    It is asked each time the page is shown, so that a session that was ended elsewhere is over here too.

    Raises:
        Forbidden: nobody is signed in, or no longer.
    """
    if not sign_in_required(library.settings):
        return library
    kind, _, value = headers.get(SIGNED_IN, "").partition(" ")
    if kind == "session":
        reader_id = library.sign_in.reader_of(value)
    elif kind == "proxy":
        named = library.sign_in.reader_named(value)
        reader_id = named.id if named else None
    else:
        reader_id = None
    if reader_id is None:
        raise Forbidden("you are signed out; open this page again to sign in")
    return library if reader_id == library.reader.id else library.for_reader(reader_id)


class SignInDoor:
    """Middleware: lets only signed-in readers to the pages, and says to what lies behind who it is.

    Args:
        app: what lies behind.
        library: knows sessions and readers.
        own_doors: beginnings of addresses that have a door of their own, for programs with tokens.
        open_doors: beginnings of addresses at which strangers are answered too, and readers by who they are.
        openid: the provider through which readers may sign in, if there is one.
    """

    def __init__(
        self,
        app: ASGIApp,
        library: LibraryPort,
        *,
        own_doors: Iterable[str] = (),
        open_doors: Iterable[str] = (),
        openid: Voucher | None = None,
    ) -> None:
        self._app = app
        self._library = library
        self._settings = library.settings.sign_in
        self._required = sign_in_required(library.settings)
        self._own_doors = tuple(own_doors)
        self._open_doors = tuple(open_doors)
        self._openid = openid

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != SIGNED_IN.encode()]}
        path = scope["path"]
        if _below(path, ("/auth", "/oauth2callback")) and (self._openid is None or _below(path, ("/auth/logout",))):
            await _end(scope, receive, send, PlainTextResponse("there is nothing here", 404))
            return
        if not self._required or _below(path, (*PUBLIC, *self._own_doors, "/auth/login", "/oauth2callback")):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        known = await run_in_threadpool(self._known, connection)
        if known:
            headers = MutableHeaders(raw=list(scope["headers"]))
            headers[SIGNED_IN] = known
            await self._app({**scope, "headers": headers.raw}, receive, send)
            return
        if _below(path, self._open_doors):
            await self._app(scope, receive, send)
            return
        await _end(scope, receive, send, await run_in_threadpool(self._stranger, connection))

    def _known(self, connection: HTTPConnection) -> str:
        """Who it is, as the header says it; empty for nobody."""
        name = proxied_name(connection, self._settings)
        if name:
            reader = self._library.sign_in.reader_named(name)
            return "" if reader is None else f"proxy {reader.id}"
        secret = connection.cookies.get(SESSION_COOKIE, "")
        if secret and self._library.sign_in.reader_of(secret) is not None:
            return f"session {secret}"
        return ""

    def _stranger(self, connection: HTTPConnection) -> Response:
        """The answer to somebody who is not signed in: the way to sign in, or, back from the provider, the page."""
        if self._openid is not None and self._openid.came_back(connection):
            return self._openid.welcomed(connection, self._library)
        if "text/html" not in connection.headers.get("accept", "") or connection.scope.get("method") not in {
            "GET",
            "HEAD",
        }:
            return PlainTextResponse("sign in first", 401, {"Cache-Control": "no-store"})
        wanted = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        target = ENTRANCE if wanted == "/" else f"{ENTRANCE}?next={quote(wanted, safe='')}"
        return RedirectResponse(target, 303, {"Cache-Control": "no-store"})


def proxied_name(connection: HTTPConnection, settings: SignInSettings) -> str:
    """The reader whom a trusted proxy names; empty where the request comes from anywhere else."""
    if not settings.proxy_header or not settings.proxies or not _trusted(peer(connection), settings.proxies):
        return ""
    names = connection.headers.getlist(settings.proxy_header)
    return names[0].strip() if len(names) == 1 else ""


def peer(connection: HTTPConnection) -> str:
    """The address at the other end of the connection."""
    return connection.client.host if connection.client else ""


def client_address(connection: HTTPConnection, settings: SignInSettings) -> str:
    """The address of whoever asks: what a trusted proxy says, else the other end of the connection."""
    address = peer(connection)
    forwarded = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded if forwarded and _trusted(address, settings.proxies) else address


def is_https(connection: HTTPConnection, settings: SignInSettings) -> bool:
    """Whether the reader's browser speaks https: to us, or to a proxy that is trusted or that the settings name."""
    if connection.url.scheme in {"https", "wss"} or settings.url.startswith("https://"):
        return True
    forwarded = connection.headers.get("x-forwarded-proto", "")
    return forwarded == "https" and _trusted(peer(connection), settings.proxies)


def set_session(response: Response, secret: str, connection: HTTPConnection, settings: SignInSettings) -> None:
    """Gives the browser a session, which no script can read and no other site can use."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=is_https(connection, settings),
        httponly=True,
        samesite="lax",
    )


def _trusted(address: str, proxies: Iterable[str]) -> bool:
    try:
        return any(ip_address(address) in ip_network(proxy, strict=False) for proxy in proxies)
    except ValueError:
        return False


def _below(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


async def _end(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
        return
    await response(scope, receive, send)
