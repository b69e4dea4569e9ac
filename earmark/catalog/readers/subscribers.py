"""Readers."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from earmark.catalog.schema import subscribers as table
from earmark.types import Subscriber

__all__ = ["LOCAL", "every", "hold", "put"]

LOCAL = "local"
"""The id of the one reader of a private installation."""


def put(tx: sa.Connection, subscriber: Subscriber) -> None:
    """Stores a reader in place of an earlier one with that id."""
    values = asdict(subscriber)
    if tx.execute(table.update().where(table.c.id == subscriber.id).values(values)).rowcount == 0:
        tx.execute(table.insert().values(values))


def hold(tx: sa.Connection, subscriber: Subscriber) -> None:
    """Makes sure the reader is there, and keeps other writers off that reader's row until the transaction ends."""
    same = table.update().where(table.c.id == subscriber.id).values(id=subscriber.id)
    if tx.execute(same).rowcount == 0:
        tx.execute(table.insert().values(asdict(subscriber)))


def every(tx: sa.Connection) -> list[Subscriber]:
    """All readers, by id."""
    return [Subscriber(**row._mapping) for row in tx.execute(sa.select(table).order_by(table.c.id))]
