"""Streamlit's own scripts and stylesheets, packed once with gzip and kept: Streamlit sends them as they are.

They are three quarters smaller so. Each has a name that says its content, and a browser keeps it for a year.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response

from ui.conditional import is_known, tag_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PackedFiles", "files", "packed", "takes_gzip"]

_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FOREVER = "public, immutable, max-age=31536000"
_LEVEL = 6
_KEPT = 256
"""Files whose packed bytes are kept: all that the pages load are fewer, and take 2 MB."""


class PackedFiles:
    """Middleware: answers for the scripts and stylesheets in a folder where a browser takes gzip.

    Args:
        app: answers everything else.
        folder: what the app serves at ``/static``.
    """

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        # Only these are served: no address is ever made a path.
        self._files = {
            f"/static/{path.relative_to(folder).as_posix()}": path
            for path in folder.rglob("*")
            if path.suffix in _KINDS and path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        path = self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        headers = Headers(scope=scope) if path is not None else None
        if path is None or headers is None or "range" in headers or not takes_gzip(headers):
            await self._app(scope, receive, send)
            return
        body, tag = await run_in_threadpool(_packed_file, path)
        told = {"Cache-Control": _FOREVER, "ETag": tag, "Vary": "Accept-Encoding"}
        if is_known(headers, tag):
            await Response(status_code=304, headers=told)(scope, receive, send)
            return
        told["Content-Encoding"] = "gzip"
        await Response(body, 200, told, _KINDS[path.suffix])(scope, receive, send)


def files() -> Path:
    """The folder of the files that Streamlit serves at ``/static``."""
    from streamlit import file_util

    return Path(file_util.get_static_dir()) / "static"


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Whether the client that sent these headers takes answers that are packed with gzip."""
    return "gzip" in headers.get("accept-encoding", "")


def packed(text: str) -> bytes:
    """A text in UTF-8, packed with gzip; the same text gives the same bytes."""
    return gzip.compress(text.encode(), _LEVEL, mtime=0)


@lru_cache(maxsize=_KEPT)
def _packed_file(path: Path) -> tuple[bytes, str]:
    """The packed bytes of a file, and the ETag by which they are known."""
    body = gzip.compress(path.read_bytes(), _LEVEL, mtime=0)
    return body, tag_of(body)
