"""The process that keeps a worker's leases alive: `python -m ingest.work.pulse`, started by `ingest.work.heartbeat`.

A worker that computes inside a C extension may hold Python's interpreter lock for minutes; a thread of its own could not
extend a lease in that time. This process can. It imports the catalog and nothing heavy, and reads its orders, one JSON
line each, from the pipe that the worker holds:

    {"url": …, "every_s": …, "lease_s": …, "parent": …}     first; the address of the catalog is in no argument list
    {"hold": [episode, owner, fence]}   {"drop": [episode, owner, fence]}   {}      the last is a sign of life

It answers with ``{"ready": true}`` and with ``{"lost": […]}`` for a lease that somebody else has. It extends nothing while
the worker is stopped (SIGSTOP, a debugger), or has given no sign of life for far longer than any computation takes: what
cannot work must not hold. When the pipe ends or the worker is gone, it gives the leases of the dead back and ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from earmark.catalog import open_catalog
from earmark.catalog.engine import Catalog
from earmark.catalog.work import jobs
from earmark.clock import SystemClock
from earmark.errors import EarmarkError
from ingest.work.processes import Seen, look

__all__ = ["Pulse", "main"]

_SILENT_LEASES = 12
_SILENT_S = 7200.0
"""A worker that gave no sign of life for so many leases, and at least so many seconds, is taken to hang."""


class Pulse:
    """The leases of one worker process, and whether it deserves to keep them."""

    def __init__(
        self,
        catalog: Catalog,
        *,
        parent: int,
        lease_s: float,
        look_at: Callable[[int], Seen | None] = look,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._parent = parent
        self._lease_s = lease_s
        self._look = look_at
        self._monotonic = monotonic
        self._clock = SystemClock()
        self._lock = threading.Lock()
        self._leases: set[jobs.Lease] = set()
        self._heard = monotonic()
        self._silent_s = max(_SILENT_S, _SILENT_LEASES * lease_s)

    def order(self, words: dict[str, Any]) -> None:
        """Does what a line of the worker says."""
        with self._lock:
            self._heard = self._monotonic()
            if "hold" in words:
                self._leases.add(_lease(words["hold"]))
            elif "drop" in words:
                self._leases.discard(_lease(words["drop"]))

    def beat(self) -> list[jobs.Lease]:
        """Extends the leases if the worker can work; returns those that somebody else has taken."""
        with self._lock:
            leases, silent = list(self._leases), self._monotonic() - self._heard
        seen = self._look(self._parent)
        stopped = seen is not None and (seen.stopped or not seen.runs)
        if not leases or stopped or silent > self._silent_s:
            return []
        with self._catalog.write() as tx:
            lost = jobs.keep(tx, leases, now=self._clock.now(), lease_s=self._lease_s)
        with self._lock:
            self._leases.difference_update(lost)
        return lost

    def bury(self) -> None:
        """Gives back what a worker that is gone held."""
        with self._lock:
            leases = list(self._leases)
        if leases:
            with self._catalog.write() as tx:
                jobs.free(tx, leases)


def main() -> None:
    """Runs until the pipe ends or the worker is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the worker decides when it ends, and this one with it
        signal.signal(number, signal.SIG_IGN)
    first = json.loads(sys.stdin.readline() or "{}")
    if not first:
        return
    catalog = open_catalog(first["url"])
    pulse = Pulse(catalog, parent=first["parent"], lease_s=first["lease_s"])
    ended = threading.Event()
    threading.Thread(target=_listen, args=(pulse, sys.stdin, ended), daemon=True).start()
    _say({"ready": True})
    while not ended.wait(first["every_s"]):
        if os.getppid() != first["parent"]:
            break
        try:
            for lease in pulse.beat():
                _say({"lost": [lease.episode_id, lease.owner, lease.fence]})
        except EarmarkError:
            continue  # busy or full: the next beat tries again, and the commit of the stage will find out
    seen = look(first["parent"])
    if os.getppid() != first["parent"] or (seen is not None and not seen.runs):
        pulse.bury()
    catalog.close()


def _listen(pulse: Pulse, lines: Iterable[str], ended: threading.Event) -> None:
    try:
        for line in lines:
            pulse.order(json.loads(line))
    except ValueError:  # cut off in the middle: the worker was killed while it wrote
        pass
    ended.set()


def _lease(values: list[Any]) -> jobs.Lease:
    episode_id, owner, fence = values
    return jobs.Lease(episode_id=episode_id, owner=owner, fence=fence)


def _say(words: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()
    except OSError:
        os._exit(0)  # nobody listens any more


if __name__ == "__main__":
    main()
