"""The reader's own page: signing out here or everywhere, another password, tokens for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from earmark.errors import EarmarkError, UsageError
from ui.access.signed_in import ENTRANCE, SESSION_COOKIE, SIGNED_IN, library_of_page
from ui.account.forms import check_own_seal, check_seal, fields, own_seal, set_form_cookie
from ui.web.templating import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort

__all__ = ["Account"]

Act = Callable[["LibraryPort", dict[str, str]], str]
"""Does what a form asks for; returns the secret of a new token, or nothing."""


class Account:
    """``/account`` and its forms."""

    def __init__(self, library: LibraryPort) -> None:
        self._library = library

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/account", self.show, methods=["GET"]),
            Route("/account/sign-out", self.sign_out, methods=["POST"]),
            Route("/account/sign-out-everywhere", self.sign_out_everywhere, methods=["POST"]),
            Route("/account/password", self._posted(_password, leaves=True), methods=["POST"]),
            Route("/account/tokens", self._posted(_add_token), methods=["POST"]),
            Route("/account/revoke", self._posted(_revoke_token), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        return await run_in_threadpool(self._page, request)

    async def sign_out(self, request: Request) -> Response:
        """Ends this session."""
        return await self._left(request, everywhere=False)

    async def sign_out_everywhere(self, request: Request) -> Response:
        """Ends all sessions of this reader."""
        return await self._left(request, everywhere=True)

    async def _left(self, request: Request, *, everywhere: bool) -> Response:
        try:
            given = await fields(request)
            check_seal(request, given, signed_in=True)
            library = await run_in_threadpool(library_of_page, self._library, request.headers)
            if everywhere:
                await run_in_threadpool(library.sign_in.end_all, library.reader.id)
            await run_in_threadpool(library.sign_in.end, request.cookies.get(SESSION_COOKIE, ""))
        except EarmarkError as error:
            return await run_in_threadpool(self._page, request, why=str(error), status=403)
        return _gone()

    def _posted(self, act: Act, *, leaves: bool = False) -> Callable[[Request], object]:
        """The endpoint of a form; with ``leaves`` the reader is signed out by it."""

        async def endpoint(request: Request) -> Response:
            try:
                given = await fields(request)
                check_own_seal(request, given)
                library = await run_in_threadpool(library_of_page, self._library, request.headers)
                secret = await run_in_threadpool(act, library, given)
            except EarmarkError as error:
                status = 400 if type(error) is UsageError else 403
                return await run_in_threadpool(self._page, request, why=str(error), status=status)
            if leaves:
                return _gone()
            return await run_in_threadpool(self._page, request, secret=secret)

        return endpoint

    def _page(self, request: Request, *, why: str = "", secret: str = "", status: int = 200) -> Response:
        try:
            library = library_of_page(self._library, request.headers)
        except EarmarkError:
            return _gone()
        seal, cookie = own_seal(request)
        page = render(
            "account.html",
            reader=library.reader,
            tokens=library.tokens.every(library.reader.id),
            seal=seal,
            session=request.headers.get(SIGNED_IN, "").startswith("session "),
            why=why,
            secret=secret,
        )
        response = HTMLResponse(page, status, {"Cache-Control": "no-store"})
        if cookie:
            set_form_cookie(response, cookie, request, self._library.settings.sign_in)
        return response


def _password(library: LibraryPort, given: dict[str, str]) -> str:
    if given.get("password", "") != given.get("again", ""):
        raise UsageError("the two passwords differ")
    library.sign_in.end(library.sign_in.with_password(library.reader.id, given.get("before", "")))
    library.sign_in.set_password(library.reader.id, given.get("password", ""))
    return ""


def _add_token(library: LibraryPort, given: dict[str, str]) -> str:
    secret, _ = library.tokens.add(library.reader.id, given.get("name", ""))
    return secret


def _revoke_token(library: LibraryPort, given: dict[str, str]) -> str:
    library.tokens.revoke(library.reader.id, given.get("token", ""))
    return ""


def _gone() -> Response:
    # The browser forgets what it kept for this reader: the brief for times without a network, and the player's speed.
    response = RedirectResponse(ENTRANCE, 303, {"Cache-Control": "no-store", "Clear-Site-Data": '"storage"'})
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response
