"""Leases kept alive while stages compute, by a process beside this one that no busy interpreter lock can stop."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

from earmark.catalog import Catalog
from earmark.catalog.work import jobs
from earmark.clock import SystemClock
from earmark.errors import EarmarkError
from earmark.ports import Clock

__all__ = ["Heartbeat"]

_BEATS = 4
"""Beats within a lease: three may fail before it is lost."""


class Heartbeat:
    """Keeps the leases it is told of, between ``start`` and ``stop`` (or as a context manager).

    While the process beside is starting, cannot be started or has died, a thread of this process does its work. It
    also does where another process could not: with a catalog in memory, or a clock that only this process knows.
    """

    def __init__(
        self, catalog: Catalog, clock: Clock, *, lease_s: float, at: Callable[[str], None] | None = None
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._lease_s = lease_s
        self._every_s = lease_s / _BEATS
        self._at = at or (lambda _point: None)
        self._lock = threading.Lock()
        self._held: set[jobs.Lease] = set()
        self._lost: set[jobs.Lease] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._process: subprocess.Popen[str] | None = None
        self._ready = False
        self._alone = not isinstance(clock, SystemClock) or catalog.engine.url.database in {None, "", ":memory:"}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The number of the process beside this one, once it beats."""
        with self._lock:
            return self._process.pid if self._process is not None and self._ready else None

    def start(self) -> None:
        """Begins."""
        self._begin()
        self._thread.start()

    def stop(self) -> None:
        """Ends, the process beside too; what is still held runs out by itself."""
        self._ended.set()
        self._thread.join()
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def hold(self, lease: jobs.Lease) -> None:
        """Keeps this lease from now on."""
        with self._lock:
            self._held.add(lease)
            self._send({"hold": _words(lease)})

    def drop(self, lease: jobs.Lease) -> None:
        """Keeps it no longer."""
        with self._lock:
            self._held.discard(lease)
            self._lost.discard(lease)
            self._send({"drop": _words(lease)})

    def lost(self, lease: jobs.Lease) -> bool:
        """Whether somebody else is known to have taken it; the commit would find out too, only later."""
        with self._lock:
            return lease in self._lost

    def _watch(self) -> None:
        while not self._ended.wait(self._every_s):
            self._at("beat")
            with self._lock:
                if self._process is not None and self._process.poll() is not None:
                    _end(self._process)
                    self._process = None
                self._send({})
                alone = self._process is None or not self._ready
                again = self._process is None
            if alone:
                self._beat_here()
            if again:
                self._begin()

    def _beat_here(self) -> None:
        with self._lock:
            leases = list(self._held - self._lost)
        if not leases:
            return
        try:
            with self._catalog.write() as tx:
                lost = jobs.keep(tx, leases, now=self._clock.now(), lease_s=self._lease_s)
        except EarmarkError:
            return  # the commit of the stage will find out and say so
        with self._lock:
            self._lost.update(self._held.intersection(lost))

    def _begin(self) -> None:
        """Starts the process beside; without it, should the machine not give one, the thread goes on alone."""
        if self._alone:
            return
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.work.pulse"],
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C and Ctrl-Z in the terminal are for the worker
            )
        except OSError:
            return
        if process.stdout is not None:
            threading.Thread(target=self._listen, args=(process, process.stdout), daemon=True).start()
        first: dict[str, Any] = {
            "url": self._catalog.engine.url.render_as_string(hide_password=False),
            "every_s": self._every_s,
            "lease_s": self._lease_s,
            "parent": os.getpid(),
        }
        with self._lock:
            self._process, self._ready = process, False
            self._send(first)
            for lease in self._held:
                self._send({"hold": _words(lease)})

    def _listen(self, process: subprocess.Popen[str], lines: IO[str]) -> None:
        with lines:
            for line in lines:
                words = json.loads(line)
                with self._lock:
                    if process is not self._process:
                        continue
                    if "lost" in words:
                        episode_id, owner, fence = words["lost"]
                        lease = jobs.Lease(episode_id=episode_id, owner=owner, fence=fence)
                        self._lost.update({lease} & self._held)
                    else:
                        self._ready = True

    def _send(self, words: dict[str, Any]) -> None:
        """One line to the process beside, if there is one; that it has died is seen at the next beat."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(json.dumps(words) + "\n")
                self._process.stdin.flush()


def _words(lease: jobs.Lease) -> list[Any]:
    return [lease.episode_id, lease.owner, lease.fence]


def _end(process: subprocess.Popen[str]) -> None:
    """Closes the pipe, which ends the process, and buries it."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
