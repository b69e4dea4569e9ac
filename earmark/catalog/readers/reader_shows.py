"""Which shows a reader sees: all of them, or some."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.inserting import insert_missing
from earmark.catalog.readers.accounts import LOCAL
from earmark.catalog.schema import reader_shows as table
from earmark.catalog.schema import readers
from earmark.scope import EVERYTHING, ShowScope

__all__ = ["put", "scope"]


def scope(tx: sa.Connection, reader_id: str) -> ShowScope:
    """The shows that a reader sees now; none for a reader who is not there."""
    if reader_id == LOCAL:
        return EVERYTHING
    if tx.execute(sa.select(readers.c.all_shows).where(readers.c.id == reader_id)).scalar_one_or_none():
        return EVERYTHING
    ids = tx.execute(sa.select(table.c.show_id).where(table.c.reader_id == reader_id)).scalars()
    return ShowScope(frozenset(ids))


def put(tx: sa.Connection, reader_id: str, show_ids: Collection[str], *, now: datetime) -> None:
    """Has the reader see these shows and no others; those that the reader saw already keep their date."""
    mine = table.c.reader_id == reader_id
    held = set(tx.execute(sa.select(table.c.show_id).where(mine)).scalars())
    wanted = set(show_ids)
    for show_id in sorted(held - wanted):
        tx.execute(table.delete().where(mine, table.c.show_id == show_id))
    new = [{"reader_id": reader_id, "show_id": show_id, "added_at": now} for show_id in sorted(wanted - held)]
    insert_missing(tx, table, new)
