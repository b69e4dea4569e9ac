"""Readers' profiles: what a reader wrote down about their interests, and the text before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.inserting import insert_new
from earmark.catalog.schema import reader_profiles as table
from earmark.errors import LeaseLost
from earmark.types import Profile

__all__ = ["get", "put"]


def get(tx: sa.Connection, reader_id: str) -> Profile:
    """The reader's profile; an empty one of version 0 where there is none."""
    row = tx.execute(sa.select(table).where(table.c.reader_id == reader_id)).one_or_none()
    if row is None:
        return Profile()
    return Profile(text=row.text, before=row.before, version=row.version, updated_at=row.updated_at)


def put(tx: sa.Connection, reader_id: str, text: str, *, after: int, now: datetime) -> Profile:
    """Stores the text of the profile that follows version ``after``, and keeps the text so far beside it; returns it.

    Raises:
        LeaseLost: the profile is no longer at that version; nothing was written.
    """
    before = get(tx, reader_id).text
    profile = Profile(text=text, before=before, version=after + 1, updated_at=now)
    values = {"text": text, "before": before, "version": profile.version, "updated_at": now}
    if after == 0 and insert_new(tx, table, {"reader_id": reader_id, **values}):
        return profile
    same = (table.c.reader_id == reader_id) & (table.c.version == after)
    if tx.execute(table.update().where(same).values(values)).rowcount != 1:
        raise LeaseLost("has been changed meanwhile; look at it again, then change it", subject="the profile")
    return profile
