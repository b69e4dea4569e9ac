"""``/p/{name}/names``: what somebody is called, which an owner says with a few forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from earmark.addresses import person_named, person_page
from earmark.errors import EarmarkError, Forbidden
from earmark.types import Role
from ui.access.signed_in import ENTRANCE, library_of_page
from ui.access.statuses import status_of
from ui.account.forms import check_own_seal, fields, own_seal, set_form_cookie
from ui.web.templating import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.people import Person
    from library.ports import LibraryPort

__all__ = ["PersonNames"]

_OFFERED = 200
"""Names that are offered to be joined."""


def _rename(theirs: LibraryPort, name: str, given: dict[str, str]) -> Person:
    return theirs.people.rename(name, given.get("to", ""), show=given.get("show", ""))


def _confirm(theirs: LibraryPort, name: str, _given: dict[str, str]) -> Person:
    return theirs.people.confirm(name)


def _join(theirs: LibraryPort, name: str, given: dict[str, str]) -> Person:
    return theirs.people.join(name, given.get("other", ""), show=given.get("show", ""))


def _split(theirs: LibraryPort, name: str, given: dict[str, str]) -> Person:
    written, called = given.get("written", ""), given.get("called", "")
    return theirs.people.split(name, written, called=called.strip(), show=given.get("show", ""))


_DEEDS: dict[str, Callable[[LibraryPort, str, dict[str, str]], Person]] = {
    "rename": _rename,
    "confirm": _confirm,
    "join": _join,
    "split": _split,
}


class PersonNames:
    """The page and its forms. Whoever is no owner does not get it.

    Args:
        library: whose people they are.
    """

    def __init__(self, library: LibraryPort) -> None:
        self._library = library

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/p/{name}/names", self.show, methods=["GET"]),
            Route("/p/{name}/names/{deed}", self.decide, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        return await run_in_threadpool(self._page, request)

    async def decide(self, request: Request) -> Response:
        """Does what a form asks for, and leads to the page of whom it was about; or says what is wrong."""
        deed = _DEEDS.get(request.path_params["deed"])
        if deed is None:
            return HTMLResponse("there is nothing here\n", 404)
        try:
            given = await fields(request)
            check_own_seal(request, given)
            name = person_named(request.path_params["name"])
            person = await run_in_threadpool(lambda: deed(library_of_page(self._library, request.headers), name, given))
        except EarmarkError as error:
            return await run_in_threadpool(self._page, request, status=status_of(error), why=str(error))
        return RedirectResponse(f"{person_page(person.name)}/names", 303, {"Cache-Control": "no-store"})

    def _page(self, request: Request, *, status: int = 200, why: str = "") -> Response:
        try:
            theirs = library_of_page(self._library, request.headers)
        except Forbidden:
            return RedirectResponse(ENTRANCE, 303, {"Cache-Control": "no-store"})
        try:
            values = _values(theirs, person_named(request.path_params["name"]))
        except EarmarkError as error:
            shown = render("person_names.html", person=None, why=str(error))
            return HTMLResponse(shown, status_of(error), {"Cache-Control": "no-store"})
        seal, cookie = own_seal(request)
        shown = render("person_names.html", seal=seal, why=why, **values)
        response = HTMLResponse(shown, status, {"Cache-Control": "no-store"})
        if cookie:
            set_form_cookie(response, cookie, request, self._library.settings.sign_in)
        return response


def _values(theirs: LibraryPort, name: str) -> dict[str, Any]:
    """What the page says of somebody; raises ``Forbidden`` for whoever is no owner, and ``NotFound``."""
    if theirs.reader.role is not Role.OWNER:
        raise Forbidden("what people are called is for an owner of this library to say; ask one")
    person = theirs.people.get(name)
    others = [other.name for other in theirs.people.every() if other.name != person.name]
    return {
        "person": person,
        "address": person_page(person.name),
        "others": others[:_OFFERED],
        "shows": [(show.id, show.title) for show in theirs.shows.every()],
    }
