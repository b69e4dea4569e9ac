"""Leases kept alive while stages compute, by a thread of the worker's process.

A thread is enough: nothing keeps Python's interpreter lock for long. Speech, encoders and the index let go of it while
they compute. The longest hold that was seen in real runs, net of waiting for a processor, was 1.1 seconds: torch encoding
the first passages of an episode on a loaded machine (OpenVINO: 0.4). A lease of ten minutes bears 450. What is stopped with
its process (Ctrl-Z, a laptop that sleeps) extends nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

from earmark.catalog import Catalog
from earmark.catalog.work import jobs
from earmark.errors import EarmarkError
from earmark.ports import Clock

__all__ = ["Heartbeat"]

_BEATS = 4
"""Beats within a lease: three may fail before it is lost."""


class Heartbeat:
    """Keeps the leases it is told of, between ``start`` and ``stop`` (or as a context manager)."""

    def __init__(
        self, catalog: Catalog, clock: Clock, *, lease_s: float, at: Callable[[str], None] | None = None
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._lease_s = lease_s
        self._at = at or (lambda _point: None)
        self._lock = threading.Lock()
        self._held: set[jobs.Lease] = set()
        self._lost: set[jobs.Lease] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; what is still held runs out by itself."""
        self._ended.set()
        self._thread.join()

    def hold(self, lease: jobs.Lease) -> None:
        """Keeps this lease from now on."""
        with self._lock:
            self._held.add(lease)

    def drop(self, lease: jobs.Lease) -> None:
        """Keeps it no longer."""
        with self._lock:
            self._held.discard(lease)
            self._lost.discard(lease)

    def lost(self, lease: jobs.Lease) -> bool:
        """Whether somebody else is known to have taken it; the commit would find out too, only later."""
        with self._lock:
            return lease in self._lost

    def _watch(self) -> None:
        while not self._ended.wait(self._lease_s / _BEATS):
            self._at("beat")
            self._beat()

    def _beat(self) -> None:
        with self._lock:
            leases = list(self._held - self._lost)
        if not leases:
            return
        try:
            with self._catalog.write() as tx:
                lost = jobs.keep(tx, leases, now=self._clock.now(), lease_s=self._lease_s)
        except EarmarkError:
            return  # busy or full: the next beat tries again, and the commit of the stage will find out
        with self._lock:
            self._lost.update(self._held.intersection(lost))
