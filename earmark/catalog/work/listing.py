"""The work on episodes, one by one: what each waits for, and why an attempt failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episodes, jobs, shows
from earmark.catalog.work.line import readable
from earmark.types import Stage

__all__ = ["Job", "JobState", "listed"]


class JobState(StrEnum):
    """What becomes of an episode that has stages left."""

    FAILED = "failed"
    """Given up until `earmark retry`."""
    IN_HAND = "in-hand"
    """A worker is at it."""
    POSTPONED = "postponed"
    """It waits for something until a time; nothing is wrong with it."""
    RETRYING = "retrying"
    """The last attempt failed, and it is tried again."""
    QUEUED = "queued"
    """It waits for its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The work on one episode.

    Attributes:
        episode_id: of the episode.
        show_id: of its show.
        show: the show's title.
        episode: the episode's title.
        stage: the last stage that it completed.
        state: what becomes of it.
        reason: why it failed or waits, in one line; else empty.
        attempts: failures in a row.
        at: when the last attempt failed.
        again: when it is tried or looked at next, where that is later than now.
    """

    episode_id: str
    show_id: str
    show: str
    episode: str
    stage: Stage
    state: JobState
    reason: str
    attempts: int
    at: datetime | None
    again: datetime | None


def listed(
    tx: sa.Connection,
    *,
    now: datetime,
    state: JobState | None = None,
    show_id: str = "",
    after: str = "",
    limit: int | None = None,
) -> list[Job]:
    """The work that is left, by the ids of episodes: they stay in this order while it is done.

    Args:
        tx: where the work waits.
        now: tells who holds a lease and who still waits.
        state: only work of this state.
        show_id: only that of this show.
        after: only work after the episode with this id.
        limit: the most that is listed.
    """
    standing = _state(now).label("state")
    query = (
        sa.select(
            jobs.c.episode_id,
            episodes.c.show_id,
            shows.c.title.label("show"),
            episodes.c.title.label("episode"),
            episodes.c.stage,
            standing,
            jobs.c.last_error,
            jobs.c.waits,
            jobs.c.attempts,
            jobs.c.failed_at,
            jobs.c.not_before,
        )
        .join(episodes, jobs.c.episode_id == episodes.c.id)
        .join(shows, episodes.c.show_id == shows.c.id)
        .where(readable(), jobs.c.episode_id > after)
        .order_by(jobs.c.episode_id)
        .limit(limit)
    )
    query = query.where(episodes.c.show_id == show_id) if show_id else query
    query = query.where(standing == state.value) if state else query
    return [_job(row, now) for row in tx.execute(query)]


def _state(now: datetime) -> sa.ColumnElement[str]:
    later = sa.and_(jobs.c.not_before.is_not(None), jobs.c.not_before > now)
    return sa.case(
        (jobs.c.failed, JobState.FAILED.value),
        (sa.and_(jobs.c.owner != "", jobs.c.lease_until >= now), JobState.IN_HAND.value),
        (sa.and_(jobs.c.waits != "", later), JobState.POSTPONED.value),
        (jobs.c.last_error != "", JobState.RETRYING.value),
        else_=JobState.QUEUED.value,
    )


def _job(row: sa.Row[Any], now: datetime) -> Job:
    state = JobState(row.state)
    # The traceback behind the line is for the terminal of this machine: it names files here.
    said = {JobState.POSTPONED: row.waits, JobState.QUEUED: ""}.get(state, row.last_error).partition("\n")[0]
    later = row.not_before is not None and row.not_before > now and state is not JobState.FAILED
    return Job(
        episode_id=row.episode_id,
        show_id=row.show_id,
        show=row.show,
        episode=row.episode,
        stage=Stage(row.stage),
        state=state,
        reason=said,
        attempts=row.attempts,
        at=row.failed_at,
        again=row.not_before if later else None,
    )
