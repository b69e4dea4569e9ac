"""Leases: who works on which episode, and the fence that keeps a late worker from writing.

An episode that has not completed its last stage is work to do. A worker claims it for a time; every claim raises the
fencing number, and a stage commits only under the number it was claimed with. So two workers may both believe that an
episode is theirs, after a pause or a clock that jumped; only the last one that claimed it can write.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import episodes, transcripts
from earmark.catalog.schema import jobs as table
from earmark.catalog.selecting import within
from earmark.catalog.work import line
from earmark.errors import LeaseLost
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Stage

__all__ = [
    "Backlog",
    "Lease",
    "advance",
    "backlog",
    "claim",
    "extend",
    "fail",
    "find",
    "free_dead",
    "hold",
    "keep",
    "next_in_line",
    "open_ids",
    "owners",
    "postpone",
    "release",
    "reopen",
    "retry",
    "start_over",
    "unfinished",
    "waiting",
    "wants_transcript",
]


_PREFIX = 6
"""Characters of an episode's id that are enough to mean it: fewer are rather a show's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to write an episode's next stage."""

    episode_id: str
    owner: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Episodes that somebody could work on now or is working on, and the seconds of audio that they run.

    ``spoken`` are those that still have to be transcribed; ``unknown`` counts episodes whose feed states no duration.
    """

    episodes: int = 0
    seconds: float = 0.0
    unknown: int = 0
    spoken: int = 0
    spoken_seconds: float = 0.0
    spoken_unknown: int = 0


def claim(tx: sa.Connection, *, owner: str, now: datetime, lease_s: float, shows: Collection[str] = ()) -> Lease | None:
    """The episode that is next in line (`earmark.catalog.work.line`), claimed; ``None`` when none is free."""
    # Of a few shows, the episodes are few enough to be put in order on the spot.
    row = _first_of(tx, now, shows) if shows else _first(tx, now)
    if row is None:
        return None
    lease = Lease(episode_id=row.episode_id, owner=owner, fence=row.fence + 1)
    until = now + timedelta(seconds=lease_s)
    tx.execute(_mine(row.episode_id).values(owner=owner, fence=lease.fence, lease_until=until))
    return lease


def extend(tx: sa.Connection, lease: Lease, *, now: datetime, lease_s: float) -> None:
    """Keeps a lease alive; raises ``LeaseLost`` if somebody else has taken the episode."""
    _checked(tx, lease, lease_until=now + timedelta(seconds=lease_s))


def keep(tx: sa.Connection, leases: Collection[Lease], *, now: datetime, lease_s: float) -> list[Lease]:
    """Keeps all of these leases alive; returns those that somebody else has taken."""
    until = now + timedelta(seconds=lease_s)
    ordered = sorted(leases, key=lambda lease: lease.episode_id)  # two that keep the same wait for one another in turn
    return [lease for lease in ordered if tx.execute(_fenced(lease).values(lease_until=until)).rowcount != 1]


def hold(tx: sa.Connection, lease: Lease) -> None:
    """Keeps others off the episode until this transaction ends; raises ``LeaseLost`` if somebody has taken it.

    Before anything is written: on PostgreSQL a late worker would else wait for its successor's rows, and fail on them.
    """
    mine = sa.select(table.c.fence).where(table.c.episode_id == lease.episode_id, table.c.owner == lease.owner)
    if tx.execute(mine.with_for_update()).scalar_one_or_none() != lease.fence:
        raise LeaseLost("another worker has taken this episode over", subject=lease.episode_id)


def advance(tx: sa.Connection, lease: Lease, stage: Stage) -> None:
    """Moves the episode to ``stage``, in the transaction that wrote the stage's outputs; raises ``LeaseLost``."""
    place = {"turn": None} if stage is Stage.INSIGHTS else {}
    _checked(tx, lease, attempts=0, last_error="", failed_at=None, waits="", not_before=None, **place)
    tx.execute(episodes.update().where(episodes.c.id == lease.episode_id).values(stage=stage.value))


def release(tx: sa.Connection, lease: Lease) -> None:
    """Gives the episode back; raises ``LeaseLost``."""
    _checked(tx, lease, owner="", lease_until=None)


def fail(
    tx: sa.Connection,
    lease: Lease,
    error: str,
    *,
    not_before: datetime | None,
    failed: bool,
    now: datetime | None = None,
) -> None:
    """Notes a failed attempt and gives the episode back: tried again at ``not_before``, or never if ``failed``."""
    _checked(
        tx,
        lease,
        owner="",
        lease_until=None,
        attempts=table.c.attempts + 1,
        not_before=not_before,
        failed=failed,
        last_error=error,
        failed_at=now,
        waits="",
        **({"turn": None} if failed else {}),
    )


def postpone(tx: sa.Connection, lease: Lease, reason: str, *, until: datetime) -> None:
    """Gives the episode back until a time, for a reason in words that is no failure; no attempt is counted."""
    _checked(tx, lease, owner="", lease_until=None, not_before=until, waits=reason, last_error="", failed_at=None)


def waiting(tx: sa.Connection, *, now: datetime, shows: Collection[str] = ()) -> int:
    """How many episodes could be claimed now."""
    return tx.execute(sa.select(sa.func.count()).select_from(_open(now, shows).subquery())).scalar_one()


def backlog(tx: sa.Connection, *, now: datetime, shows: Collection[str] = ()) -> Backlog:
    """The open work of all workers: episodes that could be claimed now, and episodes in progress."""
    no_transcript = sa.func.coalesce(sa.cast(episodes.c.transcripts, sa.Text), "[]") == "[]"
    spoken = sa.and_(episodes.c.stage == Stage.DISCOVERED.value, no_transcript, episodes.c.audio_url != "")
    unknown = sa.func.coalesce(episodes.c.duration_s, 0) <= 0
    each = sa.literal(1)
    query = (
        sa.select(
            sa.func.count().label("episodes"),
            _total(sa.not_(unknown), episodes.c.duration_s).label("seconds"),
            _total(unknown, each).label("unknown"),
            _total(spoken, each).label("spoken"),
            _total(sa.and_(spoken, sa.not_(unknown)), episodes.c.duration_s).label("spoken_seconds"),
            _total(sa.and_(spoken, unknown), each).label("spoken_unknown"),
        )
        .select_from(table)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(line.open_work(), sa.or_(table.c.not_before.is_(None), table.c.not_before <= now))
    )
    row = tx.execute(query.where(episodes.c.show_id.in_(shows)) if shows else query).one()
    return Backlog(**row._mapping)


def wants_transcript(tx: sa.Connection, episode_id: str) -> bool:
    """Whether that episode is there, has no transcript yet, and has not failed for good."""
    query = (
        sa.select(table.c.failed)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(table.c.episode_id == episode_id, episodes.c.stage == Stage.DISCOVERED.value)
    )
    return tx.execute(query).scalar_one_or_none() is False


def open_ids(tx: sa.Connection, *, shows: Collection[str] = ()) -> list[str]:
    """The episodes still to be worked on, now or later, newest first: of these shows, or of all."""
    query = sa.select(episodes.c.id).join(table, table.c.episode_id == episodes.c.id).where(line.open_work())
    query = query.where(episodes.c.show_id.in_(shows)) if shows else query
    return list(tx.execute(query.order_by(episodes.c.published.desc(), episodes.c.id)).scalars())


def unfinished(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> int:
    """How many episodes of these shows are still to be read soon: waiting or being worked on, none of them failed or postponed."""
    query = (
        sa.select(sa.func.count())
        .select_from(table)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(line.open_work(), table.c.attempts == 0, table.c.waits == "")
    )
    return int(tx.execute(within(query, scope)).scalar_one())


def find(tx: sa.Connection, text: str) -> str | None:
    """The id of the one episode whose id is, or alone begins with, that text of at least six characters; else ``None``."""
    if len(text) < _PREFIX:
        return None
    rows = tx.execute(
        sa.select(table.c.episode_id).where(table.c.episode_id.startswith(text, autoescape=True)).limit(2)
    ).scalars()
    ids = list(rows)
    return ids[0] if len(ids) == 1 else None


def retry(tx: sa.Connection, *, shows: Collection[str] = (), ids: Collection[str] = ()) -> int:
    """Makes failed and postponed episodes claimable again: all, or those of some shows or with some ids.

    Returns how many.
    """
    stuck = sa.or_(table.c.failed, table.c.not_before.is_not(None))
    fresh = {"failed": False, "attempts": 0, "not_before": None, "waits": "", "turn": 0}
    if not shows and not ids:
        return tx.execute(table.update().where(stuck).values(fresh)).rowcount
    named = list(ids)
    for some in batches(list(shows)):
        named += tx.execute(sa.select(episodes.c.id).where(episodes.c.show_id.in_(some))).scalars()
    return sum(
        tx.execute(table.update().where(stuck, table.c.episode_id.in_(some)).values(fresh)).rowcount
        for some in batches(list(dict.fromkeys(named)))
    )


def start_over(tx: sa.Connection, episode_id: str) -> None:
    """Sends an episode through all stages again.

    What was found in it before stays until the new is there. The fence moves, so that a worker which is at the old
    text cannot commit any more.
    """
    tx.execute(episodes.update().where(episodes.c.id == episode_id).values(stage=Stage.DISCOVERED.value))
    fresh = {"owner": "", "lease_until": None, "fence": table.c.fence + 1, "attempts": 0, "not_before": None}
    fresh |= {"failed": False, "failed_at": None, "last_error": "", "waits": "", "turn": 0}
    tx.execute(table.update().where(table.c.episode_id == episode_id).values(**fresh))


def reopen(tx: sa.Connection, *, shows: Collection[str] = (), ids: Collection[str] = ()) -> int:
    """Has the insights of finished episodes written again: of all, or of some shows and episodes; returns how many.

    What they have is kept until the new insights are stored in its place. Episodes whose transcript was not kept are left
    as they are.
    """
    read = sa.exists().where(transcripts.c.episode_id == episodes.c.id)
    done = sa.and_(episodes.c.stage == Stage.INSIGHTS.value, episodes.c.same_as == "", read)
    query = sa.select(episodes.c.id).where(done)
    wanted = list(tx.execute(query).scalars()) if not shows and not ids else []
    for some in batches(list(shows)):
        wanted += tx.execute(query.where(episodes.c.show_id.in_(some))).scalars()
    for some in batches(list(ids)):
        wanted += tx.execute(query.where(episodes.c.id.in_(some))).scalars()
    again = list(dict.fromkeys(wanted))
    fresh = {"failed": False, "attempts": 0, "not_before": None, "waits": "", "turn": 0}
    for some in batches(again):
        tx.execute(episodes.update().where(episodes.c.id.in_(some)).values(stage=Stage.CHUNKS.value))
        tx.execute(table.update().where(table.c.episode_id.in_(some)).values(fresh))
    return len(again)


def owners(tx: sa.Connection) -> list[str]:
    """The owners of all leases, expired leases included."""
    return list(tx.execute(sa.select(table.c.owner).where(table.c.owner != "").distinct()).scalars())


def free_dead(tx: sa.Connection, dead: Collection[str]) -> int:
    """Takes the leases of owners that are known to be dead; the fence keeps them out if they were not."""
    if not dead:
        return 0
    result = tx.execute(table.update().where(table.c.owner.in_(dead)).values(owner="", lease_until=None))
    return result.rowcount


def _first(tx: sa.Connection, now: datetime) -> sa.Row[Any] | None:
    """The first in line, locked, after the line is formed where somebody new stands in front of it."""
    # Looked at before it is locked: whoever forms the line may touch rows of others, and must hold none meanwhile.
    row = tx.execute(next_in_line(now, lock=False)).one_or_none()
    if row is None:
        line.stragglers(tx, now=now)
    elif row.turn == 0:
        line.form(tx, now=now)
    while (row := tx.execute(next_in_line(now, lock=True)).one_or_none()) is not None:
        if tx.execute(sa.select(episodes.c.id).where(episodes.c.id == row.episode_id, line.readable())).one_or_none():
            break
        tx.execute(_mine(row.episode_id).values(turn=None))  # done or read elsewhere: nothing to claim
    return row


def next_in_line(now: datetime, *, lock: bool) -> sa.Select[Any]:
    """The query for the first in line, whose row it keeps from others with ``lock``: a walk along one index."""
    query = (
        sa.select(table.c.episode_id, table.c.fence, table.c.turn)
        .where(table.c.turn.is_not(None), sa.not_(table.c.failed), _free(now))
        .order_by(*line.in_order())
        .limit(1)
    )
    return query.with_for_update(skip_locked=True) if lock else query


def _first_of(tx: sa.Connection, now: datetime, shows: Collection[str]) -> sa.Row[Any] | None:
    newest_first = (table.c.priority, table.c.turn, episodes.c.published.desc().nulls_last(), episodes.c.id)
    query = _open(now, shows).order_by(*newest_first).limit(1).with_for_update(skip_locked=True, of=table)
    return tx.execute(query).one_or_none()


def _open(now: datetime, shows: Collection[str]) -> sa.Select[Any]:
    query = (
        sa.select(table.c.episode_id, table.c.fence, table.c.turn)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(line.open_work(), _free(now))
    )
    return query.where(episodes.c.show_id.in_(shows)) if shows else query


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a job is neither postponed nor held by anybody."""
    return sa.and_(
        sa.or_(table.c.not_before.is_(None), table.c.not_before <= now),
        sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now),
    )


def _total(where: sa.ColumnElement[bool], what: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((where, what), else_=0)), 0)


def _mine(episode_id: str) -> sa.Update:
    return table.update().where(table.c.episode_id == episode_id)


def _fenced(lease: Lease) -> sa.Update:
    return _mine(lease.episode_id).where(table.c.fence == lease.fence, table.c.owner == lease.owner)


def _checked(tx: sa.Connection, lease: Lease, **values: object) -> None:
    if tx.execute(_fenced(lease).values(**values)).rowcount != 1:
        raise LeaseLost("another worker has taken this episode over", subject=lease.episode_id)
