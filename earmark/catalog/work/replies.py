"""Replies of a language model that an unfinished episode already has; removed once its insights are stored."""

from __future__ import annotations

import json

import sqlalchemy as sa

from earmark.catalog.inserting import insert_new
from earmark.catalog.schema import llm_replies as table

__all__ = ["count_failure", "forget", "get", "put"]


def get(tx: sa.Connection, episode_id: str, key: str) -> object | None:
    """The reply to a request, as parsed JSON; ``None`` if there is none."""
    query = sa.select(table.c.reply).where(table.c.episode_id == episode_id, table.c.key == key, table.c.reply != "")
    text = tx.execute(query).scalar_one_or_none()
    return None if text is None else json.loads(text)


def put(tx: sa.Connection, episode_id: str, key: str, reply: object) -> None:
    """Keeps a reply in place of any earlier one."""
    _row(tx, episode_id, key, reply=json.dumps(reply, ensure_ascii=False))


def count_failure(tx: sa.Connection, episode_id: str, key: str) -> int:
    """Counts an unusable reply to a request; returns how many there have been."""
    where = (table.c.episode_id == episode_id, table.c.key == key)
    failures = int(tx.execute(sa.select(table.c.failures).where(*where)).scalar_one_or_none() or 0) + 1
    _row(tx, episode_id, key, failures=failures)
    return failures


def forget(tx: sa.Connection, episode_id: str) -> None:
    """Removes everything kept for an episode."""
    tx.execute(table.delete().where(table.c.episode_id == episode_id))


def _row(tx: sa.Connection, episode_id: str, key: str, **values: object) -> None:
    if not insert_new(tx, table, {"episode_id": episode_id, "key": key, **values}):
        tx.execute(table.update().where(table.c.episode_id == episode_id, table.c.key == key).values(**values))
