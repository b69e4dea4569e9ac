"""What went wrong with episodes, what waits and why, and what is being worked on: for the status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episodes, jobs, shows
from earmark.catalog.work.line import open_work
from earmark.types import Stage

__all__ = ["ModelWait", "Trouble", "in_hand", "of_episode", "postponed", "troubles", "waiting_for_model"]


_NOTHING = sa.text("''")
"""Written out: an index of what has words is used only by a query that asks for them in the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An episode whose last attempt failed, or that waits for something.

    ``note`` is what was stored: a line, and the traceback after it. ``failed`` where it waits for `earmark retry`; else
    it is tried again at ``again``. ``stage`` is the last one it completed.
    """

    episode_id: str
    show_id: str
    show: str
    episode: str
    stage: Stage
    attempts: int
    failed: bool
    note: str
    at: datetime | None
    again: datetime | None

    @property
    def for_model(self) -> bool:
        """Whether an episode that waits does so for the language model: after the passages nothing else is waited for."""
        return self.stage is Stage.CHUNKS


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWait:
    """How many episodes wait for the language model for the same reason."""

    episodes: int
    reason: str


def troubles(tx: sa.Connection) -> list[Trouble]:
    """Episodes whose last attempt failed: those given up first, then by when it happened, the latest first."""
    query = _query(jobs.c.last_error).where(jobs.c.last_error != _NOTHING, episodes.c.stage != Stage.INSIGHTS.value)
    ordered = query.order_by(jobs.c.failed.desc(), jobs.c.failed_at.desc().nulls_last(), episodes.c.id)
    return [_trouble(row) for row in tx.execute(ordered)]


def of_episode(tx: sa.Connection, episode_id: str) -> Trouble | None:
    """What is wrong with that episode, or, with ``at`` being ``None``, what it waits for; ``None`` if nothing is."""
    unfinished = episodes.c.stage != Stage.INSIGHTS.value
    note = sa.case((jobs.c.last_error != "", jobs.c.last_error), else_=jobs.c.waits)
    row = tx.execute(_query(note).where(jobs.c.episode_id == episode_id, note != "", unfinished)).one_or_none()
    return None if row is None else _trouble(row)


def postponed(tx: sa.Connection, *, now: datetime) -> list[Trouble]:
    """Episodes that wait for something, with the reason in words; the first to be looked at again come first."""
    noted = jobs.alias()  # asked for first, or SQLite goes through the episodes
    waiting = sa.select(noted.c.episode_id).where(noted.c.waits != _NOTHING)
    query = _query(jobs.c.waits).where(jobs.c.episode_id.in_(waiting), jobs.c.not_before > now, open_work())
    return [_trouble(row) for row in tx.execute(query.order_by(jobs.c.not_before, episodes.c.id))]


def waiting_for_model(tx: sa.Connection, *, now: datetime) -> tuple[ModelWait, ...]:
    """Why episodes wait for the language model, the reason of most episodes first."""
    reasons = Counter(trouble.note for trouble in postponed(tx, now=now) if trouble.for_model)
    return tuple(ModelWait(episodes=count, reason=reason) for reason, count in reasons.most_common())


def in_hand(tx: sa.Connection, *, now: datetime) -> int:
    """How many episodes are being worked on."""
    held = sa.select(sa.func.count()).where(jobs.c.owner != "", jobs.c.lease_until >= now)
    return int(tx.execute(held).scalar_one())


def _query(note: sa.ColumnElement[str]) -> sa.Select[Any]:
    return (
        sa.select(
            jobs.c.episode_id,
            episodes.c.show_id,
            shows.c.title.label("show"),
            episodes.c.title.label("episode"),
            episodes.c.stage,
            jobs.c.attempts,
            jobs.c.failed,
            note.label("note"),
            jobs.c.failed_at.label("at"),
            jobs.c.not_before.label("again"),
        )
        .join(episodes, jobs.c.episode_id == episodes.c.id)
        .join(shows, episodes.c.show_id == shows.c.id)
    )


def _trouble(row: sa.Row[Any]) -> Trouble:
    values = dict(row._mapping)
    return Trouble(**values | {"stage": Stage(values["stage"])})
