"""The worker: claims episodes under leases, runs their stages, commits each with the move to the next.

Any number of workers, in this process, in others, on other machines, may run on one catalog: each claims what no other
holds. A lease is kept alive while its stage computes (`ingest.work.heartbeat`), and the fence in every commit
(`earmark.catalog.work.jobs`) keeps out whoever lost it, however late.
"""

from __future__ import annotations

import contextlib
import errno
import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import secrets
from earmark.catalog.work import jobs
from earmark.errors import EarmarkError, LeaseLost, NotFound, NotYet, StorageFull, TransientError
from earmark.ports import Clock
from earmark.types import Episode, Stage
from ingest.events import NO_ROOM, Event, Failure, PostponedEpisode, Silence, WorkReport
from ingest.limits.listening import StageEnd, listening
from ingest.stages import ModelAway, Stages
from ingest.work.failures import Unexpected, note_of, secrets_in
from ingest.work.heartbeat import Heartbeat
from ingest.work.owners import dead_owners, owner_name
from ingest.work.progress import Progress

__all__ = ["Event", "Failure", "PostponedEpisode", "WorkReport", "Worker"]

_BACKOFF_S = 60.0
"""Wait after a first passing failure, in seconds; it doubles with each further one."""

_NO_ROOM_S = 300.0
"""After how long it is tried again whether there is room on a full disk, in seconds: soon enough for whoever has made some, and
seldom enough for a file of audio that is fetched and does not fit."""

_LOOK_S = 0.1
"""How often a stopped worker looks whether its threads have ended, in seconds."""

_ORDER = tuple(Stage)


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
        until: Stage = Stage.INSIGHTS,
        at: Callable[[str], None] | None = None,
    ) -> None:
        """A worker.

        Args:
            catalog: where the work is.
            stages: what is done with an episode.
            clock: the time.
            shows: the ids of those whose episodes are worked on; empty for all.
            on_event: is told of progress, from any thread.
            stop: ends the work once it is set, where nothing is lost by that.
            until: the last stage that it runs; what comes after is left to others.
            at: called with the name of each point that the work passes: ``claimed``, ``computing STAGE``,
                ``computed STAGE``, ``writing STAGE`` (in the transaction, all but committed), ``committed STAGE``,
                ``released`` and ``beat`` (between two beats of the leases' heart). For tests that kill the process
                there; nothing outside them passes it, and no setting or variable does.
        """
        self._catalog = catalog
        self._stages = stages
        self._clock = clock
        self._shows = shows
        self._on_event = on_event or _nobody
        self._stop = stop or threading.Event()
        self._until = _ORDER.index(until)
        self._at = at or _nowhere
        self._lock = threading.Lock()
        self._report = WorkReport()
        self._settings = stages.settings.ingest
        self._secrets = secrets_in(stages.settings)
        self._resumable: dict[str, jobs.Lease] = {}

    def run(self) -> WorkReport:
        """Works until nothing is waiting; on ``stop`` each thread ends where the stage it is in loses nothing."""
        self.tidy()
        with self._catalog.read() as tx:
            waiting = jobs.waiting(tx, now=self._clock.now(), shows=self._shows)
        if waiting == 0 or self._stop.is_set():
            return self._report
        progress = Progress(self._catalog, self._clock, self._on_event, shows=self._shows)
        with (
            self._catalog.stopping_between_writes(),
            Heartbeat(self._catalog, self._clock, lease_s=self._settings.lease_s, at=self._at) as heart,
        ):
            # Daemons: a thread abandoned on a stop must not keep the process from ending.
            threads = [
                threading.Thread(
                    target=self._work, args=(owner_name(n), heart, progress), name=f"worker-{n}", daemon=True
                )
                for n in range(min(self._settings.workers, waiting))
            ]
            for thread in threads:
                thread.start()
            self._wait(threads)
        self._report.interrupted = self._stop.is_set() and self._report.stopped_by is None
        return self._report

    def tidy(self) -> None:
        """Clears away what processes that died on this machine have left: their leases, and audio that nobody waits for."""
        self._free_dead()
        with contextlib.suppress(OSError):
            self._stages.sweep()

    def take(self, lease: jobs.Lease, heart: Heartbeat, progress: Progress) -> None:
        """Takes an episode that is claimed as far as it goes, and gives it back; the report counts what came of it."""
        heart.hold(lease)
        try:
            self._episode(lease, heart, progress)
        finally:
            heart.drop(lease)

    def _wait(self, threads: Sequence[threading.Thread]) -> None:
        """Until all have ended; once it is stopped, not for those whose work is kept as it goes."""
        for thread in threads:
            while thread.is_alive():
                thread.join(_LOOK_S)
                if not self._stop.is_set():
                    continue
                with self._lock:
                    lease = self._resumable.pop(thread.name, None)
                if lease is not None:
                    # From here on the fence keeps it out, whatever it still makes.
                    with contextlib.suppress(EarmarkError):
                        self._give_back(lease)
                    break

    def _work(self, owner: str, heart: Heartbeat, progress: Progress) -> None:
        try:
            while not self._stop.is_set():
                lease = self._claim(owner)
                if lease is None:
                    return
                self._at("claimed")
                self.take(lease, heart, progress)
                self._at("released")
        except EarmarkError as error:  # not about an episode: the catalog itself cannot be written
            self._report.stopped_by = error
            self._stop.set()
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence would look like work done
            self._report.stopped_by = Unexpected.of(error)
            self._stop.set()

    def _claim(self, owner: str) -> jobs.Lease | None:
        """The next episode; what a process that died here has left behind comes last."""
        for _ in range(2):
            with self._catalog.write() as tx:
                lease = jobs.claim(
                    tx, owner=owner, now=self._clock.now(), lease_s=self._settings.lease_s, shows=self._shows
                )
            if lease is not None or not self._free_dead():
                return lease
        return None

    def _free_dead(self) -> int:
        with self._catalog.read() as tx:
            dead = dead_owners(jobs.owners(tx))
        if not dead:
            return 0
        with self._catalog.write() as tx:
            return jobs.free_dead(tx, dead)

    def _episode(self, lease: jobs.Lease, heart: Heartbeat, progress: Progress) -> None:
        """Takes one episode as far as it goes."""
        try:
            with self._catalog.read() as tx:
                episode = episodes.get(tx, lease.episode_id)
        except NotFound:  # its show was removed a moment ago
            return

        def wanted() -> None:
            if self._stop.is_set() or heart.lost(lease):
                raise StageEnd

        progress.begun(episode)
        try:
            while _ORDER.index(episode.stage) < self._until and not self._stop.is_set():
                episode = self._step(lease, episode, progress, wanted)
            self._give_back(lease)
        except StageEnd:
            with contextlib.suppress(LeaseLost):
                self._give_back(lease)
            progress.ended("ended", episode, "given back; it goes on from here")
        except LeaseLost:
            progress.ended("ended", episode, "another worker has taken it over")
        except NotYet as wait:
            self._postponed(lease, episode, wait, progress)
        except Exception as error:  # noqa: BLE001 - a bug of ours in one episode must not end the others' run
            if _is_full(error):
                room = NotYet(NO_ROOM, until=self._clock.now() + timedelta(seconds=_NO_ROOM_S))
                self._postponed(lease, episode, room, progress)
            else:
                known = error if isinstance(error, EarmarkError) else Unexpected.of(error)
                self._failed(lease, episode, known, progress)
        else:
            if episode.stage is Stage.INSIGHTS:
                self._done(episode, progress)
            else:
                progress.ended("ended", episode, "given back; it goes on from here")

    def _done(self, episode: Episode, progress: Progress) -> None:
        """Counts an episode that has come through all stages."""
        why = episode.no_insights
        with self._lock:
            self._report.done += 1
            if why:
                self._report.silent.append(Silence(show=episode.show, episode=episode.data.title, reason=why))
        progress.ended("episode", episode, f"done; no insight: {why}" if why else "done")

    def _step(self, lease: jobs.Lease, episode: Episode, progress: Progress, wanted: Callable[[], None]) -> Episode:
        """Runs the next stage; its outputs and the move to it commit together."""

        def report(message: str) -> None:
            wanted()
            progress.stage(episode, message)

        def heard(done_s: float, of_s: float) -> None:
            wanted()
            if done_s > 0:
                progress.heard(episode, done_s, of_s)

        def may_be_left(yes: bool) -> None:
            with self._lock:
                if yes:
                    self._resumable[threading.current_thread().name] = lease
                else:
                    self._resumable.pop(threading.current_thread().name, None)

        following = _ORDER[_ORDER.index(episode.stage) + 1]
        self._at(f"computing {following}")
        with listening(heard, may_be_left):
            stage, write = self._stages.next(episode, report)
        self._at(f"computed {stage}")
        with self._catalog.write() as tx:
            jobs.hold(tx, lease)
            write(tx)
            jobs.advance(tx, lease, stage)
            moved = episodes.get(tx, episode.id)
            self._at(f"writing {stage}")
        self._at(f"committed {stage}")
        progress.moved(moved)
        with contextlib.suppress(OSError):  # what is left behind is swept at the next start
            self._stages.finished(episode, stage)
        return moved

    def _give_back(self, lease: jobs.Lease) -> None:
        with self._catalog.write() as tx:
            jobs.release(tx, lease)

    def _postponed(self, lease: jobs.Lease, episode: Episode, wait: NotYet, progress: Progress) -> None:
        """Gives the episode back until its time has come; nothing has failed."""
        try:
            with self._catalog.write() as tx:
                jobs.postpone(tx, lease, wait.message, until=wait.until)
                if isinstance(wait, ModelAway) and wait.stand_in is not None:
                    wait.stand_in(tx)
        except LeaseLost:
            progress.ended("ended", episode, "another worker has taken it over")
            return
        with self._lock:
            self._report.postponed.append(
                PostponedEpisode(
                    show=episode.show,
                    episode=episode.data.title,
                    reason=wait.message,
                    until=wait.until,
                    for_model=isinstance(wait, ModelAway),
                )
            )
        progress.ended("postponed", episode, wait.message)

    def _failed(self, lease: jobs.Lease, episode: Episode, error: EarmarkError, progress: Progress) -> None:
        now = self._clock.now()
        gives_up = not isinstance(error, TransientError) or episode.attempts + 1 >= self._settings.attempts
        wait_s = getattr(error, "retry_after_s", None) or _BACKOFF_S * 2**episode.attempts * random.uniform(0.8, 1.2)
        not_before = None if gives_up else now + timedelta(seconds=wait_s)
        try:
            with self._catalog.write() as tx:
                note = note_of(error, secrets.of_episode(tx, episode).veil, self._secrets)
                jobs.fail(tx, lease, note, not_before=not_before, failed=gives_up, now=now)
                if gives_up:
                    episodes.pass_on(tx, lease.episode_id)
        except (LeaseLost, NotFound):
            progress.ended("ended", episode, "another worker has taken it over")
            return
        reason = note.partition("\n")[0]
        failure = Failure(
            show=episode.show, episode=episode.data.title, stage=episode.stage, reason=reason, gives_up=gives_up
        )
        with self._lock:
            self._report.failures.append(failure)
        progress.ended("failure", episode, reason)


def _is_full(error: Exception) -> bool:
    """Whether no space was left where something was to be written."""
    return isinstance(error, StorageFull) or (
        isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    )


def _nobody(_event: Event) -> None:
    """Listens to nothing."""


def _nowhere(_point: str) -> None:
    """Does nothing at any point."""
