"""Readers' wishes for more or less like an insight, in the order they were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import reader_clicks as table
from earmark.errors import NotFound
from earmark.types import Click, Direction

__all__ = ["add", "every", "forget", "undo", "undo_all"]


def add(tx: sa.Connection, reader_id: str, insight_id: str, direction: Direction, *, now: datetime) -> Click:
    """Keeps a click; an earlier one of this reader on the same insight no longer counts."""
    earlier = (table.c.reader_id == reader_id) & (table.c.insight_id == insight_id) & table.c.undone_at.is_(None)
    tx.execute(table.update().where(earlier).values(undone_at=now))
    values = {"reader_id": reader_id, "insight_id": insight_id, "direction": direction.value, "at": now}
    key = tx.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
    return Click(id=key, insight_id=insight_id, direction=direction, at=now)


def every(tx: sa.Connection, reader_id: str) -> list[Click]:
    """The reader's clicks that count, oldest first."""
    query = sa.select(table).where(table.c.reader_id == reader_id, table.c.undone_at.is_(None)).order_by(table.c.id)
    return [_click(row) for row in tx.execute(query)]


def undo(tx: sa.Connection, reader_id: str, click_id: int, *, now: datetime) -> Click:
    """Takes a click back, which then no longer counts; raises ``NotFound`` where the reader has no such click."""
    mine = (table.c.reader_id == reader_id) & (table.c.id == click_id)
    tx.execute(table.update().where(mine, table.c.undone_at.is_(None)).values(undone_at=now))
    row = tx.execute(sa.select(table).where(mine)).one_or_none()
    if row is None:
        raise NotFound("is no click of this reader", subject=str(click_id))
    return _click(row)


def undo_all(tx: sa.Connection, reader_id: str, *, now: datetime) -> None:
    """Takes every click of a reader back."""
    tx.execute(table.update().where(table.c.reader_id == reader_id, table.c.undone_at.is_(None)).values(undone_at=now))


def forget(tx: sa.Connection, insight_ids: Sequence[str]) -> None:
    """Removes all readers' clicks on these insights."""
    for part in batches(insight_ids):
        tx.execute(table.delete().where(table.c.insight_id.in_(part)))


def _click(row: sa.Row[Any]) -> Click:
    return Click(
        id=row.id,
        insight_id=row.insight_id,
        direction=Direction(row.direction),
        at=row.at,
        undone_at=row.undone_at,
    )
