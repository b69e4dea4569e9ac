"""Feeds of what a reader reads, known by the hash of the secret in their address alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.content import names
from earmark.catalog.schema import reader_feeds as table
from earmark.catalog.schema import readers
from earmark.name_rules import NameRules
from earmark.types import ReaderFeed, Selection, SelectionKind

__all__ = ["add", "every", "note_change", "note_use", "of_key", "remove", "same_since"]


def add(tx: sa.Connection, feed: ReaderFeed, key: str) -> None:
    """Stores a feed by the hash ``key`` of its secret."""
    tx.execute(
        table.insert().values(
            id=feed.id,
            reader_id=feed.reader_id,
            key=key,
            kind=feed.selection.kind.value,
            value=feed.selection.value,
            title=feed.title,
            created_at=feed.created_at,
        )
    )


def every(tx: sa.Connection, reader_id: str) -> list[ReaderFeed]:
    """The reader's feeds, oldest first."""
    query = sa.select(table).where(table.c.reader_id == reader_id).order_by(table.c.created_at, table.c.id)
    rules = names.load(tx)
    return [_feed(row, rules) for row in tx.execute(query)]


def of_key(tx: sa.Connection, key: str) -> ReaderFeed | None:
    """The feed of a hash; ``None`` where there is none, or its reader is switched off."""
    query = sa.select(table).join(readers, readers.c.id == table.c.reader_id)
    row = tx.execute(query.where(table.c.key == key, readers.c.disabled_at.is_(None))).one_or_none()
    return None if row is None else _feed(row, names.load(tx))


def note_use(tx: sa.Connection, feed: ReaderFeed, *, now: datetime) -> None:
    """Notes that a feed was asked for."""
    tx.execute(table.update().where(table.c.id == feed.id).values(used_at=now))


def same_since(tx: sa.Connection, feed: ReaderFeed, digest: str) -> datetime | None:
    """Since when the feed says what has this digest; ``None`` where it said something else when last asked for."""
    query = sa.select(table.c.changed_at).where(table.c.id == feed.id, table.c.digest == digest)
    return tx.execute(query).scalar_one_or_none()


def note_change(tx: sa.Connection, feed: ReaderFeed, digest: str, *, now: datetime) -> None:
    """Notes that the feed says something else from now on."""
    tx.execute(table.update().where(table.c.id == feed.id).values(digest=digest, changed_at=now))


def remove(tx: sa.Connection, reader_id: str, feed_id: str) -> bool:
    """Makes a feed of the reader void; returns whether there was one."""
    mine = (table.c.reader_id == reader_id) & (table.c.id == feed_id)
    return bool(tx.execute(table.delete().where(mine)).rowcount)


def _feed(row: sa.Row[Any], rules: NameRules) -> ReaderFeed:
    selection, title = names.selected(rules, Selection(kind=SelectionKind(row.kind), value=row.value), row.title)
    return ReaderFeed(
        id=row.id,
        reader_id=row.reader_id,
        selection=selection,
        title=title,
        created_at=row.created_at,
        used_at=row.used_at,
    )
