"""How much work waits at each stage, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.schema import UtcDateTime, episodes, jobs
from earmark.catalog.work.line import open_work
from earmark.types import Stage

__all__ = ["QueuedWork", "queued"]


_OPEN = [stage.value for stage in Stage if stage is not Stage.INSIGHTS]
"""Named one by one, so that an index finds them: nearly all episodes are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedWork:
    """The episodes that are to be worked on after a stage, and when the first of them was discovered."""

    stage: Stage
    episodes: int
    oldest: datetime


def queued(tx: sa.Connection) -> tuple[QueuedWork, ...]:
    """The open work by the last completed stage, in the order of the stages; stages without work are left out."""
    oldest = sa.func.min(episodes.c.discovered_at, type_=UtcDateTime)
    query = (
        sa.select(episodes.c.stage, sa.func.count().label("episodes"), oldest.label("oldest"))
        .join(jobs, jobs.c.episode_id == episodes.c.id)
        .where(open_work(), episodes.c.stage.in_(_OPEN))
        .group_by(episodes.c.stage)
    )
    waiting = {
        row.stage: QueuedWork(stage=Stage(row.stage), episodes=row.episodes, oldest=row.oldest)
        for row in tx.execute(query)
    }
    return tuple(waiting[stage] for stage in Stage if stage in waiting)
