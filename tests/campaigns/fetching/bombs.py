"""Bombs: small answers that grow, and answers that never end, each taken by a process of its own whose memory is read."""

from __future__ import annotations

import asyncio
import functools
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from earmark.catalog import open_catalog
from earmark.clock import SystemClock
from earmark.errors import EarmarkError
from earmark.settings import load_settings
from ingest.feeds.refresh import follow_show
from ingest.fetching.fetch import Fetcher
from tests.campaigns.made_feeds import made_feed
from tests.loopback import Answer, Server, running

__all__ = ["BOMBS", "MOST_MB", "bombs", "take"]

MOST_MB = 20.0
_BIG = 500_000_000
_TOTAL_S = 6.0
"""The time limit of a fetch in this campaign, so that what never ends does not take two minutes each."""

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]


def bombs(count: int | None = None) -> dict[str, Any]:
    """Serves every bomb, or the first ``count``, to a fresh process; returns what each took of memory and time."""
    outcomes: dict[str, Any] = {}
    chosen = dict(list(BOMBS.items())[:count])
    made = {f"/{name}": make() for name, make in chosen.items()}  # packing takes seconds, a fetch waits three
    harmless = Answer(body=made_feed("harmless", episodes=50))
    with running(["127.0.0.2"], lambda request: made.get(request.path, harmless)) as server:
        for name in chosen:
            sys.stderr.write(f"  bomb {name}\n")
            outcomes[name] = _in_a_process(server, name)
    grown = {name: outcome["growth_mb"] for name, outcome in outcomes.items()}
    worst = max(grown, key=lambda name: grown[name])
    return {"bombs": len(outcomes), "worst": worst, "worst_growth_mb": grown[worst], "each": outcomes}


def take(url: str, warm_url: str) -> dict[str, Any]:
    """Follows a harmless feed and then the bomb; returns what the bomb added to the process at its peak."""
    limits = {"allow_private": ["127.0.0.0/8"], "attempts": 1, "timeout_s": 3.0, "total_timeout_s": _TOTAL_S}
    fetcher = Fetcher(load_settings({"fetch": limits}, environ={}).fetch)
    with tempfile.TemporaryDirectory() as folder:
        catalog = open_catalog(f"sqlite:///{Path(folder) / 'catalog.sqlite'}")
        follow_show(catalog, fetcher, warm_url, default_backfill=5, clock=SystemClock())
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
        began = time.monotonic()
        error, crashed = "", False
        try:
            follow_show(catalog, fetcher, url, default_backfill=5, clock=SystemClock())
        except EarmarkError as refused:
            error = str(refused).partition(": ")[2] or str(refused)
        except Exception as escaped:
            error, crashed = f"{type(escaped).__name__}: {escaped}", True
        seconds = time.monotonic() - began
        catalog.close()
    growth = max(_memory("VmHWM") - before, 0)  # the peak
    return {"growth_mb": round(growth / 1e6, 1), "seconds": round(seconds, 2), "error": error, "crashed": crashed}


def _in_a_process(server: Server, name: str) -> dict[str, Any]:
    code = "import sys, json; from tests.campaigns.fetching.bombs import take; print(json.dumps(take(*sys.argv[1:])))"
    command = [sys.executable, "-c", code, server.url(f"/{name}"), server.url("/harmless")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if run.returncode:
        return {"growth_mb": 0.0, "seconds": 0.0, "error": run.stderr.strip()[-300:], "crashed": True}
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def _memory(name: str) -> int:
    """What Linux says of this process's memory, in bytes: ``VmRSS`` now, ``VmHWM`` at its peak."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


# what is served


def _packed(*codings: str, size: int = _BIG, content: bytes = b"\0") -> Answer:
    return Answer(headers={"Content-Encoding": ", ".join(codings)}, body=_compressed(codings, size, content))


@functools.cache
def _compressed(codings: tuple[str, ...], size: int, content: bytes) -> bytes:
    block = content * (1_000_000 // len(content))
    pieces: Iterator[bytes] = (block for _ in range(size // len(block)))
    for coding in codings:
        pieces = iter([_pack(pieces, coding)])
    return next(pieces)


def _pack(pieces: Iterator[bytes], coding: str) -> bytes:
    bits = {"gzip": 31, "deflate": 15, "raw": -15}[coding]
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return b"".join([*(packer.compress(piece) for piece in pieces), packer.flush()])


def _raw_deflate() -> Answer:
    return Answer(headers={"Content-Encoding": "deflate"}, body=_compressed(("raw",), _BIG, b"\0"))


def _members(count: int, content: bytes) -> bytes:
    return _pack(iter([content]), "gzip") * count


def _endless(head: str, piece: bytes, *, pause_s: float = 0.0) -> Answer:
    """A head, then the same piece for ever."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode("latin-1"))
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return Answer(raw=write)


_OK = "HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + "Transfer-Encoding: chunked\r\n"
_EMPTY_BLOCKS = b"\x00\x00\x00\xff\xff" * 12_000
"""Stored deflate blocks of no length: any number of them unpacks to nothing."""


def _laughs() -> bytes:
    names = [f"l{number}" for number in range(10)]
    entities = "".join(
        f'<!ENTITY {name} "{f"&{names[number - 1]};" * 10 if number else "ha" * 50}">'
        for number, name in enumerate(names)
    )
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss><channel><title>&l9;</title></channel></rss>'.encode()


def _quadratic() -> bytes:
    entity = f'<!ENTITY a "{"a" * 50_000}">'
    return f"<!DOCTYPE rss [{entity}]><rss><channel><title>{'&a;' * 50_000}</title></channel></rss>".encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


BOMBS: dict[str, Callable[[], Answer]] = {
    "gzip-500-mb": lambda: _packed("gzip"),
    "gzip-of-xml": lambda: _packed("gzip", content=b"<item><title>a</title></item>"),
    "gzip-members": lambda: Answer(headers={"Content-Encoding": "gzip"}, body=_members(400, bytes(5_000_000))),
    "gzip-empty-members": lambda: _endless(_OK + "Content-Encoding: gzip\r\n\r\n", _members(3_000, b"")),
    "deflate-500-mb": lambda: _packed("deflate"),
    "deflate-raw-500-mb": _raw_deflate,
    "deflate-of-nothing": lambda: _endless(_OK + "Content-Encoding: deflate\r\n\r\n\x78\x9c", _EMPTY_BLOCKS),
    "deflate-raw-of-nothing": lambda: _endless(_OK + "Content-Encoding: deflate\r\n\r\n", _EMPTY_BLOCKS),
    "gzip-in-gzip": lambda: _packed("gzip", "gzip"),
    "gzip-in-deflate": lambda: _packed("gzip", "deflate"),
    "gzip-five-times": lambda: _packed(*["gzip"] * 5),
    "brotli": lambda: Answer(headers={"Content-Encoding": "br"}, body=bytes(100_000)),
    "zstd": lambda: Answer(headers={"Content-Encoding": "zstd"}, body=bytes(100_000)),
    "gzip-in-brotli": lambda: Answer(headers={"Content-Encoding": "gzip, br"}, body=bytes(100_000)),
    "endless-body": lambda: _endless(_OK + "\r\n", b"<item>" * 10_000),
    "endless-chunks": lambda: _endless(_CHUNKED + "\r\n", _chunk(b"x" * 65_536)),
    "endless-tiny-chunks": lambda: _endless(_CHUNKED + "\r\n", _chunk(b"x") * 10_000),
    "endless-chunk-size": lambda: _endless(_CHUNKED + "\r\n", b"1" * 65_536),
    "endless-chunk-extension": lambda: _endless(_CHUNKED + "\r\n1;", b"x" * 65_536),
    "endless-trailers": lambda: _endless(_CHUNKED + "\r\n0\r\n", b"X: y\r\n" * 10_000),
    "endless-header": lambda: _endless(_OK + "X: ", b"x" * 65_536),
    "endless-headers": lambda: _endless(_OK, b"X: y\r\n" * 10_000),
    "large-headers": lambda: _endless(_OK, b"X: " + b"y" * 60_000 + b"\r\n"),
    "endless-status-line": lambda: _endless("HTTP/1.1 200 ", b"x" * 65_536),
    "endless-100-continue": lambda: _endless("", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
    "claims-a-terabyte": lambda: Answer(headers={"X": "y"}, raw=_claims(10**12)),
    "slow-loris-headers": lambda: _endless(_OK + "X: ", b"x", pause_s=0.2),
    "slow-loris-body": lambda: _endless(_OK + "\r\n", b"x", pause_s=0.2),
    "redirects-without-end": lambda: Answer(status=302, headers={"Location": "/redirects-without-end"}),
    "billion-laughs": lambda: Answer(body=_laughs()),
    "quadratic-entities": lambda: Answer(body=_quadratic()),
}


def _claims(length: int) -> Write:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(f"{_OK}Content-Length: {length}\r\n\r\n<rss>".encode())
        await writer.drain()

    return write
