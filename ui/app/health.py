"""``/healthz``: whether the app answers, and which process it is; anybody on an allowed host may ask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from ui.face import Face

if TYPE_CHECKING:
    from starlette.requests import Request

    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(_context: AppContext) -> Face:
    """The health check."""
    return Face(routes=(Route("/healthz", _healthz),))


async def _healthz(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok", "pid": os.getpid()})
