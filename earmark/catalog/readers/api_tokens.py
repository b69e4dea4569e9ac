"""The tokens with which programs ask for a reader, known by their hashes alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import reader_tokens as table
from earmark.catalog.schema import readers
from earmark.types import ApiToken

__all__ = ["add", "every", "is_noted", "note_use", "reader_of", "revoke"]

_NOTED_EVERY = timedelta(minutes=10)
"""How exactly the last use is known: a write for every request would make readers wait for one another."""


def add(tx: sa.Connection, reader_id: str, token_id: str, key: str, *, name: str, now: datetime) -> ApiToken:
    """Stores a token by its hash ``key``; ``token_id`` is what it is called from then on."""
    tx.execute(table.insert().values(id=token_id, reader_id=reader_id, key=key, name=name, created_at=now))
    return ApiToken(id=token_id, reader_id=reader_id, name=name, created_at=now)


def every(tx: sa.Connection, reader_id: str) -> list[ApiToken]:
    """The reader's tokens that are in force, oldest first."""
    query = sa.select(table).where(table.c.reader_id == reader_id).order_by(table.c.created_at, table.c.id)
    return [_token(row) for row in tx.execute(query)]


def reader_of(tx: sa.Connection, key: str) -> tuple[str, ApiToken] | None:
    """The reader and the token of a hash; ``None`` where nobody has it, or its reader is switched off."""
    query = sa.select(table).join(readers, readers.c.id == table.c.reader_id)
    row = tx.execute(query.where(table.c.key == key, readers.c.disabled_at.is_(None))).one_or_none()
    return None if row is None else (row.reader_id, _token(row))


def note_use(tx: sa.Connection, token_id: str, *, now: datetime) -> None:
    """Notes that a token was used."""
    tx.execute(table.update().where(table.c.id == token_id).values(used_at=now))


def is_noted(used_at: datetime | None, now: datetime) -> bool:
    """Whether a use that is nearly as late as ``now`` has been noted already, at ``used_at``."""
    return used_at is not None and now - used_at < _NOTED_EVERY


def revoke(tx: sa.Connection, reader_id: str, token_id: str) -> bool:
    """Makes a token of the reader void; returns whether there was one."""
    mine = (table.c.reader_id == reader_id) & (table.c.id == token_id)
    return bool(tx.execute(table.delete().where(mine)).rowcount)


def _token(row: sa.Row[Any]) -> ApiToken:
    return ApiToken(id=row.id, reader_id=row.reader_id, name=row.name, created_at=row.created_at, used_at=row.used_at)
