"""A value that costs much to make, kept for a while for whoever asks next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["TimedValue"]

T = TypeVar("T")


class TimedValue(Generic[T]):
    """Makes a value at most once in a while, however many ask for it at once. Thread-safe.

    Args:
        make: makes it; what it raises is raised, and nothing is kept.
        lasts_s: seconds for which it is kept.
        clock: seconds that only grow.
    """

    def __init__(self, make: Callable[[], T], lasts_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._lasts_s = lasts_s
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[T, float] | None = None

    def get(self) -> T:
        """The value, which is no older than the while that it is kept."""
        with self._lock:
            if self._kept is None or self._clock() - self._kept[1] >= self._lasts_s:
                began = self._clock()
                self._kept = None
                self._kept = self._make(), began
            return self._kept[0]
