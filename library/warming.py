"""Related lists of the newest insights, made before anybody opens one: while the library is left alone, and a little at a time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import insights

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.types import Insight

__all__ = ["ListWarmer"]

_NEWEST = 60
"""Insights whose lists are made: what a reader opens in a day is nearly always among the newest."""
_QUIET_S = 20.0
"""How long nothing may have changed, in seconds: each change ends all lists, and an ingest makes one every few seconds."""
_WORK_S = 0.5
"""Seconds spent on it at a time; a page that is asked for meanwhile waits for the list in hand at most."""


class ListWarmer:
    """Makes lists when it is told that there is time. Thread-safe.

    Args:
        catalog: whose insights they are, and whose changes end them.
        prepare: makes and keeps the list of an insight; nobody is asked for its words.
    """

    def __init__(
        self,
        catalog: Catalog,
        prepare: Callable[[Insight], None],
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._prepare = prepare
        self._timer = timer
        self._lock = threading.Lock()
        self._head = -1
        self._quiet_from = 0.0
        self._waiting: deque[Insight] | None = None

    def tend(self) -> None:
        """Makes lists for half a second, if the library has been left alone for a while and some are still to be made."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            until = self._timer() + _WORK_S
            if not self._is_quiet():
                return
            if self._waiting is None:
                with self._catalog.read() as tx:
                    self._waiting = deque(insights.listed(tx, limit=_NEWEST))
            while self._waiting and self._timer() < until:
                self._prepare(self._waiting.popleft())
        finally:
            self._lock.release()

    def _is_quiet(self) -> bool:
        with self._catalog.read() as tx:
            head = changes.head(tx)
        if head != self._head:
            self._head, self._waiting = head, None
            self._quiet_from = self._timer() + _QUIET_S
        return self._timer() >= self._quiet_from
