"""Files that a command is given to read; ``-`` is standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from earmark.errors import UsageError

__all__ = ["read_bytes", "read_text"]


def read_bytes(file: Path) -> bytes:
    """What a file holds; raises ``UsageError`` where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", subject=str(file)) from None


def read_text(file: Path) -> str:
    """The text of a file, each line ending with a line feed; raises ``UsageError`` where it is none in UTF-8."""
    try:
        text = read_bytes(file).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("is not text in UTF-8; save it in that encoding", subject=str(file)) from None
    return io.StringIO(text, newline=None).getvalue()
