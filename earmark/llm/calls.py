"""How many calls of language models one run may make, whichever models they go to."""

from __future__ import annotations

import threading

__all__ = ["NEARLY", "CallLimit"]

NEARLY = 0.8
"""Share of a limit from which on it is warned of: what is left is worth a look, and something can still be done."""


class CallLimit:
    """Counts calls up to a limit. Thread-safe; the models of one run share it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._made = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Counts a call; ``False`` if none is left."""
        with self._lock:
            if self._made >= self.most:
                return False
            self._made += 1
            return True

    def give_back(self) -> None:
        """Takes a call back that was not made."""
        with self._lock:
            self._made -= 1

    @property
    def made(self) -> int:
        """Calls so far."""
        return self._made

    @property
    def nearly_spent(self) -> bool:
        """Whether `NEARLY` of the limit is reached."""
        return self.most > 0 and self._made >= NEARLY * self.most
