"""Ideas that a reader took out of a brief before it was made: none of them comes any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import brief_drops as table

__all__ = ["Drop", "every", "forget", "put", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """An idea that was taken out of the brief of ``day``; ``swapped`` where another was to come in its place."""

    insight_id: str
    day: dt.date
    swapped: bool


def every(tx: sa.Connection, reader_id: str) -> list[Drop]:
    """What the reader took out of briefs, the latest first."""
    query = sa.select(table).where(table.c.reader_id == reader_id).order_by(table.c.at.desc(), table.c.insight_id)
    return [Drop(insight_id=row.insight_id, day=row.day, swapped=row.swapped) for row in tx.execute(query)]


def put(tx: sa.Connection, reader_id: str, drop: Drop, *, now: datetime) -> None:
    """Takes an idea out, in place of what was said of it before."""
    remove(tx, reader_id, drop.insight_id)
    values = {"insight_id": drop.insight_id, "day": drop.day, "swapped": drop.swapped, "at": now}
    tx.execute(table.insert().values(reader_id=reader_id, **values))


def remove(tx: sa.Connection, reader_id: str, insight_id: str) -> bool:
    """Lets an idea come again; whether it had been taken out."""
    mine = (table.c.reader_id == reader_id) & (table.c.insight_id == insight_id)
    return bool(tx.execute(table.delete().where(mine)).rowcount)


def forget(tx: sa.Connection, insight_ids: Sequence[str]) -> None:
    """Removes what all readers took out of these insights."""
    for part in batches(insight_ids):
        tx.execute(table.delete().where(table.c.insight_id.in_(part)))
