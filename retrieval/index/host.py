"""The process that holds an embedded index for ``HostedIndex``: opens it, carries out calls, ends with its input."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

from earmark.error_documents import dump_error
from earmark.errors import EarmarkError
from retrieval.index.edge import EdgeIndex
from retrieval.index.hosted import receive, send

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]


def main() -> None:
    """Answers until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no reply
    try:
        opening = receive(source)
        index = EdgeIndex(**opening)
    except EOFError:
        return
    except EarmarkError as error:
        send(sink, ("error", dump_error(error), 0))
        return
    send(sink, ("result", None, index.watermark()))
    try:
        with contextlib.suppress(EOFError, BrokenPipeError):
            while True:
                name, args = receive(source)
                send(sink, _carried_out(index, getattr(index, name), args))
    finally:
        index.close()


def _carried_out(index: EdgeIndex, call: Callable[..., Any], args: Any) -> tuple[str, Any, int]:
    try:
        return ("result", call(*args), index.watermark())
    except EarmarkError as error:
        return ("error", dump_error(error), index.watermark())
    except ValueError as error:
        return ("refused", str(error), index.watermark())


if __name__ == "__main__":
    main()
