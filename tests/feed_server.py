"""A feed server on loopback: serves a folder of shows, rewrites the base address, answers 304 and keeps a log."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.loopback import Answer, Request, running

__all__ = ["FeedRequest", "FeedServer", "serving"]

_HOST = "127.0.0.1"
_KINDS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """One request: its path, whether it was conditional, and the status it got."""

    path: str
    conditional: bool
    status: int


@dataclass(slots=True)
class FeedServer:
    """A running server; ``asked`` grows with each request."""

    address: str
    asked: list[FeedRequest] = field(default_factory=list)


@contextmanager
def serving(folder: Path, *, base: str = "http://127.0.0.1:8000", port: int = 0) -> Iterator[FeedServer]:
    """Serves ``folder`` while the block runs, with ``base`` in XML files replaced by the server's own address."""
    state = FeedServer(address="")
    root = folder.resolve()

    def answer(request: Request) -> Answer:
        given = _answer(root, base, state.address, request)
        conditional = bool({"if-none-match", "if-modified-since"} & request.headers.keys())
        state.asked.append(FeedRequest(path=request.path, conditional=conditional, status=given.status))
        return given

    with running([_HOST], answer, port=port) as server:
        state.address = server.url("", _HOST)
        yield state


def _answer(folder: Path, base: str, address: str, request: Request) -> Answer:
    path = (folder / request.path.partition("?")[0].lstrip("/")).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return Answer(status=404)
    body = path.read_bytes()
    if path.suffix == ".xml":
        body = body.replace(base.encode(), address.encode())
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    headers = {"ETag": etag, "Content-Type": kind}
    if request.headers.get("if-none-match") == etag:
        return Answer(status=304, headers=headers)
    return Answer(headers=headers, body=body)
