"""The thread that keeps the schedule while its process runs: it has feeds asked, and makes and sends what is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.errors import EarmarkError
from ingest.work.owners import owner_name

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.schedule import ReaderSchedule

__all__ = ["Scheduler"]

_log = logging.getLogger(__name__)

_NUMBER = 999
"""The number of this worker in the name of its process; workers on episodes count from 0."""
_FETCH_AGAIN_S = 600.0
"""Pause after a fetch was started, in seconds, before the next: one that ended without a word is not begun at once."""


class Scheduler:
    """Keeps the schedule of a library; of several processes, one does, and the others stand by.

    Args:
        library: of an owner.
        fetch: starts asking the feeds that are due and reading what is new; ``False`` if that is under way.
        elsewhere: whether another process is better placed for it, such as the app, which has the index.
        done: told of the readers whose briefs were made, after each round that made some.
        every_s: seconds between two looks at the clock.
        begin_s: seconds before the first.
        links_after_s: seconds after which the daily check of links may begin; it waits until whatever began with the process
            is done, and is not begun by one that ends at once.
        stop: ends it after the brief in hand.
    """

    def __init__(
        self,
        library: LibraryPort,
        *,
        fetch: Callable[[], bool],
        elsewhere: Callable[[], bool] = lambda: False,
        done: Callable[[list[ReaderSchedule]], None] = lambda _made: None,
        every_s: float = 20.0,
        begin_s: float = 10.0,
        links_after_s: float = 300.0,
        stop: threading.Event | None = None,
    ) -> None:
        self._library = library
        self._fetch = fetch
        self._elsewhere = elsewhere
        self._done = done
        self._every_s = every_s
        self._begin_s = begin_s
        self._links_from = time.monotonic() + links_after_s
        self._owner = owner_name(_NUMBER)
        self._fetched = -_FETCH_AGAIN_S
        self._said = ""
        self._keeps = False
        self._stop = stop or threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self, *, wait_s: float = 20.0) -> None:
        """Ends after the brief in hand, and lets another process keep the schedule at once."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)
        self._let_go()

    def step(self) -> bool:
        """One look at the clock: starts a fetch and sends briefs where that is due, and has links checked; whether it does it."""
        schedule, settings = self._library.schedule, self._library.settings
        if self._elsewhere():
            self._let_go()
            return False
        self._keeps = schedule.take(self._owner)
        if not self._keeps:
            return False
        rested = time.monotonic() - self._fetched >= _FETCH_AGAIN_S
        if not settings.offline and rested and schedule.fetch_is_due() and self._fetch():
            self._fetched = time.monotonic()
        if settings.schedule.send:
            made = schedule.send_due(self._owner, self._stop)
            if made:
                self._done(made)
        if time.monotonic() >= self._links_from:
            self._library.links.tend()
        return True

    def _let_go(self) -> None:
        if not self._keeps:
            return
        self._keeps = False
        try:
            self._library.schedule.let_go(self._owner)
        except EarmarkError as error:
            _log.warning("the schedule was not handed over; it is free in two minutes: %s", error)

    def look(self) -> None:
        """As `step`; what goes wrong is logged, and the same trouble only once."""
        try:
            self.step()
            self._said = ""
        except EarmarkError as error:
            if str(error) != self._said:
                self._said = str(error)
                _log.warning("the schedule is not kept: %s", self._said)
        except Exception:  # noqa: BLE001 - a thread that ends in silence would send nothing for good
            _log.exception("the schedule is not kept")
            self._stop.wait(60.0)

    def _run(self) -> None:
        self._stop.wait(self._begin_s)
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self._every_s)
