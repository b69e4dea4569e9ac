"""The queue of waiting episodes: new episodes before backfill, and shows take turns.

``jobs.turn`` is the place within a priority. The newest waiting episode of every show has the same turn, the next newest
the turn after it: so a show with hundreds of old episodes takes one turn for every turn of the others. A show that comes
later joins at the turn that is being served (start-time fair queueing, Goyal, Vin and Cheng 1996), not at the first, or
it would have all turns to itself until it has caught up.

Within a turn the newest comes first. A claim is then the first row of an index, however many wait, and joins no other
table: PostgreSQL's plan of a join is as good as its statistics, which know nothing of episodes just added.

A new episode has turn 0, before all others of its priority, until the first claim that meets it gives it a place.
Episodes that are done, given up or read under another feed have no place (``NULL``); ``stragglers`` brings back whatever
was opened again without a place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.locks import Lock, alone
from earmark.catalog.schema import UtcDateTime, episodes
from earmark.catalog.schema import jobs as table
from earmark.types import Stage

__all__ = ["form", "in_order", "open_work", "readable", "stragglers"]

_UNDATED = datetime(1900, 1, 1, tzinfo=UTC)
"""Where an episode without a date comes in its turn: behind all that have a date, without a NULL in the index."""


def open_work() -> sa.ColumnElement[bool]:
    """Whether an episode (``jobs`` joined with ``episodes``) is still to be worked on, now or later."""
    return sa.and_(readable(), sa.not_(table.c.failed))


def readable() -> sa.ColumnElement[bool]:
    """Whether an episode has stages left, and is not read as another."""
    return sa.and_(episodes.c.stage != Stage.INSIGHTS.value, episodes.c.same_as == "")


def in_order() -> tuple[sa.ColumnElement[Any], ...]:
    """The columns of the index of waiting episodes, as claims go along it."""
    return table.c.priority, table.c.turn, table.c.aired.desc(), table.c.episode_id


def form(tx: sa.Connection, *, now: datetime) -> int:
    """Gives every episode at turn 0 its place; returns how many rows were looked at."""
    alone(tx, Lock.LINE)
    other = table.alias("other")
    served = (
        sa.select(sa.func.coalesce(sa.func.min(other.c.turn), 1))
        .where(
            other.c.priority == table.c.priority,
            other.c.turn > 0,
            sa.or_(other.c.not_before.is_(None), other.c.not_before <= now),
            other.c.lease_until.is_(None),
        )
        .correlate(table)
        .scalar_subquery()
    )
    newest_first = sa.func.row_number().over(
        partition_by=(episodes.c.show_id, table.c.priority),
        order_by=(episodes.c.published.desc().nulls_last(), episodes.c.discovered_at.desc(), episodes.c.id),
    )
    places = (
        sa.select(
            table.c.episode_id,
            newest_first.label("place"),
            sa.func.coalesce(episodes.c.published, sa.literal(_UNDATED, UtcDateTime)).label("aired"),
        )
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(table.c.turn == 0, open_work())
        .subquery("places")
    )
    bases = {
        row.priority: row.base
        for row in tx.execute(
            sa.select(table.c.priority, served.label("base")).where(table.c.turn == 0).group_by(table.c.priority)
        )
    }
    moved = 0
    _join_by_hash(tx, "off")
    for priority, base in bases.items():
        placed = (
            table.update()
            .where(table.c.episode_id == places.c.episode_id, table.c.priority == priority)
            .values(turn=base + places.c.place - 1, aired=places.c.aired)
        )
        moved += tx.execute(placed).rowcount
    _join_by_hash(tx, "on")
    return moved + tx.execute(table.update().where(table.c.turn == 0).values(turn=None)).rowcount


def stragglers(tx: sa.Connection, *, now: datetime) -> int:
    """Queues open episodes that have no place in the queue; returns how many. Scans all rows: for an empty queue."""
    alone(tx, Lock.LINE)
    lost = (
        sa.select(table.c.episode_id)
        .join(episodes, table.c.episode_id == episodes.c.id)
        .where(table.c.turn.is_(None), open_work())
    )
    strays = tx.execute(table.update().where(table.c.episode_id.in_(lost)).values(turn=0)).rowcount
    if strays:
        form(tx, now=now)
    return strays


def _join_by_hash(tx: sa.Connection, loops: str) -> None:
    """Keeps PostgreSQL from joining row by row, which it takes for quick while it has no statistics of new episodes.

    Of 50,000 that had just been added it looked at every pair: nine minutes.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(sa.text(f"SET LOCAL enable_nestloop = {loops}"))
