"""``/metrics`` as a face of the app, for Prometheus and whatever reads its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from earmark.errors import EarmarkError
from ui.access.door import Door, library_of
from ui.access.statuses import headers_of, status_of
from ui.face import Face
from ui.metrics.times import RequestTimes, TimedRequests

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from library.ports import LibraryPort
    from ui.face import AppContext

__all__ = ["make_face"]

_PATH = "/metrics"


def make_face(context: AppContext) -> Face:
    """The metrics, for owners whom the app's gate admits; requests are timed in any case."""
    allowed = context.library.settings.app.metrics
    times = TimedRequests()
    timing = Middleware(RequestTimes, times=times)
    if allowed == "off":
        return Face(routes=(Route(_PATH, _off),), own_doors=(_PATH,), middleware=(timing,))

    async def metrics(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await run_in_threadpool(_answer, library_of(scope), times)
        except EarmarkError as error:
            answer = _refusal(error)
        await answer(scope, receive, send)

    gate = context.gate.open_here() if allowed == "loopback" else context.gate
    route = Route(_PATH, Door(metrics, gate, _refusal), methods=["GET"])
    return Face(routes=(route,), own_doors=(_PATH,), middleware=(timing,))


async def _off(_request: Request) -> Response:
    return PlainTextResponse("the metrics are off (app.metrics)\n", 404)


def _answer(library: LibraryPort, times: TimedRequests) -> Response:
    from ui.metrics.exposition import CONTENT_TYPE, exposition  # a twentieth of a second, and most never ask

    body = exposition(library.status(), times, now=library.clock.now())
    return Response(body, media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _refusal(error: EarmarkError) -> Response:
    return PlainTextResponse(f"{error}\n", status_of(error), headers_of(error))
