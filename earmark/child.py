"""A module of this program running in a process of its own, which ends with this one, however this one ends.

The pipe to the child's input is its lifeline: when it is closed, or breaks because this process has died, the child
ends. `earmark.parent` is the other end of it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import IO, Any

from earmark.errors import PermanentError
from earmark.parent import receive, send

__all__ = ["Child", "Output"]

_END_S = 20.0
"""How long a child that was asked to end may take to finish what is in hand."""


class Output(Enum):
    """The treatment of a child's output: dropped, read as lines of text (errors included), or read as messages."""

    NONE = "none"
    LINES = "lines"
    MESSAGES = "messages"


class Child:
    """One child process. Threads may share it, but only one at a time may exchange messages with it.

    Args:
        module: of this program, with its arguments, as after ``python -m``. A module that exchanges messages uses
            `earmark.parent`; any other, a command, need not know that it is a child.
        output: what becomes of what it writes.
        environ: variables that it gets beside those of this process.

    Raises:
        PermanentError: the system starts no process.
    """

    def __init__(self, *module: str, output: Output = Output.NONE, environ: Mapping[str, str] | None = None) -> None:
        watched = () if output is Output.MESSAGES else ("earmark.parent", str(os.getpid()))
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                # -P: what lies in the folder where a user happens to be is not imported.
                [sys.executable, "-P", "-m", *watched, *module],
                env={**os.environ, **(environ or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL if output is Output.NONE else subprocess.PIPE,
                stderr={Output.NONE: subprocess.DEVNULL, Output.LINES: subprocess.STDOUT}.get(output),
                start_new_session=True,  # Ctrl-C reaches this process, which then ends the child in order
            )
        except OSError as error:
            raise PermanentError("no process of our own can be started", subject=module[0]) from error

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended: its exit code, the negative of a signal's number, or ``None`` while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Returns how it ended, when it has."""
        return self._process.wait()

    def send(self, value: object) -> None:
        """Sends it a message, a value of our own that can be pickled; raises ``EOFError`` if it has ended."""
        try:
            send(_pipe(self._process.stdin), value)
        except (OSError, ValueError) as error:  # a pipe that is closed already is a ValueError
            raise EOFError from error

    def receive(self) -> Any:
        """Its next message. Raises ``EOFError`` if it has ended."""
        try:
            return receive(_pipe(self._process.stdout))
        except (OSError, ValueError) as error:
            raise EOFError from error

    def lines(self) -> Iterator[str]:
        """What it writes, line by line, until it ends."""
        with contextlib.suppress(ValueError):  # closed by `end`, from another thread
            for line in _pipe(self._process.stdout):
                yield line.decode("utf-8", "replace")

    def ask_to_end(self) -> None:
        """Closes its lifeline and returns: a command ends as on Ctrl-C, and messages are answered to the last."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()

    def end(self, *, wait_s: float = _END_S) -> int:
        """Asks it to end, kills it where that takes longer than ``wait_s`` seconds, and returns how it ended."""
        self.ask_to_end()
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._buried()

    def kill(self) -> int:
        """Ends it at once and returns how it ended."""
        with contextlib.suppress(OSError):
            self._process.kill()
        return self._buried()

    def _buried(self) -> int:
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return code


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe
