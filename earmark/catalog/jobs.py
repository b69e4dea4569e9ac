"""Leases: who works on which episode, and the fence that keeps a late worker from writing.

An episode that has not completed its last stage is work to do. A worker claims it for a time; every claim raises the
fencing number, and a stage commits only under the number it was claimed with.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from earmark.catalog.schema import episodes
from earmark.catalog.schema import jobs as table
from earmark.errors import LeaseLost
from earmark.types import Stage

__all__ = [
    "Lease",
    "advance",
    "claim",
    "extend",
    "fail",
    "free_dead",
    "owners",
    "release",
    "retry",
    "unfinished",
    "waiting",
    "wants_transcript",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to write an episode's next stage."""

    episode_id: str
    owner: str
    fence: int


def claim(tx: sa.Connection, *, owner: str, now: datetime, lease_s: float, shows: Collection[str] = ()) -> Lease | None:
    """The newest episode that is free, claimed; ``None`` when there is none."""
    free = (
        _open(now, shows).order_by(table.c.priority, episodes.c.published.desc().nulls_last(), episodes.c.id).limit(1)
    )
    row = tx.execute(free.with_for_update(skip_locked=True, of=table)).one_or_none()
    if row is None:
        return None
    lease = Lease(episode_id=row.episode_id, owner=owner, fence=row.fence + 1)
    until = now + timedelta(seconds=lease_s)
    tx.execute(_mine(row.episode_id).values(owner=owner, fence=lease.fence, lease_until=until))
    return lease


def extend(tx: sa.Connection, lease: Lease, *, now: datetime, lease_s: float) -> None:
    """Keeps a lease alive; raises ``LeaseLost`` if somebody else has taken the episode."""
    _checked(tx, lease, lease_until=now + timedelta(seconds=lease_s))


def advance(tx: sa.Connection, lease: Lease, stage: Stage) -> None:
    """Moves the episode to ``stage``, in the transaction that wrote the stage's outputs; raises ``LeaseLost``."""
    _checked(tx, lease, attempts=0, last_error="", not_before=None)
    tx.execute(episodes.update().where(episodes.c.id == lease.episode_id).values(stage=stage.value))


def release(tx: sa.Connection, lease: Lease) -> None:
    """Gives the episode back; raises ``LeaseLost``."""
    _checked(tx, lease, owner="", lease_until=None)


def fail(tx: sa.Connection, lease: Lease, error: str, *, not_before: datetime | None, failed: bool) -> None:
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
    )


def waiting(tx: sa.Connection, *, now: datetime, shows: Collection[str] = ()) -> int:
    """How many episodes could be claimed now."""
    return tx.execute(sa.select(sa.func.count()).select_from(_open(now, shows).subquery())).scalar_one()


def wants_transcript(tx: sa.Connection, episode_id: str) -> bool:
    """Whether that episode is there, has no transcript yet, and has not failed for good."""
    query = (
        sa.select(table.c.failed)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(table.c.episode_id == episode_id, episodes.c.stage == Stage.DISCOVERED.value)
    )
    return tx.execute(query).scalar_one_or_none() is False


def unfinished(tx: sa.Connection) -> int:
    """How many episodes are still to be read: waiting, being worked on, or to be tried again."""
    query = (
        sa.select(sa.func.count())
        .select_from(table)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(
            episodes.c.stage != Stage.INSIGHTS.value,
            episodes.c.same_as == "",
            sa.not_(table.c.failed),
            table.c.attempts == 0,
        )
    )
    return int(tx.execute(query).scalar_one())


def retry(tx: sa.Connection) -> int:
    """Makes every failed or postponed episode claimable again; returns how many."""
    stuck = sa.or_(table.c.failed, table.c.not_before.is_not(None))
    result = tx.execute(table.update().where(stuck).values(failed=False, attempts=0, not_before=None))
    return result.rowcount


def owners(tx: sa.Connection) -> list[str]:
    """Everybody who holds a lease, also one that has run out."""
    return list(tx.execute(sa.select(table.c.owner).where(table.c.owner != "").distinct()).scalars())


def free_dead(tx: sa.Connection, dead: Collection[str]) -> int:
    """Takes the leases of owners that are known to be dead; the fence keeps them out if they were not."""
    if not dead:
        return 0
    result = tx.execute(table.update().where(table.c.owner.in_(dead)).values(owner="", lease_until=None))
    return result.rowcount


def _open(now: datetime, shows: Collection[str]) -> sa.Select[tuple[str, int]]:
    query = (
        sa.select(table.c.episode_id, table.c.fence)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(
            episodes.c.stage != Stage.INSIGHTS.value,
            episodes.c.same_as == "",
            sa.not_(table.c.failed),
            sa.or_(table.c.not_before.is_(None), table.c.not_before <= now),
            sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now),
        )
    )
    return query.where(episodes.c.show_id.in_(shows)) if shows else query


def _mine(episode_id: str) -> sa.Update:
    return table.update().where(table.c.episode_id == episode_id)


def _checked(tx: sa.Connection, lease: Lease, **values: object) -> None:
    fenced = _mine(lease.episode_id).where(table.c.fence == lease.fence, table.c.owner == lease.owner)
    if tx.execute(fenced.values(**values)).rowcount != 1:
        raise LeaseLost("another worker has taken this episode over", subject=lease.episode_id)
