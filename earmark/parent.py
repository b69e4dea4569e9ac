"""Inside a child process of `earmark.child`: how it hears its parent, answers it, and ends with it.

A command runs as ``python -m earmark.parent PARENT MODULE …`` and knows nothing of this. A module that exchanges messages uses
``Parent``.
"""

from __future__ import annotations

import os
import pickle
import runpy
import signal
import sys
import threading
import time
from typing import IO, Any

__all__ = ["Parent", "main", "receive", "send"]

_LENGTH = 8
"""Bytes that say how long a message is."""

_PATIENCE_S = 5.0
"""How long a command may go on after its parent has died, to stop in order, in seconds."""

_LOOK_S = 0.5


class Parent:
    """The process that started this one. Messages take standard input and output; what a library prints is no message."""

    def __init__(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when this process ends
        self._source, self._sink = sys.stdin.buffer, sys.stdout.buffer
        sys.stdout = sys.stderr

    def receive(self) -> Any:
        """Its next message. Raises ``EOFError`` if it has no more, or has died."""
        return receive(self._source)

    def send(self, value: object) -> None:
        """Sends it a message. Raises ``BrokenPipeError`` if it has died."""
        send(self._sink, value)

    def end_with(self) -> None:
        """Ends this process at once when the parent ends or asks for it; from here on no message is received."""
        threading.Thread(target=_end_at_once, daemon=True).start()


def main() -> None:
    """Runs the command in the arguments; it is interrupted, as by Ctrl-C, when the parent asks for it or dies."""
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background may have passed on "ignore"
    # Its number is told: whoever asks for it here may be told that of the process that took over an orphan.
    threading.Thread(target=_interrupt_at_end, args=(lifeline, int(sys.argv[1])), daemon=True).start()
    del sys.argv[:2]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def send(pipe: IO[bytes], value: object) -> None:
    """Writes a value of our own for the process at the other end of a pipe."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(body).to_bytes(_LENGTH, "big") + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next value from the process at the other end, which we started or which started us.

    Raises:
        EOFError: it has ended.
    """
    head = pipe.read(_LENGTH)
    body = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    if len(head) < _LENGTH or len(body) < int.from_bytes(head, "big"):
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - nobody else has this pipe


def _end_at_once() -> None:
    # Not through sys.stdin: a thread that waits in there keeps the interpreter from ending.
    while os.read(0, 4096):
        pass
    os._exit(1)


def _interrupt_at_end(lifeline: int, parent: int) -> None:
    while os.read(lifeline, 4096):
        pass
    os.kill(os.getpid(), signal.SIGINT)
    while os.getppid() == parent:  # it lives, and waits for as long as it wants
        time.sleep(_LOOK_S)
    time.sleep(_PATIENCE_S)
    os._exit(1)


if __name__ == "__main__":
    main()
