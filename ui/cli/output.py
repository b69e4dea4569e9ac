"""How the command line speaks: documents and text on stdout, progress and errors on stderr, exit codes."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from earmark.errors import EarmarkError, UsageError
from ui.cli.interrupts import INTERRUPTED, STOPPED, interruptible

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "PARTLY",
    "USAGE",
    "console",
    "indented",
    "print_document",
    "print_json",
    "reported",
    "safe",
]

DONE, FAILED, USAGE, PARTLY = 0, 1, 2, 3
"""Exit codes: done, failed, asked for something that makes no sense, partly done (some feeds or episodes failed)."""


def console(*, stderr: bool = False) -> Console:
    """A terminal of at most 100 columns: wider text is tiring to read."""
    from rich.console import Console

    class PipedConsole(Console):
        """Ends in peace where the reader of a pipe has gone (`earmark insights | head`)."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    probe = Console(stderr=stderr, highlight=False)
    return PipedConsole(stderr=stderr, highlight=False, width=min(probe.width, 100))


def print_document(value: object = None, /, **parts: object) -> None:
    """One JSON document on stdout, as `earmark.documents.document` makes it of a value, of parts, or of both."""
    from earmark.documents import document

    print_json(document(value, **parts))


def print_json(document: dict[str, Any]) -> None:
    """A document that is JSON already, on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=True, indent=2, default=str)
    sys.stdout.write("\n")


def safe(text: str | None, *, newlines: bool = False) -> str:
    """Text from the world, without anything that a terminal would obey; one line, unless ``newlines`` are kept."""
    from earmark.clean import plain

    return plain(text or "", newlines=newlines)


def indented(line: str) -> str:
    """As `safe`, with the spaces that the line begins with."""
    return line[: len(line) - len(line.lstrip(" "))] + safe(line)


@contextmanager
def reported() -> Iterator[None]:
    """Turns errors into one line on stderr and an exit code."""
    interruptible()
    try:
        yield
    except EarmarkError as error:
        sys.stderr.write(f"earmark: {safe(str(error))}\n")
        raise typer.Exit(USAGE if isinstance(error, UsageError) else FAILED) from None
    except KeyboardInterrupt:
        sys.stderr.write(STOPPED)
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # What is still in the buffer has nowhere to go; Python would complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(DONE) from None
    except OSError as error:
        what = "no space is left on the disk; free some and run the same command again"
        if error.errno != errno.ENOSPC:
            what = f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}"
        sys.stderr.write(f"earmark: {safe(what)}\n")
        raise typer.Exit(FAILED) from None
