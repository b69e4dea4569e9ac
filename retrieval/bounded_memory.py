"""A memory of what was computed before, of a bounded size."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["BoundedMemory"]

V = TypeVar("V")


class BoundedMemory(Generic[V]):
    """Values by key. Once ``most`` are kept, the next let all of them go. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: dict[str, V] = {}

    def among(self, keys: Iterable[str]) -> dict[str, V]:
        """The values of those keys that have one."""
        with self._lock:
            return {key: self._values[key] for key in keys if key in self._values}

    def add(self, values: Mapping[str, V]) -> None:
        """Keeps further values; of more than ``most`` the last ones."""
        with self._lock:
            if len(self._values) >= self._most:
                self._values.clear()
            self._values.update(islice(values.items(), max(0, len(values) - self._most), None))
