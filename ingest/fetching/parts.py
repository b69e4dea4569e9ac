"""What a server says of a file without giving it, and parts of a file: few bytes of something large.

``ingest.fetching.fetch.Fetcher.look`` and ``.part`` are the way in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from earmark.errors import FetchError, FetchRefused
from earmark.net import redact
from ingest.fetching.http_guard import Exchange

__all__ = ["CONTENT_RANGE", "FilePart", "NoParts", "ServedFile", "read_part", "same_file", "served_file", "wanted_part"]

CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)", re.ASCII)
"""The header of a part, or of a refusal of one (RFC 9110, 14.4)."""
_LONGEST = 200
"""Characters of a header that are kept: validators are some dozens."""


class NoParts(FetchRefused):
    """The server gives whole files only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFile:
    """What tells a file of a server from a later one; ``None`` or empty where the server does not say."""

    bytes: int | None = None
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of_recording(cls, recording: Mapping[str, Any]) -> ServedFile:
        """The file that was fetched, by what is kept of a recording (`earmark.types.Transcript.provenance`)."""
        return cls(
            bytes=recording.get("bytes"),
            etag=recording.get("etag", ""),
            last_modified=recording.get("last_modified", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """Bytes of a file from ``first`` on, and the file that they are of."""

    first: int
    body: bytes
    of: ServedFile


def same_file(file: ServedFile, other: ServedFile) -> bool:
    """Whether two answers were of the same file, as far as they tell.

    Sizes that are both known have to be equal. A validator that is equal then decides; where all that can be compared
    differ it is another file, and where none can be compared the size has to do.
    """
    sizes = file.bytes is not None and other.bytes is not None
    if sizes and file.bytes != other.bytes:
        return False
    pairs = [(file.etag, other.etag), (file.last_modified, other.last_modified)]
    compared = [a == b for a, b in pairs if a and b]
    return any(compared) if compared else sizes


def served_file(answer: Exchange) -> ServedFile:
    """What an answer says of its file; the whole size of a part, too."""
    return ServedFile(
        bytes=_size(answer.status, answer.headers),
        etag=answer.headers.get("ETag", "")[:_LONGEST],
        last_modified=answer.headers.get("Last-Modified", "")[:_LONGEST],
    )


def wanted_part(first: int, count: int) -> dict[str, str]:
    """The request headers for ``count`` bytes from ``first`` on."""
    return {"Range": f"bytes={first}-{first + count - 1}"}


def read_part(answer: Exchange, first: int, count: int, between: Callable[[], None] = lambda: None) -> FilePart:
    """The bytes that an answer gives of the part that was asked for, never more than ``count``.

    ``between`` is called after each piece and may take its time.

    Raises:
        NoParts: it is no such part: the server gives whole files only, or another part.
        FetchError: it broke off.
    """
    subject = redact(answer.url)
    match = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    other = answer.status != 206 or match is None or match[1] is None or int(match[1]) != first
    if other or not _is_plain(answer.headers):
        raise NoParts("the server gives no part of a file", subject=subject, status=answer.status)
    body = bytearray()
    for piece in answer.chunks(count):
        body += piece
        if len(body) >= count:
            break
        between()
    if not body:
        raise FetchError("the part that was asked for is empty", subject=subject)
    return FilePart(first=first, body=bytes(body[:count]), of=served_file(answer))


def _size(status: int, headers: Mapping[str, str]) -> int | None:
    if status == 206:
        match = CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
        return int(match[3]) if match and match[3] != "*" else None
    length = headers.get("Content-Length", "")
    return int(length) if _is_plain(headers) and length.isascii() and length.isdigit() else None


def _is_plain(headers: Mapping[str, str]) -> bool:
    """Whether the bytes are those of the file, and not compressed on the way."""
    return headers.get("Content-Encoding", "identity").lower() in {"", "identity"}
