"""The time that all machines of a library agree on: that of the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from earmark.catalog.engine import Catalog
from earmark.errors import EarmarkError
from earmark.ports import Clock

__all__ = ["SharedClock"]

_AGAIN_S = 60.0
"""How often this machine's clock is compared with the database's, in seconds."""


class SharedClock:
    """This machine's clock, put right by the database's where that is a server. Thread-safe.

    A lease says until when an episode is somebody's. Were it written by one machine's clock and read by another's that is
    ten minutes ahead, every episode would be taken from whoever works on it.
    """

    def __init__(self, catalog: Catalog, own: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._catalog = catalog
        self._own = own
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._ahead = timedelta(0)
        self._compared: float | None = None

    def now(self) -> datetime:
        """The database's time, to within the time that a query takes; while it does not answer, by the last comparison."""
        if self._catalog.engine.dialect.name == "postgresql" and self._due() and self._lock.acquire(blocking=False):
            try:
                self._compare()
            finally:
                self._lock.release()
        return self._own.now() + self._ahead

    def _due(self) -> bool:
        return self._compared is None or self._monotonic() - self._compared >= _AGAIN_S

    def _compare(self) -> None:
        self._compared = self._monotonic()
        try:
            with self._catalog.read() as tx:
                theirs: datetime = tx.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        except EarmarkError:
            return
        self._ahead = theirs.astimezone(UTC) - self._own.now()
