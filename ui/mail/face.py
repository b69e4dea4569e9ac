"""``/mail/confirm`` and ``/mail/leave``: what the links of our mails open, for whoever holds the mail, without a sign-in.

Opening a link changes nothing: mail scanners open all of them. A button does, or the one click of RFC 8058, which the
reader's mail program posts by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette.routing import Route

from earmark.errors import EarmarkError, UsageError
from ui.access.gate import Refused
from ui.access.limits import Limiter
from ui.access.signed_in import client_address
from ui.access.statuses import headers_of, status_of
from ui.face import Face
from ui.web.templating import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort
    from ui.face import AppContext

__all__ = ["mail_routes", "make_face"]

_ROOT = "/mail"
_TRIES = 30
"""A minute and an address; a key has 192 random bits."""


def make_face(context: AppContext) -> Face:
    """The links, which hold their own keys and ask for no sign-in."""
    return Face(routes=tuple(mail_routes(context.library, Limiter(_TRIES))), own_doors=(_ROOT,))


def mail_routes(library: LibraryPort, limiter: Limiter) -> list[Route]:
    """The addresses; ``limiter`` counts the requests of each client."""
    mail = library.mail

    def looked_at(code: str, key: str) -> str:
        if code:
            return render("mail_link.html", confirm=code, leave="", address=mail.asked(code).email, done="", why="")
        known = mail.leaving(key)
        done = "" if known.state is not known.state.ENDED else f"No more mail goes to {known.address}."
        return render("mail_link.html", confirm="", leave=key, address=known.address, done=done, why="")

    def done(code: str, key: str) -> str:
        if code:
            said = f"Your brief will come to {mail.confirm(code).email}."
        else:
            said = f"No more mail goes to {mail.leave(key).address}."
        return render("mail_link.html", confirm="", leave="", address="", done=said, why="")

    def endpoint(work: Callable[[str, str], str], name: str) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            given = request.query_params.get(name, "")
            code, key = (given, "") if name == "code" else ("", given)
            try:
                wait_s = limiter.wait_s(client_address(request, library.settings.sign_in))
                if wait_s:
                    words = f"too many tries; wait {math.ceil(wait_s)} seconds"
                    raise Refused(words, status=429, retry_after_s=wait_s)
                if not given:
                    raise UsageError("this address is not whole; open the link of the mail")
                return _page(await run_in_threadpool(work, code, key))
            except EarmarkError as error:
                page = render("mail_link.html", confirm="", leave="", address="", done="", why=error.message)
                return _page(page, status_of(error), headers_of(error))

        return answer

    return [
        Route(f"{_ROOT}/{end}", endpoint(work, name), methods=[method])
        for end, name in (("confirm", "code"), ("leave", "key"))
        for method, work in (("GET", looked_at), ("POST", done))
    ]


def _page(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(page, status, {"Cache-Control": "no-store"} | (headers or {}))
