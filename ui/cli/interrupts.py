"""Ctrl-C before a command begins: one line instead of pages of Python's insides."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

__all__ = ["INTERRUPTED", "STOPPED", "answered_at_once", "interruptible"]

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""
STOPPED = "earmark: stopped; nothing is lost, the same command goes on from here\n"


def answered_at_once() -> None:
    """From here on Ctrl-C ends the process with a line, until a command begins; not where whoever started it has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def interruptible() -> None:
    """From here on Ctrl-C is an exception again, so that what is open is closed: a command begins, which catches it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Ends the process while nothing has begun: at once, since an exception in the middle of an import may be swallowed."""
    sys.stderr.write(STOPPED)
    sys.stderr.flush()
    os._exit(INTERRUPTED)
