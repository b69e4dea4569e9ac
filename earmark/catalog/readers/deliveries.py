"""The outbox: one row a reader, day and channel, so that nobody gets a brief twice the same way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from earmark.catalog.inserting import insert_new
from earmark.catalog.schema import deliveries as table

__all__ = [
    "Delivery",
    "Key",
    "claim",
    "enqueue",
    "failed",
    "forget",
    "get",
    "of_message",
    "renew",
    "sent",
    "still_stuck",
    "stuck",
]


_MOST_STUCK = 200
"""Deliveries that are listed: a server that is away for weeks fails one a reader and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A delivery: the reader, the day of the brief, and the name of the channel (such as ``mail``)."""

    subscriber_id: str
    date: dt.date
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A brief on its way to a reader through a channel.

    ``recipient`` is where the channel takes it; ``message_id`` is repeated by a second copy, so that it can be told
    for one.
    """

    subscriber_id: str
    date: dt.date
    channel: str
    recipient: str
    message_id: str
    claimed_until: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    last_error: str = ""

    @property
    def key(self) -> Key:
        """What there is one delivery of."""
        return Key(subscriber_id=self.subscriber_id, date=self.date, channel=self.channel)


def enqueue(tx: sa.Connection, delivery: Delivery) -> Delivery:
    """The delivery of that reader, day and channel: the one there already, else the given one, now stored."""
    row = {
        "subscriber_id": delivery.subscriber_id,
        "date": delivery.date,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "message_id": delivery.message_id,
    }
    return delivery if insert_new(tx, table, row) else get(tx, delivery.key) or delivery


def get(tx: sa.Connection, key: Key) -> Delivery | None:
    """The delivery of that reader, day and channel, if there is one."""
    row = tx.execute(sa.select(table).where(_of(key))).one_or_none()
    return None if row is None else Delivery(**row._mapping)


def of_message(tx: sa.Connection, message_id: str) -> Delivery | None:
    """The delivery that went out under that id, if there is one."""
    row = tx.execute(sa.select(table).where(table.c.message_id == message_id).limit(1)).one_or_none()
    return None if row is None else Delivery(**row._mapping)


def stuck(tx: sa.Connection, subscriber_id: str = "") -> list[Delivery]:
    """The deliveries that failed and were not made since, the latest day first: of a reader, or of all."""
    query = sa.select(table).where(table.c.sent_at.is_(None), table.c.last_error != "")
    if subscriber_id:
        query = query.where(table.c.subscriber_id == subscriber_id)
    query = query.order_by(table.c.date.desc(), table.c.subscriber_id, table.c.channel).limit(_MOST_STUCK)
    return [Delivery(**row._mapping) for row in tx.execute(query)]


def renew(tx: sa.Connection, key: Key) -> None:
    """Lets a delivery be claimed as if nobody had tried it; one that is claimed at this moment stays so."""
    tx.execute(table.update().where(_of(key), table.c.sent_at.is_(None)).values(last_error="", claimed_until=None))


def still_stuck(tx: sa.Connection, key: Key, *, error: str) -> None:
    """Notes why a delivery that was renewed was not tried; nothing where it was."""
    untried = table.update().where(_of(key), table.c.sent_at.is_(None), table.c.last_error == "")
    tx.execute(untried.values(last_error=error))


def forget(tx: sa.Connection, key: Key) -> None:
    """Removes a delivery that was not made."""
    tx.execute(table.delete().where(_of(key), table.c.sent_at.is_(None)))


def claim(tx: sa.Connection, key: Key, *, now: datetime, lease_s: float, recipient: str = "") -> Delivery | None:
    """The delivery, claimed for sending; ``None`` if it was sent or another sender holds it.

    ``recipient`` replaces the one it was enqueued with: an address that has been corrected since.
    """
    free = sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until < now)
    mine = table.update().where(_of(key), table.c.sent_at.is_(None), free)
    values: dict[str, Any] = {"claimed_until": now + timedelta(seconds=lease_s), "attempts": table.c.attempts + 1}
    if recipient:
        values["recipient"] = recipient
    if tx.execute(mine.values(values)).rowcount != 1:
        return None
    return get(tx, key)


def sent(tx: sa.Connection, key: Key, *, now: datetime) -> None:
    """Notes that the channel took it."""
    tx.execute(table.update().where(_of(key)).values(sent_at=now, claimed_until=None, last_error=""))


def failed(tx: sa.Connection, key: Key, *, error: str, attempt: int | None = None) -> None:
    """Notes that a delivery failed, and lets it be claimed again.

    With ``attempt``, only if no later attempt has claimed it: an attempt that outlived its lease is ignored.
    """
    mine = table.update().where(_of(key))
    if attempt is not None:
        mine = mine.where(table.c.attempts == attempt)
    tx.execute(mine.values(claimed_until=None, last_error=error))


def _of(key: Key) -> sa.ColumnElement[bool]:
    return (table.c.subscriber_id == key.subscriber_id) & (table.c.date == key.date) & (table.c.channel == key.channel)
