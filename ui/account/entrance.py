"""The pages before the door: signing in, and accepting an invitation. Plain HTML, which needs no script."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from earmark.errors import EarmarkError, NotFound, UsageError
from ui.access.gate import Refused
from ui.access.limits import Limiter
from ui.access.redirects import safe_target
from ui.access.signed_in import SESSION_COOKIE, client_address, set_session, sign_in_required
from ui.access.statuses import status_of
from ui.account.forms import FORM_COOKIE, check_seal, fields, give_seal, set_form_cookie
from ui.web.templating import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort
    from ui.access.oidc import OpenId

__all__ = ["Entrance"]

_TRIES_OF_A_NAME = 10
_TRIES_OF_AN_ADDRESS = 30
"""A minute. A password of ten random letters stands such tries for longer than anybody tries."""
_WHY = {"address": "This address is on no reader's list here. Ask an owner of this library to add it."}


class Entrance:
    """``/sign-in`` and ``/invitation``.

    Args:
        library: knows the readers.
        openid: through whom else readers may sign in.
        seconds: a clock that only grows, by which tries are counted.
    """

    def __init__(
        self, library: LibraryPort, openid: OpenId | None, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._library = library
        self._settings = library.settings.sign_in
        self._required = sign_in_required(library.settings)
        self._openid = openid
        self._names = Limiter(_TRIES_OF_A_NAME, clock=seconds)
        self._addresses = Limiter(_TRIES_OF_AN_ADDRESS, clock=seconds)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/invitation", self.show_invitation, methods=["GET"]),
            Route("/invitation", self.accept, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form, or the front page where nobody has to sign in."""
        if not self._required:
            return RedirectResponse("/", 303)
        why = _WHY.get(request.query_params.get("why", ""), "")
        return self._form(request, target=request.query_params.get("next", "/"), why=why)

    async def sign_in(self, request: Request) -> Response:
        """A session for the right name and password; else the form again, which does not say what was wrong."""
        target, name = "/", ""
        try:
            given = await fields(request)
            target, name = given.get("next", "/"), given.get("name", "")
            check_seal(request, given, signed_in=False)
            self._limit(request, name)
            secret = await run_in_threadpool(self._library.sign_in.with_password, name, given.get("password", ""))
        except EarmarkError as error:
            return self._form(request, target=target, name=name, why=_sentence(error), status=status_of(error))
        return await self._welcomed(request, secret, safe_target(target))

    async def show_invitation(self, request: Request) -> Response:
        """The form to choose a password."""
        return await self._invitation(request, request.query_params.get("code", ""))

    async def accept(self, request: Request) -> Response:
        """A session for whoever was invited; the invitation is used up."""
        code = ""
        try:
            given = await fields(request)
            code = given.get("code", "")
            check_seal(request, given, signed_in=False)
            self._limit(request, "")
            if given.get("password", "") != given.get("again", ""):
                raise UsageError("the two passwords differ")
            secret = await run_in_threadpool(self._library.sign_in.accept, code, given.get("password", ""))
        except EarmarkError as error:
            return await self._invitation(request, code, why=_sentence(error), status=status_of(error))
        return await self._welcomed(request, secret, "/")

    async def _welcomed(self, request: Request, secret: str, target: str) -> Response:
        """On to the target with the new session; one that the browser had before is over."""
        before = request.cookies.get(SESSION_COOKIE, "")
        if before:
            await run_in_threadpool(self._library.sign_in.end, before)
        response = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        set_session(response, secret, request, self._settings)
        response.delete_cookie(FORM_COOKIE, path="/")
        return response

    def _limit(self, request: Request, name: str) -> None:
        """Takes one try; raises ``Refused`` where there were too many."""
        waits = [self._addresses.wait_s(client_address(request, self._settings))]
        if name:
            waits.append(self._names.wait_s(name.strip().lower()[:300]))
        if max(waits):
            words = f"too many tries; wait {math.ceil(max(waits))} seconds"
            raise Refused(words, status=429, retry_after_s=max(waits))

    def _form(self, request: Request, *, target: str, name: str = "", why: str = "", status: int = 200) -> Response:
        seal, cookie = give_seal(request)
        openid = self._openid
        page = render(
            "sign_in.html",
            seal=seal,
            target=safe_target(target),
            name=name[:300],
            why=why,
            provider=openid.name if openid else "",
            start=openid.start() if openid else "",
        )
        return self._page(request, page, cookie, status)

    async def _invitation(self, request: Request, code: str, *, why: str = "", status: int = 200) -> Response:
        seal, cookie = give_seal(request)
        try:
            reader = await run_in_threadpool(self._library.sign_in.invited, code)
        except NotFound as error:
            reader, why, status = None, _sentence(error), 404
        page = render("invitation.html", seal=seal, code=code, reader=reader, why=why)
        return self._page(request, page, cookie, status)

    def _page(self, request: Request, page: str, cookie: str, status: int) -> Response:
        response = HTMLResponse(page, status, {"Cache-Control": "no-store"})
        set_form_cookie(response, cookie, request, self._settings)
        return response


def _sentence(error: EarmarkError) -> str:
    return f"{error.message[:1].upper()}{error.message[1:]}."
