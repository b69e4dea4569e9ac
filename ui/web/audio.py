"""Recordings of local shows, for the player: read where they lie, in the pieces that a browser asks for."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route

from earmark.errors import EarmarkError
from ui.access.signed_in import library_of_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from library.ports import LibraryPort

__all__ = ["audio_address", "audio_routes"]


def audio_address(episode_id: str) -> str:
    """Where the recording of a local episode is played from."""
    return f"/audio/{quote(episode_id, safe='')}"


def audio_routes(library: LibraryPort) -> list[Route]:
    """The route of `audio_address`, for readers who see the episode's show."""

    def recording(request: Request) -> Response:
        try:
            path = library_of_page(library, request.headers).episodes.local_audio(request.path_params["episode"])
        except EarmarkError:
            path = None
        if path is None or not path.is_file():
            return PlainTextResponse("there is nothing here\n", 404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=kind, headers={"Cache-Control": "private, no-cache"})

    return [Route("/audio/{episode}", recording)]
