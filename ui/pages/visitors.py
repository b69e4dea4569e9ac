"""Who opens a page of its own: a reader with a session or a token, the reader of this machine, or a stranger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.errors import Forbidden, NotFound
from ui.access.gate import Refused
from ui.access.signed_in import library_of_page

if TYPE_CHECKING:
    from starlette.requests import Request

    from library.ports import LibraryPort
    from ui.access.gate import Gate

__all__ = ["library_of_visitor"]


def library_of_visitor(request: Request, library: LibraryPort, gate: Gate) -> LibraryPort | None:
    """The library as the visitor sees it; ``None`` for a stranger.

    A token that is given has to be good: without it, or with one that was revoked, the visitor is a stranger even on this
    machine.

    Raises:
        Refused: somebody asks too often.
    """
    try:
        if "authorization" in request.headers:
            return gate.library_for(gate.admit(request.scope))
        return library_of_page(library, request.headers)
    except Refused as refusal:
        if refusal.retry_after_s is not None:
            raise
        return None
    except (Forbidden, NotFound):
        return None
