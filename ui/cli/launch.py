"""The start of the `earmark` command: Ctrl-C is answered in one line from the first moment on.

What a command needs takes half a second to load, and Python would answer a Ctrl-C meanwhile with pages of its own insides.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

__all__ = ["INTERRUPTED", "STOPPED", "interruptible", "main"]

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""

STOPPED = "earmark: stopped; nothing is lost, the same command goes on from here\n"


def main() -> None:
    """The entry point of the `earmark` command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where whoever started it has it ignored
        signal.signal(signal.SIGINT, _end)
    from ui.cli.main import main as run

    run()


def interruptible() -> None:
    """From here on Ctrl-C is an exception again, so that what is open is closed: a command begins, which catches it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Ends the process while nothing has begun: at once, since an exception in the middle of an import may be swallowed."""
    sys.stderr.write(STOPPED)
    sys.stderr.flush()
    os._exit(INTERRUPTED)
