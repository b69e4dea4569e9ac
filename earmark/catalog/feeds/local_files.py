"""The files that the episodes of local shows were made from, and what happens when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episode_keys as keys_table
from earmark.catalog.schema import episodes as table
from earmark.catalog.work import jobs
from earmark.types import EpisodeData

__all__ = ["LocalFile", "files", "put", "read_again", "renamed"]

_PREFIX = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file as it was found: ``name`` is its path below the show's folder, ``digest`` 128 bits of its SHA-256 in hex."""

    name: str
    size: int
    mtime_ns: int
    digest: str


def files(tx: sa.Connection, show_id: str) -> dict[str, tuple[str, tuple[LocalFile, ...]]]:
    """Episode id and files, as they were last read, of every episode of a local show, by GUID."""
    query = (
        sa.select(table.c.guid, table.c.id, keys_table.c.key)
        .outerjoin(keys_table, (keys_table.c.episode_id == table.c.id) & keys_table.c.key.startswith(f"{_PREFIX}:"))
        .where(table.c.show_id == show_id)
        .order_by(table.c.guid)
    )
    by_guid: dict[str, tuple[str, tuple[LocalFile, ...]]] = {}
    for row in tx.execute(query):
        _, before = by_guid.get(row.guid, (row.id, ()))
        by_guid[row.guid] = (row.id, (*before, _file(row.key)) if row.key else before)
    return by_guid


def put(tx: sa.Connection, episode_id: str, local: Sequence[LocalFile]) -> None:
    """Notes what an episode's files look like now."""
    mine = (keys_table.c.episode_id == episode_id) & keys_table.c.key.startswith(f"{_PREFIX}:")
    tx.execute(keys_table.delete().where(mine))
    rows = [{"episode_id": episode_id, "key": _key(file)} for file in local]
    if rows:
        tx.execute(keys_table.insert(), rows)


def renamed(tx: sa.Connection, episode_id: str, data: EpisodeData) -> None:
    """Takes over where an episode's files lie now, and under which name."""
    tx.execute(table.update().where(table.c.id == episode_id).values(_values(data)))


def read_again(tx: sa.Connection, episode_id: str, data: EpisodeData, *, now: datetime) -> None:
    """Sends an episode whose files have changed through all stages again (`earmark.catalog.work.jobs.start_over`)."""
    tx.execute(table.update().where(table.c.id == episode_id).values(_values(data) | {"discovered_at": now}))
    jobs.start_over(tx, episode_id)


def _values(data: EpisodeData) -> dict[str, Any]:
    names = ("guid", "title", "description", "published", "duration_s", "audio_url", "audio_type", "audio_bytes")
    links = [
        {"url": link.url, "type": link.type, "language": link.language, "rel": link.rel} for link in data.transcripts
    ]
    return {name: getattr(data, name) for name in names} | {"transcripts": links}


def _key(file: LocalFile) -> str:
    return f"{_PREFIX}:{file.digest}:{file.size}:{file.mtime_ns}:{file.name}"


def _file(key: str) -> LocalFile:
    _, digest, size, mtime_ns, name = key.split(":", 4)
    return LocalFile(name=name, size=int(size), mtime_ns=int(mtime_ns), digest=digest)
