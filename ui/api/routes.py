"""The REST interface: reading, and withdrawing what is wrong; loopback, with the token of ``app.json``.

Every answer is ``{"schema_version": …, "result": …}`` of `earmark.documents`, every failure
``{"error": "one line", "kind": "NotFound", …}`` of `earmark.error_documents`.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from earmark.documents import document
from earmark.error_documents import dump_error
from earmark.errors import EarmarkError, NotFound, TransientError, UsageError
from ui.api import asking
from ui.api.queries import MOST, filters_of, limit_of, query_of, to_date

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort

__all__ = ["make_routes"]

Reader = Callable[["LibraryPort", "Request"], Any]

_log = logging.getLogger(__name__)


def make_routes(library: LibraryPort, token: str) -> list[Route]:
    """The routes under ``/api/``."""
    return [
        *(Route(path, _endpoint(library, token, reader)) for path, reader in _READERS.items()),
        Route("/api/ask/stream", _streaming(library, token)),
        Route("/api/reindex", _endpoint(library, token, reindex), methods=["POST"]),
        Route("/api/wrong/{insight_id}", _endpoint(library, token, wrong), methods=["POST"]),
    ]


def search(library: LibraryPort, request: Request) -> Any:
    """Passages: ``q``, ``show`` (id or name, repeatable), ``speaker``, ``episode``, ``after``, ``before``, ``limit``."""
    params = request.query_params
    query, limit = query_of(params), limit_of(params, default=10)
    return library.search.hits(query, filters=filters_of(params, _show_ids(library, request)), limit=limit)


def search_page(library: LibraryPort, request: Request) -> Any:
    """The same with facets and the query as it was understood; ``correct=0`` leaves names as they are typed."""
    params = request.query_params
    query, limit = query_of(params), limit_of(params, default=10)
    filters = filters_of(params, _show_ids(library, request))
    return library.search.page(query, filters=filters, limit=limit, correct=params.get("correct") != "0")


def related(library: LibraryPort, request: Request) -> Any:
    """What other shows said about the same thing as an insight: ``limit``."""
    limit = limit_of(request.query_params, default=10)
    return library.insights.related(request.path_params["insight_id"], limit=limit)


def novelty(library: LibraryPort, request: Request) -> Any:
    """The novelty of insights by id, in 0..1: ``id``, up to 200 times."""
    ids = request.query_params.getlist("id")
    if len(ids) > MOST:
        raise UsageError(f"takes at most {MOST} ids", subject="id")
    return library.insights.novelty([library.insights.get(insight_id) for insight_id in ids])


def brief(library: LibraryPort, request: Request) -> Any:
    """The brief of a ``date``, by default today's, and of a ``reader``, by default the local one."""
    params = request.query_params
    reader = params.get("reader", "")
    theirs = library.for_reader(reader) if reader else library
    return theirs.briefs.get(to_date(params.get("date", ""), "date"))


def themes(library: LibraryPort, _request: Request) -> Any:
    """What the library is about, most insights first."""
    return library.themes.every()


def theme(library: LibraryPort, request: Request) -> Any:
    """One theme and its insights, most central first: ``limit``."""
    theme = library.themes.get(request.path_params["theme_id"])
    insights = library.themes.insights(theme.id, limit=limit_of(request.query_params, default=50))
    return {"theme": theme, "insights": insights}


def theme_map(library: LibraryPort, _request: Request) -> Any:
    """Every insight with its place on the map."""
    return library.themes.points()


def reindex(library: LibraryPort, _request: Request) -> Any:
    """Builds the index from scratch; how many points it holds."""
    return library.index.rebuild()


def wrong(library: LibraryPort, request: Request) -> Any:
    """Withdraws an insight: ``because`` (a reason) and ``note``; with ``undo=1`` brings it back."""
    params, insight_id = request.query_params, request.path_params["insight_id"]
    if params.get("undo") == "1":
        return library.insights.restore(insight_id)
    return library.insights.withdraw(insight_id, because=params.get("because", ""), note=params.get("note", ""))


def withdrawn(library: LibraryPort, _request: Request) -> Any:
    """The withdrawn insights, the latest withdrawal first."""
    return library.insights.withdrawn()


_READERS: dict[str, Reader] = {
    "/api/search": search,
    "/api/search/page": search_page,
    "/api/related/{insight_id}": related,
    "/api/novelty": novelty,
    "/api/ask": asking.ask,
    "/api/brief": brief,
    "/api/themes": themes,
    "/api/themes/map": theme_map,
    "/api/themes/{theme_id}": theme,
    "/api/wrong": withdrawn,
}


def _show_ids(library: LibraryPort, request: Request) -> list[str]:
    return [library.shows.find(name).id for name in request.query_params.getlist("show") if name]


def _streaming(library: LibraryPort, token: str) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        if not _allowed(request, token):
            return _unknown()
        try:
            return await asking.stream(library, request)
        except Exception as error:  # noqa: BLE001 - the border: whatever it is, the caller gets JSON
            return _failed(request, error)

    return answer


def _failed(request: Request, error: Exception) -> JSONResponse:
    """The error as the caller sees it: Earmark's own in words, any other with its reason in the log only."""
    if isinstance(error, EarmarkError):
        return JSONResponse(dump_error(error), status_code=_status(error))
    _log.error("%s failed", request.url.path, exc_info=error)
    return JSONResponse(dump_error(EarmarkError("this went wrong here; the log says why")), 500)


def _unknown() -> JSONResponse:
    return JSONResponse(
        dump_error(UsageError("the token of app.json is needed: Authorization: Bearer …")),
        status_code=401,
        headers={"WWW-Authenticate": "Bearer"},
    )


def _endpoint(library: LibraryPort, token: str, reader: Reader) -> Callable[[Request], Any]:
    async def answer(request: Request) -> JSONResponse:
        if not _allowed(request, token):
            return _unknown()
        try:
            result = await run_in_threadpool(reader, library, request)
        except Exception as error:  # noqa: BLE001 - the border: whatever it is, the caller gets JSON
            return _failed(request, error)
        return JSONResponse(document(result=result))

    return answer


def _allowed(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _status(error: EarmarkError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, UsageError):
        return 400
    return 503 if isinstance(error, TransientError) else 500
