"""Alerts: selections of which a reader is told what is new, and the ledger of what was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.content import names
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import alert_told, readers
from earmark.catalog.schema import reader_alerts as table
from earmark.name_rules import NameRules
from earmark.types import Alert, Selection, SelectionKind, ToldClaim

__all__ = [
    "KINDS",
    "MOST",
    "WatchedAlert",
    "add",
    "every",
    "forget",
    "put",
    "put_told",
    "readers_with",
    "remove",
    "told",
    "told_ids",
    "told_on",
    "told_since",
    "watched",
]


KINDS = (SelectionKind.SEARCH, SelectionKind.PERSON, SelectionKind.THEME)
"""What an alert can be on."""
MOST = 50
"""Alerts of a reader: each is a comparison with what came since yesterday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAlert:
    """An alert, and the change of the catalog after which an insight has to have come to be new to it."""

    alert: Alert
    since: int


def add(tx: sa.Connection, alert: Alert) -> None:
    """Stores an alert; what the catalog holds already is not new to it."""
    head = changes.head(tx)
    tx.execute(
        table.insert().values(
            id=alert.id,
            reader_id=alert.reader_id,
            kind=alert.selection.kind.value,
            value=alert.selection.value,
            title=alert.title,
            created_at=alert.created_at,
            since=head,
            seen=head,
        )
    )


def every(tx: sa.Connection, reader_id: str) -> list[Alert]:
    """The reader's alerts, oldest first."""
    return [held.alert for held in watched(tx, reader_id)]


def watched(tx: sa.Connection, reader_id: str) -> list[WatchedAlert]:
    """The same, each with what is new to it."""
    query = sa.select(table).where(table.c.reader_id == reader_id).order_by(table.c.created_at, table.c.id)
    rules = names.load(tx)
    return [WatchedAlert(alert=_alert(row, rules), since=row.since) for row in tx.execute(query)]


def remove(tx: sa.Connection, reader_id: str, alert_id: str) -> bool:
    """Removes an alert of the reader; returns whether there was one. What it told stays told."""
    mine = (table.c.reader_id == reader_id) & (table.c.id == alert_id)
    return bool(tx.execute(table.delete().where(mine)).rowcount)


def readers_with(tx: sa.Connection) -> frozenset[str]:
    """The ids of the readers who have an alert and are not switched off."""
    query = sa.select(table.c.reader_id).join(readers, readers.c.id == table.c.reader_id)
    return frozenset(tx.execute(query.where(readers.c.disabled_at.is_(None)).distinct()).scalars())


def put(tx: sa.Connection, reader_id: str, claims: Sequence[ToldClaim], *, until: int) -> None:
    """Notes what is told, and that the catalog has been looked through up to the change ``until``.

    An insight is looked at on two days: its theme may be known only after it.
    """
    put_told(tx, reader_id, claims)
    tx.execute(table.update().where(table.c.reader_id == reader_id).values(since=table.c.seen, seen=until))


def put_told(tx: sa.Connection, reader_id: str, claims: Sequence[ToldClaim]) -> None:
    """Notes that these claims are told; what is noted of a claim already stays."""
    rows = [
        {
            "reader_id": reader_id,
            "insight_id": claim.insight_id,
            "day": claim.day,
            "title": claim.title,
            "place": claim.place,
        }
        for claim in claims
    ]
    insert_missing(tx, alert_told, rows)


def told_ids(tx: sa.Connection, reader_id: str) -> frozenset[str]:
    """The ids of the insights that alerts told the reader."""
    query = sa.select(alert_told.c.insight_id).where(alert_told.c.reader_id == reader_id)
    return frozenset(tx.execute(query).scalars())


def told(tx: sa.Connection, reader_id: str) -> list[ToldClaim]:
    """All that alerts told the reader, the latest day first."""
    return _told(tx, alert_told.c.reader_id == reader_id)


def told_on(tx: sa.Connection, reader_id: str, day: dt.date) -> list[ToldClaim]:
    """What alerts told the reader on a day, in the order of the message."""
    mine = (alert_told.c.reader_id == reader_id) & (alert_told.c.day == day)
    return _told(tx, mine)


def told_since(tx: sa.Connection, reader_id: str, day: dt.date) -> list[ToldClaim]:
    """What alerts told the reader from that day on, the latest day first."""
    mine = (alert_told.c.reader_id == reader_id) & (alert_told.c.day >= day)
    return _told(tx, mine)


def forget(tx: sa.Connection, insight_ids: Sequence[str]) -> None:
    """Removes these insights from what all readers were told."""
    for part in batches(insight_ids):
        tx.execute(alert_told.delete().where(alert_told.c.insight_id.in_(part)))


def _told(tx: sa.Connection, mine: sa.ColumnElement[bool]) -> list[ToldClaim]:
    columns = (alert_told.c.insight_id, alert_told.c.day, alert_told.c.title, alert_told.c.place)
    query = sa.select(*columns).where(mine).order_by(alert_told.c.day.desc(), alert_told.c.place)
    return [ToldClaim(**row._mapping) for row in tx.execute(query)]


def _alert(row: sa.Row[Any], rules: NameRules) -> Alert:
    selection, title = names.selected(rules, Selection(kind=SelectionKind(row.kind), value=row.value), row.title)
    return Alert(
        id=row.id,
        reader_id=row.reader_id,
        selection=selection,
        title=title,
        created_at=row.created_at,
    )
