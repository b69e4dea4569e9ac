"""Server-sent events, out and in: how an answer travels while it is being written.

Each ``answer`` event is the whole answer so far, as JSON on one line, and takes the place of the one before; ``done``
is the last one, ``error`` says what broke it off.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["event", "events"]

_LONGEST_LINE = 5_000_000


def event(kind: str, document: dict[str, Any]) -> str:
    """An event of that kind, as it goes over the line; JSON has no line breaks of its own."""
    return f"event: {kind}\ndata: {json.dumps(document, ensure_ascii=False)}\n\n"


def events(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The events of a stream, as ``(kind, data)``; what has no data, or is cut off, is left out."""
    kind, data = "message", b""
    for line in lines:
        name, _, value = line[:_LONGEST_LINE].rstrip(b"\r\n").partition(b":")
        if name == b"event":
            kind = value.strip().decode("utf-8", "replace")
        elif name == b"data":
            data += value.strip()
        elif not name and data:
            yield kind, data
            kind, data = "message", b""
