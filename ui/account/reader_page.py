"""A page of the reader's own, with forms that each do one thing and show the page again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from earmark.clean import plain
from earmark.errors import EarmarkError, Forbidden
from ui.access.signed_in import ENTRANCE, library_of_page
from ui.access.statuses import status_of
from ui.account.forms import check_own_seal, fields, own_seal, set_form_cookie
from ui.web.templating import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort

__all__ = ["Act", "ReaderPage"]

_LONGEST = 300
"""Characters of what an address asks for."""
Act = Callable[["LibraryPort", dict[str, str]], dict[str, Any]]
"""Does what a form asks for; returns what the page says beside what it always says."""


class ReaderPage:
    """A page and its forms.

    Args:
        library: whose readers they are.
        path: its address; a form is posted below it.
        template: of the page; it is given ``reader``, ``seal``, ``why`` (what went wrong, or empty), ``asked`` (what its address
            asks for, by name), and what follows.
        shown: what the page always says.
        acts: what each form does, by the end of its address.
    """

    def __init__(
        self,
        library: LibraryPort,
        path: str,
        template: str,
        *,
        shown: Callable[[LibraryPort], dict[str, Any]],
        acts: Mapping[str, Act],
    ) -> None:
        self._library = library
        self._path = path
        self._template = template
        self._shown = shown
        self._acts = acts

    def routes(self) -> list[Route]:
        """Its addresses."""
        forms = [Route(f"{self._path}/{end}", self._posted(act), methods=["POST"]) for end, act in self._acts.items()]
        return [Route(self._path, self.show, methods=["GET"]), *forms]

    async def show(self, request: Request) -> Response:
        """The page."""
        return await run_in_threadpool(self._page, request)

    def _posted(self, act: Act) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            try:
                given = await fields(request)
                check_own_seal(request, given)
                said = await run_in_threadpool(lambda: act(library_of_page(self._library, request.headers), given))
            except EarmarkError as error:
                return await run_in_threadpool(self._page, request, status=status_of(error), why=str(error))
            return await run_in_threadpool(self._page, request, **said)

        return endpoint

    def _page(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        try:
            library = library_of_page(self._library, request.headers)
        except Forbidden:
            return RedirectResponse(ENTRANCE, 303, {"Cache-Control": "no-store"})
        seal, cookie = own_seal(request)
        asked = {name: plain(value)[:_LONGEST] for name, value in request.query_params.items()}
        values = {"why": "", "reader": library.reader, "seal": seal, "asked": asked} | self._shown(library) | said
        response = HTMLResponse(render(self._template, **values), status, {"Cache-Control": "no-store"})
        if cookie:
            set_form_cookie(response, cookie, request, self._library.settings.sign_in)
        return response
