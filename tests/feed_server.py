"""A feed server on loopback: serves a folder of shows, rewrites the base address, answers 304 and keeps a log."""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["Asked", "FeedServer", "serving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its path, whether it was conditional, and the status it got."""

    path: str
    conditional: bool
    status: int


@dataclass(slots=True)
class FeedServer:
    """A running server; ``asked`` grows with each request."""

    address: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(folder: Path, *, base: str = "http://127.0.0.1:8000", port: int = 0) -> Iterator[FeedServer]:
    """Serves ``folder`` while the block runs, with ``base`` in XML files replaced by the server's own address."""
    state = FeedServer(address="")
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, folder.resolve(), base, state))
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, base: str, state: FeedServer, *args: Any) -> None:
        self._folder = folder
        self._base = base
        self._state = state
        super().__init__(*args)

    def do_GET(self) -> None:
        path = (self._folder / self.path.partition("?")[0].lstrip("/")).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            self._answer(404, b"", [])
            return
        body = path.read_bytes()
        if path.suffix == ".xml":
            body = body.replace(self._base.encode(), self._state.address.encode())
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        kind = {".vtt": "text/vtt", ".srt": "application/x-subrip"}.get(path.suffix)
        headers = [("ETag", etag), ("Content-Type", kind or mimetypes.guess_type(path.name)[0] or "text/plain")]
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", headers)
        else:
            self._answer(200, body, headers)

    def _answer(self, status: int, body: bytes, headers: Sequence[tuple[str, str]]) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        self._state.asked.append(Asked(path=self.path, conditional=conditional, status=status))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        return
