"""Whose turn it is at a host: one transfer at a time, and nobody waits long for a download.

A download may take half an hour. While somebody waits for a short document of the same host, the download stops
reading between two pieces, lets the others go first and goes on over its own connection; no request is made twice.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["HostTurn", "HostTurns"]


class HostTurn:
    """The turn at one host. Documents come in order before downloads, a paused download before one not begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._documents: deque[threading.Event] = deque()
        self._downloads: deque[threading.Event] = deque()

    @contextmanager
    def held(self, *, long: bool = False) -> Iterator[None]:
        """Waits for the turn and keeps it while the block runs; ``long`` for a download."""
        self._take(self._downloads if long else self._documents)
        try:
            yield
        finally:
            self._give()

    def give_way(self) -> None:
        """Lets the documents that wait go first; called in a download's block, between two pieces."""
        if not self._documents:
            return
        with self._lock:
            if not self._documents:
                return
            again = threading.Event()
            self._downloads.appendleft(again)
            self._documents.popleft().set()
        again.wait()

    def _take(self, queue: deque[threading.Event]) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            queue.append(mine)
        mine.wait()

    def _give(self) -> None:
        with self._lock:
            queue = self._documents or self._downloads
            if queue:
                queue.popleft().set()  # handed over: the turn stays taken
            else:
                self._taken = False


class HostTurns:
    """The turn of each host; forgotten when nobody holds or awaits it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: weakref.WeakValueDictionary[str, HostTurn] = weakref.WeakValueDictionary()

    def of(self, host: str) -> HostTurn:
        """The turn at a host, the same for all who ask while anybody has it."""
        with self._lock:
            turn = self._turns.get(host)
            if turn is None:
                turn = self._turns[host] = HostTurn()
            return turn
