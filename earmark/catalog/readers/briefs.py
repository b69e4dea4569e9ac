"""Briefs as they were given, and the ledger of what each reader has been told."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import briefs as table
from earmark.catalog.schema import told

__all__ = ["dates", "get", "put", "told_ids"]


def get(tx: sa.Connection, subscriber_id: str, date: dt.date) -> dict[str, Any] | None:
    """The document of a reader's brief of that day, if it was made."""
    mine = (table.c.subscriber_id == subscriber_id) & (table.c.date == date)
    document = tx.execute(sa.select(table.c.document).where(mine)).scalar_one_or_none()
    return None if document is None else dict(document)


def dates(tx: sa.Connection, subscriber_id: str) -> list[dt.date]:
    """The days on which a reader had a brief, newest first."""
    query = sa.select(table.c.date).where(table.c.subscriber_id == subscriber_id).order_by(table.c.date.desc())
    return list(tx.execute(query).scalars())


def put(
    tx: sa.Connection,
    subscriber_id: str,
    date: dt.date,
    document: dict[str, Any],
    *,
    now: datetime,
    ledger: dict[str, tuple[str, bool]],
) -> bool:
    """Stores a brief with what it tells, in one go; ``False`` (and nothing written) if that day has one already.

    ``ledger`` maps insight ids to ``(content hash, direct)``: ``direct`` is whether the brief showed it or only
    a near-duplicate of it.
    """
    if get(tx, subscriber_id, date) is not None:
        return False
    tx.execute(table.insert().values(subscriber_id=subscriber_id, date=date, document=document, created_at=now))
    known = told_ids(tx, subscriber_id)
    rows = [
        {"subscriber_id": subscriber_id, "insight_id": key, "content_hash": digest, "date": date, "direct": direct}
        for key, (digest, direct) in ledger.items()
        if key not in known
    ]
    if rows:
        tx.execute(told.insert(), rows)
    return True


def told_ids(tx: sa.Connection, subscriber_id: str) -> dict[str, str]:
    """Insight ids that a reader has been told, with the content hash of each."""
    query = sa.select(told.c.insight_id, told.c.content_hash).where(told.c.subscriber_id == subscriber_id)
    return {row.insight_id: row.content_hash for row in tx.execute(query)}
