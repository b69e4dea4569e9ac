"""Holding a folder: one process at a time, let go of when it ends, however it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from earmark.errors import IndexBusy

__all__ = ["BUSY", "hold"]

BUSY = "another command holds the index; try again when it is done"
_RETRY_S = 0.1


def hold(path: Path, *, wait_s: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> IO[str]:
    """The open lock file, locked until it is closed or the process ends.

    The engine's own lock is inside the shard, which is deleted when it is made again: this one is not.

    Raises:
        IndexBusy: somebody else still holds it after ``wait_s`` seconds.
    """
    file = path.open("a", encoding="utf-8")
    deadline = time.monotonic() + wait_s
    while True:
        try:
            _lock(file)
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0:
                file.close()
                raise IndexBusy(BUSY, subject=str(path.parent)) from None
            sleep(min(_RETRY_S, left))
        else:
            return file


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":  # there the engine's own lock has to do
        return
    import fcntl

    fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
