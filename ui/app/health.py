"""``/healthz``: whether the app answers, and which process it is. ``/readyz``: whether it can serve a library.

Anybody on an allowed host may ask; neither says what the library holds, or why it cannot be read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from earmark.errors import EarmarkError
from ui.face import Face

if TYPE_CHECKING:
    from starlette.requests import Request

    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """The checks of a supervisor: a process that does not answer is started again, one that is not ready gets no readers."""

    def readyz(_request: Request) -> JSONResponse:
        try:
            context.library.index.behind()  # reads the catalog and the note beside the index, and opens no index
        except EarmarkError:
            return JSONResponse({"status": "the catalog cannot be read"}, status_code=503)
        return JSONResponse({"status": "ok"})

    return Face(routes=(Route("/healthz", _healthz), Route("/readyz", readyz)))


async def _healthz(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok", "pid": os.getpid()})
