"""Small files that are there whole or as they were, whatever happens while they are written."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Writes a file so that whoever reads it sees the old text or the new, never a part; makes its folder.

    A device or a pipe, such as ``/dev/stdout``, is written to and stays what it is.

    ``mode`` are its permissions before the umask: by default it is readable by this user alone. Raises ``OSError`` where it
    cannot be written; what was begun is then removed.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_text(text, encoding="utf-8", newline="")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{os.urandom(8).hex()}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
