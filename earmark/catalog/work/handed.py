"""Work that is handed out by name: a run on a cluster says who does which episode, where workers take what is next.

The lease and its fence are those of every worker (`earmark.catalog.work.jobs`). A run hands each episode to one place at
a time, and hands it on only where that place has died or cannot be reached: so whoever it is handed to takes the lease of
the run over at once, and the raised fence keeps the other out, should it still live.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from earmark.catalog.schema import episodes
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import line
from earmark.catalog.work.jobs import Lease
from earmark.types import Stage

__all__ = ["free_run", "handed_out", "take"]


def handed_out(tx: sa.Connection, *, now: datetime, shows: Collection[str] = (), most: int) -> list[str]:
    """The ids of at most ``most`` episodes that could be worked on now and that nobody holds, in the order of the queue."""
    line.form(tx, now=now)
    query = (
        sa.select(table.c.episode_id)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(_due(now), sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now))
        .order_by(table.c.priority, table.c.turn, episodes.c.published.desc().nulls_last(), episodes.c.id)
        .limit(most)
    )
    return list(tx.execute(query.where(episodes.c.show_id.in_(shows)) if shows else query).scalars())


def take(
    tx: sa.Connection, episode_id: str, *, after: Stage, owner: str, run: str, now: datetime, lease_s: float
) -> Lease | None:
    """That episode, claimed, if ``after`` is the last stage that it completed and nobody outside the run holds it.

    Args:
        tx: a transaction that writes.
        episode_id: the episode.
        after: the stage that the work begins from.
        owner: who takes it; its name ends with ``run``.
        run: the run that handed it out, whose own leases are taken over.
        now: the time.
        lease_s: how long the lease lasts, in seconds.
    """
    query = (
        sa.select(table.c.fence, table.c.owner, table.c.lease_until)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(table.c.episode_id == episode_id, episodes.c.stage == after.value, _due(now))
        .with_for_update(of=table)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    if row.lease_until is not None and row.lease_until >= now and not row.owner.endswith(run):
        return None
    lease = Lease(episode_id=episode_id, owner=owner, fence=row.fence + 1)
    held = {"owner": owner, "fence": lease.fence, "lease_until": now + timedelta(seconds=lease_s)}
    tx.execute(table.update().where(table.c.episode_id == episode_id).values(held))
    return lease


def free_run(tx: sa.Connection, run: str) -> int:
    """Takes all leases of a run that has ended; returns how many. The fence keeps out whoever of it still works."""
    mine = table.c.owner.endswith(run, autoescape=True)
    return tx.execute(table.update().where(mine).values(owner="", lease_until=None, fence=table.c.fence + 1)).rowcount


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(line.open_work(), sa.or_(table.c.not_before.is_(None), table.c.not_before <= now))
