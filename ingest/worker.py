"""The worker: claims episodes under leases, runs their stages, commits each with the move to the next."""

from __future__ import annotations

import contextlib
import random
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from earmark.catalog import Catalog, episodes, jobs
from earmark.errors import EarmarkError, LeaseLost, StorageFull, TransientError
from earmark.ports import Clock
from earmark.types import Episode, Stage
from ingest.owners import dead_owners, owner_name
from ingest.stages import Stages

__all__ = ["Event", "Failure", "WorkReport", "Worker"]

_BACKOFF_S = 60.0
"""Wait after a first passing failure, in seconds; it doubles with each further one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Progress. ``kind`` is ``feed``, ``stage`` (an episode's next step), ``episode`` (one completed) or ``failure``."""

    kind: str
    subject: str
    message: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that went wrong while the rest went on; ``gives_up`` where it will not be tried again by itself."""

    show: str
    episode: str
    stage: str
    reason: str
    gives_up: bool


@dataclass(slots=True)
class WorkReport:
    """What a run did. ``stopped_by`` is set when it ended early because nothing could be written any more."""

    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False
    stopped_by: EarmarkError | None = None


class Worker:
    """Runs the stages of every waiting episode in a few threads, until none is left or it is told to stop."""

    def __init__(
        self,
        catalog: Catalog,
        stages: Stages,
        clock: Clock,
        *,
        shows: Sequence[str] = (),
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._catalog = catalog
        self._stages = stages
        self._clock = clock
        self._shows = shows
        self._on_event = on_event or _nobody
        self._stop = stop or threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._leases: dict[str, jobs.Lease] = {}
        self._report = WorkReport()
        self._total = 0
        self._settings = stages.settings.ingest

    def run(self) -> WorkReport:
        """Works until nothing is waiting; on ``stop`` each thread ends after the stage it is in."""
        with self._catalog.read() as tx:
            dead = dead_owners(jobs.owners(tx))
        if dead:
            with self._catalog.write() as tx:
                jobs.free_dead(tx, dead)
        with contextlib.suppress(OSError):
            self._stages.sweep()
        with self._catalog.read() as tx:
            self._total = jobs.waiting(tx, now=self._clock.now(), shows=self._shows)
        if self._total == 0:
            return self._report
        threads = [
            threading.Thread(target=self._work, args=(owner_name(n),), name=f"worker-{n}")
            for n in range(min(self._settings.workers, self._total))
        ]
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        for thread in [heart, *threads]:
            thread.start()
        for thread in threads:
            thread.join()
        self._ended.set()
        heart.join()
        self._report.interrupted = self._stop.is_set() and self._report.stopped_by is None
        return self._report

    def _work(self, owner: str) -> None:
        try:
            while not self._stop.is_set():
                with self._catalog.write() as tx:
                    lease = jobs.claim(
                        tx, owner=owner, now=self._clock.now(), lease_s=self._settings.lease_s, shows=self._shows
                    )
                if lease is None:
                    return
                with self._lock:
                    self._leases[lease.episode_id] = lease
                try:
                    self._episode(lease)
                finally:
                    with self._lock:
                        self._leases.pop(lease.episode_id, None)
        except EarmarkError as error:  # not about an episode: the catalog itself cannot be written
            self._report.stopped_by = error
            self._stop.set()
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence would look like work done
            self._report.stopped_by = _Unexpected(f"{type(error).__name__}: {error}", traceback.format_exc()[-4000:])
            self._stop.set()

    def _episode(self, lease: jobs.Lease) -> None:
        """Takes one episode as far as it goes."""
        with self._catalog.read() as tx:
            episode = episodes.get(tx, lease.episode_id)
        try:
            while episode.stage is not Stage.INSIGHTS and not self._stop.is_set():
                episode = self._step(lease, episode)
            with self._catalog.write() as tx:
                jobs.release(tx, lease)
        except LeaseLost:
            return
        except EarmarkError as error:
            self._failed(lease, episode, error)
            return
        except Exception as error:  # noqa: BLE001 - a bug of ours in one episode must not end the others' run
            traceback_text = "".join(traceback.format_exception(error))[-4000:]
            self._failed(lease, episode, _Unexpected(f"{type(error).__name__}: {error}", traceback_text))
            return
        if episode.stage is Stage.INSIGHTS:
            with self._lock:
                self._report.done += 1
            self._say("episode", episode, "done")

    def _step(self, lease: jobs.Lease, episode: Episode) -> Episode:
        """Runs the next stage; its outputs and the move to it commit together."""
        stage, write = self._stages.next(episode, lambda message: self._say("stage", episode, message))
        with self._catalog.write() as tx:
            write(tx)
            jobs.advance(tx, lease, stage)
            moved = episodes.get(tx, episode.id)
        with contextlib.suppress(OSError):  # what is left behind is swept at the next start
            self._stages.finished(episode, stage)
        return moved

    def _failed(self, lease: jobs.Lease, episode: Episode, error: EarmarkError) -> None:
        passing = isinstance(error, TransientError | StorageFull)
        gives_up = not passing or episode.attempts + 1 >= self._settings.attempts
        wait_s = getattr(error, "retry_after_s", None) or _BACKOFF_S * 2**episode.attempts * random.uniform(0.8, 1.2)
        not_before = None if gives_up else self._clock.now() + timedelta(seconds=wait_s)
        try:
            with self._catalog.write() as tx:
                jobs.fail(tx, lease, error.note(), not_before=not_before, failed=gives_up)
        except LeaseLost:
            return
        failure = Failure(
            show=episode.show, episode=episode.data.title, stage=episode.stage, reason=str(error), gives_up=gives_up
        )
        with self._lock:
            self._report.failures.append(failure)
        self._say("failure", episode, str(error))

    def _beat(self) -> None:
        """Keeps the leases of all threads alive; a stage that computes for minutes must not lose its episode."""
        while not self._ended.wait(self._settings.lease_s / 4):
            with self._lock:
                leases = list(self._leases.values())
            for lease in leases:
                try:
                    with self._catalog.write() as tx:
                        jobs.extend(tx, lease, now=self._clock.now(), lease_s=self._settings.lease_s)
                except EarmarkError:
                    continue  # the commit of the stage will find out and say so

    def _say(self, kind: str, episode: Episode, message: str) -> None:
        with self._lock:
            done = self._report.done + len(self._report.failures)
            total = max(self._total, done)
        subject = f"{episode.show} — {episode.data.title}"
        self._on_event(Event(kind=kind, subject=subject, message=message, done=done, total=total))


def _nobody(_event: Event) -> None:
    """Listens to nothing."""


class _Unexpected(EarmarkError):
    """A bug of ours, with where it happened."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(f"unexpected: {message}")
        self.where = where

    def note(self) -> str:
        """What is stored: the line and the traceback."""
        return f"{self}\n{self.where}"
