"""How a page becomes an answer of HTTP: with the mark by which a browser knows it again, and what it may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from ui.conditional import is_known, tag_of
from ui.pages.assets import ASSETS, style_at

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["POLICY", "answer"]

POLICY = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self'; media-src https: http:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page may do, served or written: no script, nothing from elsewhere but the publisher's sound once a reader plays it. The bars of a theme have their heights in attributes, which are numbers of ours."""
_PRIVATE = "private, no-cache"
_PUBLIC = "public, max-age=300"
"""Five minutes: what is withdrawn or no longer published must not be found in caches for long."""


def answer(
    request: Request,
    body: bytes | str,
    media_type: str,
    *,
    status: int = 200,
    public: bool = False,
    listed: bool = False,
) -> Response:
    """The answer with that body, or 304 without one where the client has it already (``If-None-Match``)."""
    content = body.encode() if isinstance(body, str) else body
    tag = tag_of(content)
    headers = {
        "ETag": tag,
        "Cache-Control": (_PUBLIC if public else _PRIVATE) if status == 200 else "no-store",
        "Content-Security-Policy": _served_policy(),
        "Vary": "Cookie, Authorization",
    }
    if not listed:
        headers["X-Robots-Tag"] = "noindex"
    if status == 200 and is_known(request.headers, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, media_type)


def _served_policy() -> str:
    """The policy of what is served: with the stylesheet that pages carry, and what a page cannot say of itself."""
    carried = POLICY.replace("style-src 'self'", f"style-src '{style_at(ASSETS).digest}'")
    return f"{carried}; frame-ancestors 'none'"
