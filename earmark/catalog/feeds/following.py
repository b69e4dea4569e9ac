"""A reader's decisions about a followed show: whether it is checked, which episodes are taken, its folder."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import shows as table
from earmark.types import ShowStatus

__all__ = ["guids", "oldest", "pause", "resume", "set_backfill", "settle"]


def pause(tx: sa.Connection, show_id: str) -> None:
    """Stops checking the show; its episodes stay, and those that wait are still worked on."""
    _set(tx, show_id, status=ShowStatus.PAUSED.value)


def resume(tx: sa.Connection, show_id: str) -> None:
    """Schedules an immediate check and clears past failures, even for a show that had closed or kept failing.

    What its server asked for (Retry-After) is lifted too: whoever resumes a show knows better.
    """
    fresh = {"next_check": None, "failures": 0, "last_error": "", "hold_until": None}
    _set(tx, show_id, status=ShowStatus.ACTIVE.value, **fresh)


def set_backfill(tx: sa.Connection, show_id: str, *, backfill: str) -> None:
    """Another backfill (`ingest.episodes.backfill`), which holds from the next check on.

    The validators of the last check go, so that an unchanged feed is read whole once more.
    """
    _set(tx, show_id, backfill=backfill, etag="", last_modified="", next_check=None)


def settle(tx: sa.Connection, show_id: str, *, backfill: str) -> None:
    """Stores the backfill as a check left it: counted, with its floor."""
    _set(tx, show_id, backfill=backfill)


def guids(tx: sa.Connection, show_id: str) -> set[str]:
    """The GUIDs of the show's episodes."""
    return set(tx.execute(sa.select(episodes_table.c.guid).where(episodes_table.c.show_id == show_id)).scalars())


def oldest(tx: sa.Connection, show_id: str) -> datetime | None:
    """When the oldest of the show's episodes was published; ``None`` if none has a date."""
    query = sa.select(sa.func.min(episodes_table.c.published)).where(episodes_table.c.show_id == show_id)
    return tx.execute(query).scalar_one_or_none()


def _set(tx: sa.Connection, show_id: str, **values: object) -> None:
    tx.execute(table.update().where(table.c.id == show_id).values(**values))
