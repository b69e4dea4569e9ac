"""Rows that are stored unless they are there already, whoever else stores the same at this moment.

Looking first and storing then is enough on SQLite alone, where a writer has the database to itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from earmark.catalog.batches import batches
from earmark.catalog.schema import metadata

__all__ = ["insert_missing", "insert_new", "insert_whole"]


def insert_missing(tx: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the rows whose keys no row has yet."""
    if rows:
        tx.execute(_insert(tx, table), [dict(row) for row in rows])


def insert_new(tx: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Stores a row unless one has its key; returns whether it was stored."""
    # PostgreSQL's driver forgets the number with the cursor, which an insert closes, unless it is asked to be kept.
    kept = {"preserve_rowcount": True}
    return tx.execute(_insert(tx, table).values(dict(row)), execution_options=kept).rowcount == 1


def insert_whole(tx: sa.Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the rows of a table, given by its name, as they are: for whoever makes a whole library, which no index follows yet.

    Raises:
        KeyError: there is no such table.
    """
    for part in batches(rows):
        tx.execute(metadata.tables[table].insert(), [dict(row) for row in part])


def _insert(tx: sa.Connection, table: sa.Table) -> sa.Insert:
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
