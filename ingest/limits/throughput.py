"""How long something has been going on somewhere in this process, counted once however many threads are at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Throughput"]


class Throughput:
    """Seconds during which at least one thread was busy: over them, work done side by side gives the real speed."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._busy = 0
        self._since = 0.0
        self._unread_s = 0.0

    @contextmanager
    def busy(self) -> Iterator[None]:
        """A stretch of work of this thread."""
        with self._lock:
            if self._busy == 0:
                self._since = self._monotonic()
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._read()
                self._busy -= 1

    def take_s(self) -> float:
        """The busy seconds since they were last taken; each is given to one caller."""
        with self._lock:
            if self._busy:
                self._read()
            taken, self._unread_s = self._unread_s, 0.0
            return taken

    def _read(self) -> None:
        now = self._monotonic()
        self._unread_s += now - self._since
        self._since = now
