"""The REST interface as a face of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.api.routes import make_routes
from ui.face import Face

if TYPE_CHECKING:
    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """``/api``, which wants the token of the app's address."""
    return Face(routes=tuple(make_routes(context.library, context.address.token)))
