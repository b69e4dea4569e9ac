"""How a result becomes an answer: its document, a page of a list, and the mark by which a client knows that it has it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from earmark.documents import document
from earmark.errors import NotFound
from library.ports import LibraryPort
from ui.access.door import library_of
from ui.conditional import is_known, tag_of

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["THEIRS", "answer", "cursor_in", "file", "page", "page_after"]

T = TypeVar("T")


def _their_library(request: Request) -> LibraryPort:
    scope: Scope = request.scope
    return library_of(scope)


THEIRS = Depends(_their_library)
"""The library as the caller's reader sees it."""


def answer(request: Request, value: object, **parts: object) -> Response:
    """The document of a result; 304 without one where the client has it already (``If-None-Match``)."""
    response = JSONResponse(document(result=value, **parts))
    if request.method == "GET":
        tag = tag_of(bytes(response.body))
        marks = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if is_known(request.headers, tag):
            return Response(status_code=304, headers=marks)
        response.headers.update(marks)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def file(request: Request, text: str, media_type: str, name: str) -> Response:
    """A text that is kept as a file of that name; 304 without it where the client has it already."""
    body = text.encode()
    tag = tag_of(body)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(request.headers, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type=media_type, headers=headers)


def page(request: Request, values: Sequence[T], cursor: str, limit: int, key: Callable[[T], str]) -> Response:
    """The part of a list that follows a cursor, with the cursor of the next; raises ``NotFound`` where it is unknown."""
    first = 0
    if after := cursor_in(cursor):
        places = [place for place, value in enumerate(values) if key(value) == after]
        if not places:
            raise NotFound("the list has changed and cannot go on from here; begin again", subject="cursor")
        first = places[0] + 1
    return page_after(request, values[first : first + limit + 1], limit, key)


def page_after(request: Request, values: Sequence[T], limit: int, key: Callable[[T], str]) -> Response:
    """A page of values of which one more than ``limit`` was looked for, to tell whether there is a next."""
    shown = list(values[:limit])
    more = len(values) > limit
    return answer(request, shown, next=_cursor(key(shown[-1])) if more else "")


def cursor_in(cursor: str) -> str:
    """What a cursor stands for: the key of the last value of the page before; empty for the first page.

    Raises:
        NotFound: no list gave it.
    """
    try:
        # Without its padding a cursor is a word, which no shell and no address has to quote.
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError):
        raise NotFound("is none that this list gave; begin again", subject="cursor") from None


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
