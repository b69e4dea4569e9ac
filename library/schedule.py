"""The schedule: each reader's brief at its hour, made and sent once, by whichever process has that duty."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from briefs.timetable import Due, due_now, in_digest_time, next_due
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, runs
from earmark.catalog.readers.alerts import readers_with
from earmark.catalog.readers.runs import Outcome, Run, RunKey, RunKind
from earmark.catalog.work import duties
from earmark.errors import DeliveryRefused, EarmarkError, SettingsError
from earmark.language.spans import counted
from ingest.work.owners import dead_owners
from library.readers import as_set

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.catalog.readers.deliveries import Delivery
    from earmark.ports import Clock
    from earmark.settings import Settings
    from earmark.types import Brief, Reader
    from library.alerts import Alerts
    from library.briefs import Briefs
    from library.sight import Sight

__all__ = ["LastRun", "PlannedBrief", "ReaderSchedule", "Schedule", "ScheduleStatus"]

_log = logging.getLogger(__name__)

_SCHEDULE = "the schedule of all readers"
_DUTY_S = 120.0
"""How long a sender that stopped answering keeps the duty, in seconds; a sender renews it every few seconds."""
_RUN_S = 900.0
"""How long a sender has for one brief before another may take it, in seconds; a brief takes seconds."""
_AGAIN = timedelta(minutes=5)
"""Pause before a brief that could not be made or sent is tried again; it doubles with each attempt, up to an hour."""
_LOOK_BACK = timedelta(days=9)
"""How far back a brief can be due: a weekly one is made up for half a week."""
_PATIENCE = timedelta(hours=2)
"""How long after its hour a brief waits for episodes that are being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The last brief of a schedule: ``outcome`` is empty while it is being made or waits until ``again``."""

    day: date
    outcome: str
    note: str
    at: datetime | None = None
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSchedule:
    """When a reader's next brief comes, along which channels, and what became of the last."""

    reader_id: str
    name: str
    timezone: str
    next_day: date
    next_at: datetime
    ways: tuple[str, ...] = ()
    last: LastRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStatus:
    """The schedule as it is now.

    Attributes:
        running: whether a process keeps it: the app, or `earmark run`.
        readers: each reader who gets briefs, or the asking reader alone.
        fetched_at: when feeds were last asked for all shows, by whomever.
        fetched: what came of that, in words.
        next_fetch: when that is done again by itself; ``None`` if never.
    """

    running: bool
    readers: tuple[ReaderSchedule, ...]
    fetched_at: datetime | None = None
    fetched: str = ""
    next_fetch: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBrief:
    """A brief that would be sent: to whom, when, along which channels, and what it would hold as things are."""

    reader_id: str
    name: str
    timezone: str
    at: datetime
    ways: tuple[str, ...]
    brief: Brief


class Schedule:
    """Makes and sends what is due.

    Args:
        catalog: holds readers, runs and duties.
        settings: how often feeds are asked.
        clock: decides what is due.
        sight: of the asking reader; the schedule of others is an owner's.
        briefs: the briefs of a reader.
        alerts: the alerts of a reader; nobody has any without.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        clock: Clock,
        *,
        sight: Sight,
        briefs: Callable[[Reader], Briefs],
        alerts: Callable[[Reader], Alerts] | None = None,
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight
        self._briefs = briefs
        self._alerts = alerts

    def status(self) -> ScheduleStatus:
        """When briefs come and what became of the last: of all readers for an owner, else of the asking reader."""
        now = self._clock.now()
        with self._catalog.read() as tx:
            last = runs.last(tx)
            sending, fetching = duties.get(tx, duties.SEND), duties.get(tx, duties.FETCH)
        readers = [reader for reader in self._readers() if self._sight.is_owner or reader.id == self._sight.reader.id]
        return ScheduleStatus(
            running=sending.held_until is not None and sending.held_until >= now,
            readers=tuple(self._of(reader, last.get(reader.id), now) for reader in readers),
            fetched_at=fetching.done_at,
            fetched=fetching.note,
            next_fetch=self._next_fetch(fetching.done_at, now),
        )

    def plan(self) -> list[PlannedBrief]:
        """What would be sent: the brief of each reader that is due now, else the next one, as things are; for an owner."""
        self._sight.require_owner(_SCHEDULE)
        now, done = self._clock.now(), self._done()
        planned = []
        for reader in self._readers():
            due = self._open(reader, now, RunKind.BRIEF, done) or next_due(reader, now)
            planned.append(
                PlannedBrief(
                    reader_id=reader.id,
                    name=reader.name,
                    timezone=reader.timezone,
                    at=due.at,
                    ways=self._ways(reader),
                    brief=self._briefs(reader).preview(due.day),
                )
            )
        return sorted(planned, key=lambda plan: (plan.at, plan.reader_id))

    def take(self, owner: str) -> bool:
        """Whether ``owner`` (a process) keeps the schedule from now on for two minutes; nobody else does meanwhile."""
        with self._catalog.write() as tx:
            duties.free_dead(tx, dead_owners(duties.owners(tx)))
            return duties.take(tx, duties.SEND, owner=owner, now=self._clock.now(), lease_s=_DUTY_S)

    def let_go(self, owner: str) -> None:
        """Lets another process keep the schedule at once."""
        with self._catalog.write() as tx:
            duties.drop(tx, duties.SEND, owner=owner)

    def fetch_is_due(self) -> bool:
        """Whether it is time to ask the feeds again; never where no show is followed."""
        with self._catalog.read() as tx:
            if not shows.every(tx):
                return False
            fetching = duties.get(tx, duties.FETCH)
        due = self._next_fetch(fetching.done_at, self._clock.now())
        return due is not None and due <= self._clock.now()

    def send_due(self, owner: str, stop: threading.Event | None = None) -> list[ReaderSchedule]:
        """Makes and sends every brief that is due and not done; what became of each.

        A brief that fails does not keep the others from being made: it is tried again later, until it is too late for it.

        Args:
            owner: the process, as in `take`.
            stop: ends it after the brief in hand.
        """
        self._sight.require_owner(_SCHEDULE)
        touched: list[Reader] = []
        done = self._done()
        with self._catalog.read() as tx:
            watching = readers_with(tx)
        for reader in self._readers():
            if stop is not None and stop.is_set():
                break
            for kind in RunKind:
                if kind is RunKind.NEWS and reader.id not in watching:
                    continue
                due = self._open(reader, self._clock.now(), kind, done)
                if due is not None and self.take(owner) and self._run(reader, due, kind, owner):
                    touched.append(reader)
        if not touched:
            return []
        with self._catalog.read() as tx:
            last = runs.last(tx)
        made = {reader.id: reader for reader in touched}
        return [self._of(reader, last.get(reader.id), self._clock.now()) for reader in made.values()]

    def _readers(self) -> list[Reader]:
        """The readers who get briefs, by id."""
        with self._catalog.read() as tx:
            readers = accounts.every(tx)
        return [as_set(reader, self._settings) for reader in readers if reader.disabled_at is None]

    def _open(self, reader: Reader, now: datetime, kind: RunKind, done: Collection[RunKey]) -> Due | None:
        """The reader's brief, digest or news that is due and has not been done; news wait for the brief, which goes first."""
        timed = in_digest_time(reader) if kind is RunKind.DIGEST else reader
        due = None if timed is None else due_now(timed, now)
        if due is None or RunKey(reader_id=reader.id, day=due.day, kind=kind) in done:
            return None
        if kind is RunKind.NEWS and RunKey(reader_id=reader.id, day=due.day) not in done:
            return None
        return due

    def _done(self) -> set[RunKey]:
        """The runs of the last days that are finished."""
        with self._catalog.read() as tx:
            return runs.finished(tx, self._clock.now().date() - _LOOK_BACK)

    def _run(self, reader: Reader, due: Due, kind: RunKind, owner: str) -> bool:
        """Makes and sends one brief or digest, if nobody else does; whether it was tried."""
        with self._catalog.write() as tx:
            key = RunKey(reader_id=reader.id, day=due.day, kind=kind)
            run = runs.claim(tx, key, owner=owner, now=self._clock.now(), lease_s=_RUN_S)
        if run is None:
            return False
        try:
            making = {RunKind.BRIEF: self._make, RunKind.DIGEST: self._make_digest, RunKind.NEWS: self._make_news}
            making[kind](reader, due, run)
        except DeliveryRefused as error:
            self._finish(run, Outcome.REFUSED, str(error))
        except EarmarkError as error:  # a setting, a full disk: somebody puts it right, or it becomes too late
            self._put_off(run, str(error))
        except Exception as error:  # noqa: BLE001 - one reader's trouble is not everybody's
            _log.exception("the brief of a reader could not be made")
            self._put_off(run, f"something unforeseen went wrong ({type(error).__name__}); the log has it")
        return True

    def _make(self, reader: Reader, due: Due, run: Run) -> None:
        briefs = self._briefs(reader)
        settle = self._clock.now() - due.at >= _PATIENCE
        brief = briefs.get(due.day, settle=settle)
        if not brief.items and not (reader.tell_quiet and briefs.ways()):
            self._finish(run, Outcome.QUIET, brief.note)
        elif brief.items and due.day not in briefs.dates():
            self._put_off(run, brief.note)
        elif not briefs.ways():
            self._finish(run, Outcome.READY, counted(len(brief.items), "idea"))
        else:
            self._note_sent(run, briefs.send(due.day))

    def _make_digest(self, reader: Reader, due: Due, run: Run) -> None:
        briefs = self._briefs(reader)
        if not briefs.ways():
            self._finish(run, Outcome.READY, "the week")
            return
        digest = briefs.digest(due.day)
        if digest.items or reader.tell_quiet:
            self._note_sent(run, briefs.send_digest(due.day))
        else:
            self._finish(run, Outcome.QUIET, digest.note)

    def _make_news(self, reader: Reader, due: Due, run: Run) -> None:
        theirs = None if self._alerts is None else self._alerts(reader)
        news = None if theirs is None else theirs.news(due.day)
        if theirs is None or news is None or not news.items:
            self._finish(run, Outcome.QUIET, "nothing new")
        elif not self._briefs(reader).ways():
            self._finish(run, Outcome.READY, counted(len(news.items), "new claim"))
        else:
            self._note_sent(run, theirs.send(due.day))

    def _note_sent(self, run: Run, deliveries: Sequence[Delivery]) -> None:
        if any(delivery.sent_at is None for delivery in deliveries):
            self._put_off(run, "another process is sending it")
        else:
            self._finish(run, Outcome.SENT, ", ".join(delivery.channel for delivery in deliveries))

    def _finish(self, run: Run, outcome: Outcome, note: str) -> None:
        with self._catalog.write() as tx:
            runs.finish(tx, run, outcome, note=note, now=self._clock.now())

    def _put_off(self, run: Run, note: str) -> None:
        pause = min(_AGAIN * 2 ** min(run.attempts - 1, 8), timedelta(hours=1))
        with self._catalog.write() as tx:
            runs.put_off(tx, run, note=note, until=self._clock.now() + pause)

    def _of(self, reader: Reader, run: Run | None, now: datetime) -> ReaderSchedule:
        coming = next_due(reader, now)
        return ReaderSchedule(
            reader_id=reader.id,
            name=reader.name,
            timezone=reader.timezone,
            next_day=coming.day,
            next_at=coming.at,
            ways=self._ways(reader),
            last=None if run is None else _last(run),
        )

    def _ways(self, reader: Reader) -> tuple[str, ...]:
        """The reader's channels; none where the settings of one are incomplete, which `earmark doctor` says."""
        try:
            return self._briefs(reader).ways()
        except SettingsError:
            return ()

    def _next_fetch(self, done: datetime | None, now: datetime) -> datetime | None:
        hours = self._settings.schedule.fetch_every_h
        if not hours:
            return None
        return now if done is None else done + timedelta(hours=hours)


def _last(run: Run) -> LastRun:
    return LastRun(
        day=run.key.day,
        outcome=run.outcome.value if run.outcome else "",
        note=run.note,
        at=run.finished_at,
        again=run.not_before,
    )
