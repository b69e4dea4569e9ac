"""Taking gzip and deflate apart piece by piece, however much is packed into however little.

The decoders of HTTP libraries read on until something comes out, so a stream that unpacks to nothing is read for ever,
and one of theirs keeps all of it. These hand back what one piece holds, even if that is nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from earmark.errors import FetchError, FetchRefused

__all__ = ["OFFERED", "Inflater", "codings_of"]

OFFERED = "gzip, deflate"
"""What is offered as Accept-Encoding: what the standard library can unpack in bounded pieces. No brotli, no zstd."""

_GZIP = {"gzip", "x-gzip"}
_NOT_OFFERED = {"br", "zstd", "compress", "x-compress"}
_MOST_CODINGS = 2
"""Packing twice happens by mistake; packing more often is an attack."""
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


def codings_of(header: str, *, subject: str) -> tuple[str, ...]:
    """The codings of a Content-Encoding header in the order in which they are taken off again.

    Names that are no compression (``identity``, ``utf-8``) are left out, as all browsers do.

    Raises:
        FetchRefused: a coding that was not offered, or too many of them.
    """
    names = [name.strip().lower() for name in header.split(",")]
    for name in names:
        if name in _NOT_OFFERED:
            raise FetchRefused(f"is compressed as {name}, which was not offered", subject=subject)
    codings = [name for name in names if name in _GZIP or name == "deflate"]
    if len(codings) > _MOST_CODINGS:
        raise FetchRefused(f"is compressed {len(codings)} times over", subject=subject)
    return tuple(reversed(codings))


class Inflater:
    """Takes one coding off a stream."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding in _GZIP
        self._head = b""
        self._inner = zlib.decompressobj(_GZIP_BITS) if self._gzip else None
        self._members = 0
        self._fed = False
        self._gave = False
        self._over = False

    def feed(self, data: bytes, most: int) -> Iterator[bytes]:
        """What ``data`` unpacks to, in pieces of at most ``most`` bytes.

        Raises:
            zlib.error: the data is damaged.
        """
        self._fed = self._fed or bool(data)
        if self._inner is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            self._inner = zlib.decompressobj(_ZLIB_BITS if _is_zlib(data) else _RAW_BITS)
        while data and not self._over:
            if self._inner.eof:
                self._inner, self._gave = zlib.decompressobj(_GZIP_BITS), False
            yield from self._unpacked(self._inner, data, most)
            data = self._inner.unused_data
            if self._inner.eof:
                self._members += 1
                self._over = not self._gzip

    def end(self, subject: str) -> None:
        """Raises ``FetchError`` if the stream ended in the middle."""
        whole = self._members and not self._gave  # what follows a whole member and gives nothing is padding
        if self._fed and not whole and not (self._inner is not None and self._inner.eof):
            raise FetchError("its compressed data ends in the middle; try again later", subject=subject)

    def _unpacked(self, inner: zlib._Decompress, data: bytes, most: int) -> Iterator[bytes]:
        full = True
        while (data or full) and not inner.eof:
            try:
                piece = inner.decompress(data, most)
            except zlib.error:
                if not self._members or self._gave:
                    raise
                self._over = True  # after a whole member anything may follow; gzip itself ignores it too
                return
            data, full = inner.unconsumed_tail, len(piece) == most
            if piece:
                self._gave = True
                yield piece


def _is_zlib(head: bytes) -> bool:
    """Whether data begins as RFC 1950 says; "deflate" names both that and the bare stream of RFC 1951."""
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
