"""The file that a host serves for an episode, as it was when it was last looked at, one an episode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import audio_files as table
from earmark.timeline import AS_WRITTEN, Timeline

__all__ = ["AudioFile", "FileState", "checked_since", "get", "put"]


class FileState(StrEnum):
    """What is known of the file that the host serves now."""

    SAME = "same"
    """It is the one that was transcribed, or its times are the same: links lead to the second."""
    MOVED = "moved"
    """It is another, and every quote that was looked for was found in it again: links are moved."""
    ABOUT = "about"
    """It is another, and some quotes were not found again: links to those say *about*."""
    UNCOMPARED = "uncompared"
    """The transcript came from elsewhere, and could not be compared with it: links lead where the transcript says."""
    GONE = "gone"
    """There is none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFile:
    """A host's file: size and validators as served (empty where they are not), and what holds for it.

    ``note`` says in words why links are no better; empty where they are exact.
    """

    episode_id: str
    checked_at: datetime
    bytes: int | None = None
    etag: str = ""
    last_modified: str = ""
    timeline: Timeline = AS_WRITTEN
    state: FileState = FileState.SAME
    note: str = ""


def put(tx: sa.Connection, file: AudioFile) -> None:
    """Stores what is known of an episode's file in place of what was known."""
    tx.execute(table.delete().where(table.c.episode_id == file.episode_id))
    tx.execute(
        table.insert().values(
            episode_id=file.episode_id,
            checked_at=file.checked_at,
            bytes=file.bytes,
            etag=file.etag,
            last_modified=file.last_modified,
            anchors=file.timeline.stored,
            outcome=file.state.value,
            note=file.note,
        )
    )


def get(tx: sa.Connection, episode_id: str) -> AudioFile | None:
    """What is known of an episode's file; ``None`` where nobody has looked since its transcript was made."""
    row = tx.execute(sa.select(table).where(table.c.episode_id == episode_id)).one_or_none()
    return None if row is None else _file(row)


def checked_since(tx: sa.Connection, episode_ids: Iterable[str], moment: datetime) -> set[str]:
    """Those of these episodes whose file was looked at since then."""
    checked: set[str] = set()
    for part in batches(sorted(set(episode_ids))):
        query = sa.select(table.c.episode_id).where(table.c.episode_id.in_(part), table.c.checked_at >= moment)
        checked |= set(tx.execute(query).scalars())
    return checked


def _file(row: sa.Row[Any]) -> AudioFile:
    return AudioFile(
        episode_id=row.episode_id,
        checked_at=row.checked_at,
        bytes=row.bytes,
        etag=row.etag,
        last_modified=row.last_modified,
        timeline=Timeline.load(row.anchors),
        state=FileState(row.outcome),
        note=row.note,
    )
