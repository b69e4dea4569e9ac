"""The runs of the schedule: one a reader, day and kind, claimed under a lease, so that one sender makes each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import brief_runs as table

__all__ = ["Outcome", "Run", "RunKey", "RunKind", "claim", "finish", "finished", "get", "last", "put_off"]


class RunKind(StrEnum):
    """What a run makes."""

    BRIEF = "brief"
    DIGEST = "digest"
    NEWS = "news"
    """What alerts tell."""


class Outcome(StrEnum):
    """How a run ended; one that has not ended yet has none."""

    SENT = "sent"
    READY = "ready"
    """It lies in the app: the reader has no way along which it could be sent."""
    QUIET = "quiet"
    """There was nothing to tell, so nothing was sent."""
    REFUSED = "refused"
    """No channel takes it, and trying again would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """What there is one run of."""

    reader_id: str
    day: dt.date
    kind: RunKind = RunKind.BRIEF


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it is now. ``note`` says in words what came of it, or why it waits until ``not_before``."""

    key: RunKey
    owner: str = ""
    claimed_until: datetime | None = None
    attempts: int = 0
    not_before: datetime | None = None
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    note: str = ""


def claim(tx: sa.Connection, key: RunKey, *, owner: str, now: datetime, lease_s: float) -> Run | None:
    """The run, claimed; ``None`` where it is finished, waits, or another sender has it."""
    insert_missing(tx, table, [{"reader_id": key.reader_id, "day": key.day, "kind": key.kind.value}])
    free = sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until < now)
    ready = sa.or_(table.c.not_before.is_(None), table.c.not_before <= now)
    mine = table.update().where(_of(key), table.c.finished_at.is_(None), free, ready)
    until = now + timedelta(seconds=lease_s)
    if tx.execute(mine.values(owner=owner, claimed_until=until, attempts=table.c.attempts + 1)).rowcount != 1:
        return None
    return get(tx, key)


def finish(tx: sa.Connection, run: Run, outcome: Outcome, *, note: str, now: datetime) -> None:
    """Notes how a claimed run ended; one that somebody else has claimed since is left to them."""
    values = {"outcome": outcome.value, "note": note, "finished_at": now, "claimed_until": None, "not_before": None}
    tx.execute(_claimed(run).values(values))


def put_off(tx: sa.Connection, run: Run, *, note: str, until: datetime) -> None:
    """Gives a claimed run back, to be tried again from ``until`` on."""
    tx.execute(_claimed(run).values(note=note, not_before=until, claimed_until=None))


def finished(tx: sa.Connection, since: dt.date) -> set[RunKey]:
    """The runs from that day on that are finished."""
    query = sa.select(table.c.reader_id, table.c.day, table.c.kind)
    query = query.where(table.c.day >= since, table.c.finished_at.is_not(None))
    return {RunKey(reader_id=row.reader_id, day=row.day, kind=RunKind(row.kind)) for row in tx.execute(query)}


def get(tx: sa.Connection, key: RunKey) -> Run | None:
    """The run, if there is one."""
    row = tx.execute(sa.select(table).where(_of(key))).one_or_none()
    return None if row is None else _run(row)


def last(tx: sa.Connection, kind: RunKind = RunKind.BRIEF) -> dict[str, Run]:
    """The latest run of a kind of each reader, by reader id."""
    newest = sa.select(table.c.reader_id, sa.func.max(table.c.day).label("day")).where(table.c.kind == kind.value)
    latest = newest.group_by(table.c.reader_id).subquery()
    same = (table.c.reader_id == latest.c.reader_id) & (table.c.day == latest.c.day) & (table.c.kind == kind.value)
    runs = [_run(row) for row in tx.execute(sa.select(table).join(latest, same))]
    return {run.key.reader_id: run for run in runs}


def _of(key: RunKey) -> sa.ColumnElement[bool]:
    return (table.c.reader_id == key.reader_id) & (table.c.day == key.day) & (table.c.kind == key.kind.value)


def _claimed(run: Run) -> sa.Update:
    return table.update().where(_of(run.key), table.c.attempts == run.attempts, table.c.finished_at.is_(None))


def _run(row: sa.Row[tuple[object, ...]]) -> Run:
    values = dict(row._mapping)
    key = RunKey(reader_id=values.pop("reader_id"), day=values.pop("day"), kind=RunKind(values.pop("kind")))
    outcome = values.pop("outcome")
    return Run(key=key, outcome=Outcome(outcome) if outcome else None, **values)
