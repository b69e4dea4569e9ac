"""The insights that an owner shares: those that strangers may read on pages of their own.

An insight is named without a foreign key: it is replaced when its episode is read again, keeps its id, and stays shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import shared_insights as table

__all__ = ["add", "drop", "forget", "ids"]


def add(tx: sa.Connection, insight_id: str, *, by: str, now: datetime) -> None:
    """Shares an insight; one that is shared keeps its time. ``by`` is the id of the reader."""
    insert_missing(tx, table, [{"insight_id": insight_id, "reader_id": by, "at": now}])


def drop(tx: sa.Connection, insight_id: str) -> None:
    """Shares an insight no longer."""
    tx.execute(table.delete().where(table.c.insight_id == insight_id))


def forget(tx: sa.Connection, insight_ids: Sequence[str]) -> None:
    """Shares none of these insights any longer."""
    for part in batches(insight_ids):
        tx.execute(table.delete().where(table.c.insight_id.in_(part)))


def ids(tx: sa.Connection) -> list[str]:
    """The ids of what is shared, the latest first; some may be withdrawn or gone for now."""
    return list(tx.execute(sa.select(table.c.insight_id).order_by(table.c.at.desc(), table.c.insight_id)).scalars())
