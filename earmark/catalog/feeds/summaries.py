"""The followed shows with how far their episodes are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes, insights, jobs
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Show, Stage

__all__ = ["ShowSummary", "summaries"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSummary:
    """A show with how many episodes are known, done and failed, how many insights they gave, and the newest's date."""

    show: Show
    episodes: int = 0
    done: int = 0
    failed: int = 0
    insights: int = 0
    newest: datetime | None = None


def summaries(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> list[ShowSummary]:
    """Each of these shows with its counts, by title."""
    counts = {row.show_id: row for row in tx.execute(_counts())}
    failed = {row.show_id: int(row.failed) for row in tx.execute(_failed())}
    return [_summary(show, counts.get(show.id), failed.get(show.id, 0)) for show in shows.every(tx, scope)]


def _summary(show: Show, counts: sa.Row[Any] | None, failed: int) -> ShowSummary:
    if counts is None:
        return ShowSummary(show=show)
    return ShowSummary(
        show=show,
        episodes=int(counts.episodes),
        done=int(counts.done),
        failed=failed,
        insights=int(counts.insights),
        newest=counts.newest,
    )


def _counts() -> sa.Select[Any]:
    """One walk over the episodes: joins would be looked up for each, and few episodes are in two feeds."""
    first = episodes.alias()  # for an episode in two feeds, the copy that is read
    first_read = sa.exists().where(first.c.id == episodes.c.same_as, first.c.stage == Stage.INSIGHTS.value)
    read = sa.or_(
        episodes.c.stage == Stage.INSIGHTS.value, sa.and_(episodes.c.same_as != "", first_read.correlate(episodes))
    )
    given = sa.select(sa.func.count()).where(insights.c.episode_id == episodes.c.id).correlate(episodes)
    return sa.select(
        episodes.c.show_id,
        sa.func.count().label("episodes"),
        sa.func.sum(sa.case((read, 1), else_=0)).label("done"),
        sa.func.sum(given.scalar_subquery()).label("insights"),
        sa.func.max(episodes.c.published).label("newest"),
    ).group_by(episodes.c.show_id)


def _failed() -> sa.Select[Any]:
    given_up = sa.select(jobs.c.episode_id).where(jobs.c.failed)
    return (
        sa.select(episodes.c.show_id, sa.func.count().label("failed"))
        .where(episodes.c.id.in_(given_up))
        .group_by(episodes.c.show_id)
    )
