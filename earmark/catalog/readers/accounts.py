"""The readers of a library."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from earmark.catalog.inserting import insert_new
from earmark.catalog.schema import readers as table
from earmark.errors import NotFound
from earmark.types import Reader, Rhythm, Role

__all__ = ["LOCAL", "by_email", "every", "get", "hold", "put", "remove"]

LOCAL = "local"
"""The id of the reader of this machine, who is always there and always an owner."""


def get(tx: sa.Connection, reader_id: str) -> Reader:
    """The reader with that id; raises ``NotFound``."""
    row = tx.execute(sa.select(table).where(table.c.id == reader_id)).one_or_none()
    if row is None:
        raise NotFound("no reader has this id; `earmark reader list` lists them", subject=reader_id)
    return _reader(row)


def by_email(tx: sa.Connection, email: str) -> Reader | None:
    """The reader with that address, whatever the case of its letters; ``None`` where nobody or several have it."""
    folded = email.strip().lower()
    if not folded:
        return None
    rows = tx.execute(sa.select(table).where(sa.func.lower(table.c.email) == folded).limit(2)).all()
    return _reader(rows[0]) if len(rows) == 1 else None


def every(tx: sa.Connection) -> list[Reader]:
    """All readers, by id."""
    return [_reader(row) for row in tx.execute(sa.select(table).order_by(table.c.id))]


def put(tx: sa.Connection, reader: Reader) -> None:
    """Stores a reader in place of an earlier one with that id."""
    if not insert_new(tx, table, _row(reader)):
        tx.execute(table.update().where(table.c.id == reader.id).values(_row(reader)))


def hold(tx: sa.Connection, reader: Reader) -> None:
    """Makes sure the reader is there, and keeps other writers off that reader's row until the transaction ends."""
    if not insert_new(tx, table, _row(reader)):
        tx.execute(table.update().where(table.c.id == reader.id).values(id=reader.id))


def remove(tx: sa.Connection, reader_id: str) -> None:
    """Removes a reader with everything that is the reader's own; raises ``NotFound``."""
    get(tx, reader_id)
    tx.execute(table.delete().where(table.c.id == reader_id))


def _row(reader: Reader) -> dict[str, object]:
    return asdict(reader) | {"role": reader.role.value, "rhythm": reader.rhythm.value}


def _reader(row: sa.Row[tuple[object, ...]]) -> Reader:
    values = dict(row._mapping)
    return Reader(**values | {"role": Role(values["role"]), "rhythm": Rhythm(values["rhythm"])})
