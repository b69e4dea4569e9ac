"""Errors as ``application/problem+json`` (RFC 9457): the document of `earmark.error_documents` with the members of the RFC."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from earmark.error_documents import dump_error
from earmark.errors import EarmarkError, UsageError
from ui.access.gate import Refused
from ui.access.statuses import headers_of, status_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MEDIA_TYPE", "PROBLEMS", "handle_errors", "problem", "problem_document", "unexpected"]

MEDIA_TYPE = "application/problem+json"

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": about, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, about in (
        (400, "What was asked for makes no sense"),
        (401, "A token is needed, or this one is nobody's"),
        (403, "This reader may not do that"),
        (404, "There is no such thing"),
        (405, "No such method here"),
        (429, "Too many requests; Retry-After says when to ask again"),
        ("default", "Something else went wrong"),
    )
}
"""The problems that every route can answer with, as OpenAPI has them."""

_log = logging.getLogger(__name__)


def problem_document(error: EarmarkError) -> dict[str, Any]:
    """The document of an error as a problem."""
    status = status_of(error)
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        **dump_error(error),
    }


def problem(error: EarmarkError) -> Response:
    """The answer that an error becomes."""
    headers = {"Cache-Control": "no-store", **headers_of(error)}
    return JSONResponse(problem_document(error), status_of(error), headers, MEDIA_TYPE)


def unexpected(where: str, error: Exception) -> EarmarkError:
    """What a caller is told of an error that is not ours: its reason is in the log."""
    _log.error("%s failed", where, exc_info=error)
    return EarmarkError("this went wrong here; the log says why")


class ProblemMiddleware:
    """Answers with a problem where an error is none of ours, unless the answer has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun:
                raise
            await problem(unexpected(scope.get("path", ""), error))(scope, receive, send)


def handle_errors(app: FastAPI) -> None:
    """Has an app answer with problems, whatever goes wrong."""
    app.add_middleware(ProblemMiddleware)
    app.add_exception_handler(EarmarkError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _ours(_request: Request, error: Exception) -> Response:
    return problem(error if isinstance(error, EarmarkError) else EarmarkError(str(error)))


async def _invalid(_request: Request, error: Exception) -> Response:
    """The first thing that is wrong with a request; what was given is not repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    return problem(UsageError(str(first["msg"]), subject=".".join(place[1:]) or place[0]))


async def _http(_request: Request, error: Exception) -> Response:
    """What the framework itself refuses: unknown addresses and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = problem(Refused(HTTPStatus(status).phrase, subject="request", status=status))
    allowed = getattr(error, "headers", None) or {}
    answer.headers.update(allowed)
    return answer
