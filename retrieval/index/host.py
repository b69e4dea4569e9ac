"""The process that holds an embedded index for ``HostedIndex``: opens it, carries out calls, ends with its input."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

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
        send(sink, ("error", _told(error), 0))
        return
    send(sink, ("result", None, index.watermark()))
    try:
        with contextlib.suppress(EOFError, BrokenPipeError):
            while True:
                name, args, kwargs = receive(source)
                send(sink, _carried_out(index, getattr(index, name), args, kwargs))
    finally:
        index.close()


def _carried_out(index: EdgeIndex, call: Callable[..., Any], args: Any, kwargs: Any) -> tuple[str, Any, int]:
    try:
        return ("result", call(*args, **kwargs), index.watermark())
    except (EarmarkError, ValueError) as error:
        return ("error", _told(error), index.watermark())


def _told(error: EarmarkError | ValueError) -> tuple[str, str, str]:
    """Class, message and subject, which is what the caller needs to raise it again."""
    if isinstance(error, EarmarkError):
        cause = f" ({error.__cause__})" if error.__cause__ is not None else ""
        return (type(error).__name__, error.message + cause, error.subject)
    return (type(error).__name__, str(error), "")


if __name__ == "__main__":
    main()
