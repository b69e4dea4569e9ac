"""Whether a reader wants mail at an address: asked, confirmed or ended, and what opens each step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import mailings as table
from earmark.types import Mailing, MailState

__all__ = ["asked_by", "get", "left_by", "put"]


def get(tx: sa.Connection, reader_id: str) -> Mailing | None:
    """What is known of the reader's wish for mail; ``None`` for a reader who was never asked."""
    return _one(tx, table.c.reader_id == reader_id)


def asked_by(tx: sa.Connection, confirm_key: str) -> Mailing | None:
    """The mailing that a confirmation is about, by the hash of its secret."""
    return _one(tx, (table.c.confirm_key == confirm_key) & (table.c.confirm_key != ""))


def left_by(tx: sa.Connection, leave_key: str) -> Mailing | None:
    """The mailing that the link at the end of its mails is about."""
    return _one(tx, (table.c.leave_key == leave_key) & (table.c.leave_key != ""))


def put(tx: sa.Connection, mailing: Mailing) -> None:
    """Stores what is known now in place of what was."""
    values = asdict(mailing) | {"state": mailing.state.value}
    if tx.execute(table.update().where(table.c.reader_id == mailing.reader_id).values(values)).rowcount == 0:
        tx.execute(table.insert().values(values))


def _one(tx: sa.Connection, where: sa.ColumnElement[bool]) -> Mailing | None:
    row: sa.Row[Any] | None = tx.execute(sa.select(table).where(where)).one_or_none()
    return None if row is None else Mailing(**dict(row._mapping) | {"state": MailState(row.state)})
