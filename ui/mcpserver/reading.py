"""The library of the reader for whom a tool works: of the request that came through the door, or of the process."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from mcp.server.mcpserver.exceptions import ResourceError, ToolError

from earmark.errors import EarmarkError
from ui.access.door import library_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from library.ports import LibraryPort

__all__ = ["ForReader", "home", "library", "read_for", "saying", "telling"]

P = ParamSpec("P")
R = TypeVar("R")

_current: ContextVar[LibraryPort] = ContextVar("library")


def library() -> LibraryPort:
    """The library, as the reader sees it for whom this is done."""
    return _current.get()


def home() -> str:
    """The address at which readers open the app; empty where the settings do not say."""
    return library().settings.sign_in.url


def read_for(theirs: LibraryPort) -> None:
    """Has what follows in this context work for a reader."""
    _current.set(theirs)


class ForReader:
    """Middleware: each request is served for the reader that the door let in.

    The server has to be stateless: a session would go on for the reader who opened it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        token = _current.set(library_of(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            _current.reset(token)


def saying(tool: Callable[P, R]) -> Callable[P, R]:
    """The tool, whose errors of ours reach the model in one line; any other is in the log only."""

    @wraps(tool)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return tool(*args, **kwargs)
        except EarmarkError as error:
            raise ToolError(str(error)) from error

    return told


def telling(resource: Callable[P, R]) -> Callable[P, R]:
    """The same for a resource."""

    @wraps(resource)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return resource(*args, **kwargs)
        except EarmarkError as error:
            raise ResourceError(str(error)) from error

    return told
