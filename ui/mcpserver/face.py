"""The MCP server as a face of the app. It is made when it is first asked for: what it needs takes a second and 25 MB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from earmark.error_documents import dump_error
from ui.access.door import Door
from ui.access.statuses import headers_of, status_of
from ui.face import Face

if TYPE_CHECKING:
    from anyio.abc import TaskGroup, TaskStatus
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from earmark.errors import EarmarkError
    from ui.face import AppContext
    from ui.mcpserver.server import HttpServer

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """``/mcp``, for callers that the app's gate admits."""
    server = _LazyServer()
    route = Route("/mcp", Door(server, context.gate, _refusal))
    route.methods = None  # the server says itself which it takes
    return Face(routes=(route,), lifespan=server.lifespan, own_doors=("/mcp",))


class _LazyServer:
    """The server, started by its first request in the task group of the app's lifespan."""

    def __init__(self) -> None:
        self._lock = anyio.Lock()
        self._tasks: TaskGroup | None = None
        self._server: HttpServer | None = None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Holds what the first request started, and ends it with the app."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            yield
            self._tasks = None
            tasks.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        async with self._lock:
            if self._server is None and self._tasks is not None:
                self._server = await self._tasks.start(self._run)
        if self._server is None:
            await JSONResponse({"error": "the app is ending"}, 503)(scope, receive, send)
            return
        await self._server(scope, receive, send)

    async def _run(self, *, task_status: TaskStatus[HttpServer]) -> None:
        server = await run_in_threadpool(_make)
        async with server.running():
            task_status.started(server)
            await anyio.sleep_forever()


def _make() -> HttpServer:
    from ui.mcpserver.server import HttpServer

    return HttpServer()


def _refusal(error: EarmarkError) -> Response:
    """A refusal; clients of MCP look at its status."""
    return JSONResponse(dump_error(error), status_of(error), headers_of(error))
