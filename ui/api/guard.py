"""The guard before every request: which hosts are answered, who may post, and the headers of each answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestGuard", "content_policy", "host_name"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_SEE = " (docs/proxy.md)"
_CLOSED = "/_stcore/agent"
"""Where Streamlit lets programs drive the pages: it answers there even when that is turned off."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestGuard:
    """Middleware: refuses unknown hosts (DNS rebinding) and foreign origins, and adds the security headers.

    A policy that an answer has of its own stays beside this one: browsers keep both, so it can only forbid more.

    ``hosts`` are names without a port; ``script_hashes`` are the CSP hashes of the inline scripts that may run.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = (), script_hashes: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = {name.lower() for name in (*LOOPBACK, *hosts) if name}
        self._hashes = tuple(script_hashes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        refusal = self._refusal(scope, host, headers)
        safe_host = host if not refusal else ""
        added = [(b"content-security-policy", content_policy(safe_host, self._hashes).encode("latin-1")), *_HEADERS]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in _HEADERS}
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        if refusal:
            await _refuse(scope, receive, guarded, refusal)
            return
        await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope, host: str, headers: dict[str, str]) -> str:
        if host_name(host) not in self._hosts:
            return f"this host name is not served here; add it to app.allowed_hosts if it is yours{_SEE}"
        if scope["path"].startswith(_CLOSED):
            return "there is nothing here"
        if scope["type"] == "http" and scope["method"] in _READING:
            return ""
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return f"requests from other sites are refused; behind a proxy, let it pass the Host header on{_SEE}"
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return "requests from other sites are refused"
        return ""


def host_name(host: str) -> str:
    """The name in a Host header without its port, in lower case; empty if the header has no usable name."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    return (parts.hostname or "").rstrip(".")


def content_policy(host: str, script_hashes: Iterable[str] = ()) -> str:
    """The Content-Security-Policy: no image, font or script from elsewhere; sound may come from its publisher.

    Styles may be inline because Streamlit writes its own at run time. Not every browser reads ``'self'`` as covering
    a socket to the same host, so that is named.
    """
    sockets = f" ws://{host} wss://{host}" if host else ""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *(f"'{digest}'" for digest in script_hashes))),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "media-src 'self' https: http:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    # Other sites hear of no address. "no-referrer" would have browsers send our own forms from the origin "null".
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    body = why.encode()
    status = 421 if why.startswith("this host") else 404 if why.startswith("there is nothing") else 403
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
