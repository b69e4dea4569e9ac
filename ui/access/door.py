"""What stands before the faces that programs use: only callers that the gate admits come through, with their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from library.ports import LibraryPort
    from ui.access.gate import Caller, Gate

__all__ = ["Door", "caller_of", "charge", "library_of"]

_CALLER, _LIBRARY, _GATE = "earmark.caller", "earmark.library", "earmark.gate"


class Door:
    """Middleware around one face.

    Args:
        app: the face.
        gate: tells callers apart.
        refusal: the answer to a request that does not come through, as that face's clients read it.
    """

    def __init__(self, app: ASGIApp, gate: Gate, refusal: Callable[[EarmarkError], Response]) -> None:
        self._app = app
        self._gate = gate
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            caller = await run_in_threadpool(self._gate.admit, scope)
            library = await run_in_threadpool(self._gate.library_for, caller)
        except EarmarkError as error:
            await self._refusal(error)(scope, receive, send)
            return
        await self._app({**scope, _CALLER: caller, _LIBRARY: library, _GATE: self._gate}, receive, send)


def caller_of(scope: Scope) -> Caller:
    """Who asks, of a request that came through a door."""
    caller: Caller = scope[_CALLER]
    return caller


def charge(scope: Scope, requests: int) -> None:
    """Counts a request that came through a door as so many more; raises ``Refused`` as the gate does."""
    gate: Gate = scope[_GATE]
    gate.charge(caller_of(scope), requests)


def library_of(scope: Scope) -> LibraryPort:
    """The library as who asks sees it, of a request that came through a door."""
    library: LibraryPort = scope[_LIBRARY]
    return library
