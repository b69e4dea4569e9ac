"""Garbage collection while nobody waits for a page.

A full collection walks over every object of the process. With the models loaded these are about a million, and
Streamlit's own option (``runner.postScriptGC``) has it walk after each page. Here what lives as long as the process is
frozen once it is loaded, so that no collection walks over it, and the garbage of pages is collected in quiet moments.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["GarbageCollector", "PageActivity"]

_log = logging.getLogger(__name__)

_QUIET_S = 2.0
"""A reader who has just got a page reads for longer than that before the next click."""
_MOST_RUNS = 1_000
"""Pages after which their garbage is collected although there was no quiet moment: some 20 MB, measured."""
_THOROUGH_QUIET_S = 60.0
_THOROUGH_EVERY_S = 3_600.0
"""What was frozen with a page open becomes garbage when that page is left, and only a thorough collection finds it."""
_LOADING_PATIENCE_S = 60.0


class PageActivity:
    """Counts the pages that were run and the seconds since the last one; shared between threads."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._running = 0
        self._ended = now()
        self._runs = 0

    @contextmanager
    def page(self) -> Iterator[None]:
        """Held while a page is run."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                self._runs += 1
                self._ended = self._now()

    @property
    def runs(self) -> int:
        """Pages run so far."""
        with self._lock:
            return self._runs

    def quiet_s(self) -> float:
        """Seconds since the last page; 0 while one is run."""
        with self._lock:
            return 0.0 if self._running else self._now() - self._ended


class GarbageCollector:
    """A thread that collects garbage in quiet moments: that of pages after a few seconds, all of it once an hour.

    What the pages have imported is frozen in the first quiet moment, and once more when ``loaded`` is set, which says that
    the models are there. ``now`` is a clock that only goes forward, in seconds.
    """

    def __init__(
        self, activity: PageActivity, loaded: threading.Event, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._activity = activity
        self._loaded = loaded
        self._now = now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="collect", daemon=True)
        self._knows_loaded = False
        self._unfrozen_since: float | None = now()
        self._collected_runs = 0
        self._thorough_at = now()
        self._thorough_runs = 0

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, and lets the interpreter collect on its own again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5.0)
        gc.unfreeze()

    def step(self) -> None:
        """Collects what is due at this moment."""
        if self._loaded.is_set() and not self._knows_loaded:
            self._knows_loaded = True
            self._unfrozen_since = self._now()
        if self._thorough_due():
            self._thorough()
        elif self._light_due():
            self._collected_runs = self._activity.runs
            gc.collect()

    def _light_due(self) -> bool:
        new = self._activity.runs - self._collected_runs
        return new >= _MOST_RUNS or (new > 0 and self._activity.quiet_s() >= _QUIET_S)

    def _thorough_due(self) -> bool:
        quiet_s = self._activity.quiet_s()
        if self._unfrozen_since is not None:
            return quiet_s >= _QUIET_S or self._now() - self._unfrozen_since >= _LOADING_PATIENCE_S
        new = self._activity.runs - self._thorough_runs
        return new > 0 and quiet_s >= _THOROUGH_QUIET_S and self._now() - self._thorough_at >= _THOROUGH_EVERY_S

    def _thorough(self) -> None:
        self._unfrozen_since = None
        self._thorough_at = self._now()
        self._thorough_runs = self._collected_runs = self._activity.runs
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        _log.debug("%d objects are there to stay", gc.get_freeze_count())

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            self.step()
