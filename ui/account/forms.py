"""Forms of our own pages: what was sent, and whether it was sent from the page that we gave to this browser."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from earmark.errors import Forbidden, UsageError
from ui.access.signed_in import SIGNED_IN, is_https

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from earmark.settings import SignInSettings

__all__ = [
    "FORM_COOKIE", "check_own_seal", "check_seal", "fields", "give_seal", "own_seal", "seal_of_session",
    "set_form_cookie",
]  # fmt: skip

FORM_COOKIE = "earmark_form"
"""What a browser without a session is known by, while a form is open."""
_FIELD = "seal"
_MOST_BYTES = 16_000


async def fields(request: Request) -> dict[str, str]:
    """The fields of a posted form.

    Raises:
        UsageError: it is no form, or larger than any of ours.
    """
    if int(request.headers.get("content-length") or _MOST_BYTES + 1) > _MOST_BYTES:
        raise UsageError("this form is too large")
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise UsageError("this is not a form of ours")
    async with request.form(max_files=0, max_fields=20) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def give_seal(request: Request) -> tuple[str, str]:
    """The seal for a form of a browser without a session, and the cookie that goes with it."""
    cookie = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    return _seal("form", cookie), cookie


def set_form_cookie(response: Response, cookie: str, request: Request, settings: SignInSettings) -> None:
    """Gives the browser the cookie of its open form."""
    response.set_cookie(
        FORM_COOKIE,
        cookie,
        max_age=3600,
        path="/",
        secure=is_https(request, settings),
        httponly=True,
        samesite="strict",
    )


def seal_of_session(request: Request) -> str:
    """The seal for the forms of whoever is signed in."""
    return _seal("session", request.headers.get(SIGNED_IN, ""))


def check_seal(request: Request, given: dict[str, str], *, signed_in: bool) -> None:
    """Raises ``Forbidden`` where a form does not carry the seal that this browser was given."""
    known = request.headers.get(SIGNED_IN, "") if signed_in else request.cookies.get(FORM_COOKIE, "")
    wanted = _seal("session" if signed_in else "form", known)
    if not known or not hmac.compare_digest(given.get(_FIELD, "").encode(), wanted.encode()):
        raise Forbidden("this form is too old; go back, load the page again and send it once more")


def own_seal(request: Request) -> tuple[str, str]:
    """The seal for a form of the reader's own, and the cookie that goes with it: empty for whoever is signed in."""
    return (seal_of_session(request), "") if request.headers.get(SIGNED_IN) else give_seal(request)


def check_own_seal(request: Request, given: dict[str, str]) -> None:
    """Raises ``Forbidden`` where a form of the reader's own does not carry the seal of `own_seal`."""
    check_seal(request, given, signed_in=bool(request.headers.get(SIGNED_IN)))


_KEY = secrets.token_bytes(32)
"""Of this process: a form that was open while the app was started again is sent once more."""


def _seal(kind: str, known: str) -> str:
    return hmac.new(_KEY, f"{kind}\x1f{known}".encode(), hashlib.sha256).hexdigest()
