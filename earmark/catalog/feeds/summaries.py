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
    given = (
        sa.select(episodes.c.show_id, sa.func.count().label("insights"))
        .join(insights, insights.c.episode_id == episodes.c.id)
        .group_by(episodes.c.show_id)
    )
    insights_of = {row.show_id: int(row.insights) for row in tx.execute(given)}
    return [_summary(show, counts.get(show.id), insights_of.get(show.id, 0)) for show in shows.every(tx, scope)]


def _summary(show: Show, counts: sa.Row[Any] | None, given: int) -> ShowSummary:
    if counts is None:
        return ShowSummary(show=show)
    return ShowSummary(
        show=show,
        episodes=int(counts.episodes),
        done=int(counts.done),
        failed=int(counts.failed),
        insights=given,
        newest=counts.newest,
    )


def _counts() -> sa.Select[Any]:
    first = episodes.alias()  # for an episode in two feeds, the copy that is read
    read = sa.or_(episodes.c.stage == Stage.INSIGHTS.value, first.c.stage == Stage.INSIGHTS.value)
    return (
        sa.select(
            episodes.c.show_id,
            sa.func.count().label("episodes"),
            sa.func.sum(sa.case((read, 1), else_=0)).label("done"),
            sa.func.sum(sa.case((jobs.c.failed, 1), else_=0)).label("failed"),
            sa.func.max(episodes.c.published).label("newest"),
        )
        .join(jobs, jobs.c.episode_id == episodes.c.id)
        .outerjoin(first, first.c.id == episodes.c.same_as)
        .group_by(episodes.c.show_id)
    )
