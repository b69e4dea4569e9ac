"""A face of its own, as somebody would add one: this file, and a row in the table of faces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui.face import AppContext, Face

__all__ = ["make_face", "running"]

running: list[str] = []
"""Of which homes a toy is being served."""


def make_face(context: AppContext) -> Face:
    """``/toy``: the titles of the followed shows, a line each."""

    async def titles(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("\n".join(summary.show.title for summary in context.library.shows.summaries()))

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        running.append(str(context.library.settings.home))
        yield
        running.remove(str(context.library.settings.home))

    return Face(routes=(Route("/toy", titles),), lifespan=lifespan)
