"""The REST interface as a face of the app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.routing import Mount

from ui.access.door import Door
from ui.face import Face
from ui.lazy import LazyApp

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from earmark.errors import EarmarkError
    from ui.access.gate import Gate
    from ui.face import AppContext

__all__ = ["api_mount", "make_face"]


def make_face(context: AppContext) -> Face:
    """``/api/v1``, for callers that the app's gate admits."""
    return Face(routes=(api_mount(context.gate),), own_doors=("/api/v1",))


def api_mount(gate: Gate) -> Mount:
    """``/api/v1`` behind a gate."""
    mount = Mount("/api/v1", Door(LazyApp(_api), gate, _refusal))
    # A line break in an address would lead past it, to an answer that is none of ours.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _api() -> ASGIApp:
    from ui.api.app import make_api  # FastAPI takes a third of a second

    app: ASGIApp = make_api()
    return app


def _refusal(error: EarmarkError) -> Response:
    from ui.api.problems import problem

    return problem(error)
