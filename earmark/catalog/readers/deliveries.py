"""The outbox: one row a reader and day, so that nobody gets a brief twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import deliveries as table

__all__ = ["Delivery", "claim", "enqueue", "failed", "get", "sent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A brief on its way to a reader."""

    subscriber_id: str
    date: dt.date
    recipient: str
    message_id: str
    claimed_until: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    last_error: str = ""


def enqueue(tx: sa.Connection, delivery: Delivery) -> Delivery:
    """The delivery of that reader and day: the one there already, else the given one, now stored."""
    found = get(tx, delivery.subscriber_id, delivery.date)
    if found is not None:
        return found
    tx.execute(
        table.insert().values(
            subscriber_id=delivery.subscriber_id,
            date=delivery.date,
            recipient=delivery.recipient,
            message_id=delivery.message_id,
        )
    )
    return delivery


def get(tx: sa.Connection, subscriber_id: str, date: dt.date) -> Delivery | None:
    """The delivery of that reader and day, if there is one."""
    row = tx.execute(sa.select(table).where(_of(subscriber_id, date))).one_or_none()
    return None if row is None else Delivery(**row._mapping)


def claim(
    tx: sa.Connection, subscriber_id: str, date: dt.date, *, now: datetime, lease_s: float, recipient: str = ""
) -> Delivery | None:
    """The delivery, claimed for sending; ``None`` if it was sent or another sender holds it.

    ``recipient`` replaces the one it was enqueued with: an address that has been corrected since.
    """
    free = sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until < now)
    mine = table.update().where(_of(subscriber_id, date), table.c.sent_at.is_(None), free)
    values: dict[str, Any] = {"claimed_until": now + timedelta(seconds=lease_s), "attempts": table.c.attempts + 1}
    if recipient:
        values["recipient"] = recipient
    if tx.execute(mine.values(values)).rowcount != 1:
        return None
    return get(tx, subscriber_id, date)


def sent(tx: sa.Connection, subscriber_id: str, date: dt.date, *, now: datetime) -> None:
    """Notes that the mail server took it."""
    tx.execute(table.update().where(_of(subscriber_id, date)).values(sent_at=now, claimed_until=None, last_error=""))


def failed(tx: sa.Connection, subscriber_id: str, date: dt.date, *, error: str, attempt: int | None = None) -> None:
    """Notes that it did not go out, and lets it be claimed again.

    With ``attempt``, only if no later attempt has claimed it: one that outlived its lease has no say any more.
    """
    mine = table.update().where(_of(subscriber_id, date))
    if attempt is not None:
        mine = mine.where(table.c.attempts == attempt)
    tx.execute(mine.values(claimed_until=None, last_error=error))


def _of(subscriber_id: str, date: dt.date) -> sa.ColumnElement[bool]:
    return (table.c.subscriber_id == subscriber_id) & (table.c.date == date)
