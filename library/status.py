"""The state of a library: counts, failures with reasons, the lag of the index, and sizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from earmark.catalog import Catalog, Connection, changes
from earmark.catalog.content import chunks, episodes, insights
from earmark.catalog.content.episodes import SilentEpisode
from earmark.catalog.feeds.summaries import ShowSummary, summaries
from earmark.catalog.work import queue, troubles
from earmark.catalog.work.queue import QueuedWork
from earmark.catalog.work.troubles import ModelWait
from earmark.types import Show, ShowStatus, UndeliveredLetter
from library.sizes import disk_use
from library.spending import SpendingReport, read_spending
from library.undelivered import letters

if TYPE_CHECKING:
    from earmark.settings import Settings
    from retrieval.index.watermark import Watermark

__all__ = [
    "FailedAttempt",
    "QueuedWork",
    "ShowSummary",
    "SilentEpisode",
    "Status",
    "WaitingEpisode",
    "read_status",
    "summaries",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAttempt:
    """The last failed attempt at a feed (``episode`` is empty) or an episode, and whether Earmark gave up.

    ``stage`` is the last completed stage, ``detail`` the traceback, ``at`` the time of the failure and ``again``
    the time of the next attempt.
    """

    show: str
    episode: str
    stage: str
    reason: str
    gives_up: bool
    detail: str = ""
    episode_id: str = ""
    attempts: int = 0
    at: datetime | None = None
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEpisode:
    """An episode that waits, with the reason in words and the time it waits ``until``; nothing is wrong with it."""

    show: str
    episode: str
    episode_id: str
    reason: str
    until: datetime | None
    for_model: bool = False
    """Whether it waits for the language model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a library. ``index_behind`` counts catalog changes that the index has not applied yet.

    Of ``failures``, those given up come first. ``waiting`` are episodes put off, the first due first; ``in_hand`` counts
    those that some worker works on. ``queue`` is the open work by the last completed stage, put off or not. ``disk`` has
    bytes by part.
    """

    shows: tuple[ShowSummary, ...]
    episodes_by_stage: dict[str, int]
    failures: tuple[FailedAttempt, ...]
    feed_failures: tuple[FailedAttempt, ...]
    chunks: int
    insights: int
    dropped: dict[str, int]
    index_points: int
    index_behind: int
    waiting: tuple[WaitingEpisode, ...] = ()
    in_hand: int = 0
    waiting_for_model: tuple[ModelWait, ...] = ()
    spending: SpendingReport = field(default_factory=SpendingReport)
    silent: tuple[SilentEpisode, ...] = ()
    """Episodes that were read and gave no insight, the newest first."""
    queue: tuple[QueuedWork, ...] = ()
    disk: dict[str, int] = field(default_factory=dict)
    undelivered: tuple[UndeliveredLetter, ...] = ()
    """What did not go out to readers, the latest day first."""


def read_status(settings: Settings, catalog: Catalog, mark: Watermark, *, now: datetime) -> Status:
    """The status by the catalog, by the index's own note of what it holds, and by the files of the home."""
    disk = disk_use(settings, catalog)
    with catalog.read() as tx:
        summed = summaries(tx)
        return Status(
            shows=tuple(summed),
            episodes_by_stage=episodes.by_stage(tx),
            failures=tuple(_failed(tx)),
            feed_failures=tuple(_feed_failed(summary.show) for summary in summed if summary.show.last_error),
            chunks=chunks.count(tx),
            insights=insights.count(tx),
            dropped=insights.drops(tx),
            index_points=mark.points,
            index_behind=changes.behind(tx, mark.seq),
            waiting=tuple(
                WaitingEpisode(
                    show=trouble.show,
                    episode=trouble.episode,
                    episode_id=trouble.episode_id,
                    reason=trouble.note,
                    until=trouble.again,
                    for_model=trouble.for_model,
                )
                for trouble in troubles.postponed(tx, now=now)
            ),
            in_hand=troubles.in_hand(tx, now=now),
            waiting_for_model=troubles.waiting_for_model(tx, now=now),
            spending=read_spending(tx, settings.budget, now=now),
            silent=tuple(episodes.silent(tx)),
            queue=queue.queued(tx),
            disk=disk,
            undelivered=tuple(letters(tx)),
        )


def _feed_failed(show: Show) -> FailedAttempt:
    """A feed that failed or closed, with the failures in a row and the time of its next check."""
    again = max((when for when in (show.next_check, show.hold_until) if when is not None), default=None)
    closed = show.status is ShowStatus.CLOSED
    return FailedAttempt(
        show=show.title,
        episode="",
        stage="feed",
        reason=show.last_error,
        gives_up=closed,
        attempts=show.failures,
        at=show.checked_at,
        again=None if closed else again,
    )


def _failed(tx: Connection) -> list[FailedAttempt]:
    failures = []
    for trouble in troubles.troubles(tx):
        reason, _, detail = trouble.note.partition("\n")
        failures.append(
            FailedAttempt(
                show=trouble.show,
                episode=trouble.episode,
                stage=trouble.stage.value,
                reason=reason,
                gives_up=trouble.failed,
                detail=detail,
                episode_id=trouble.episode_id,
                attempts=trouble.attempts,
                at=trouble.at,
                again=None if trouble.failed else trouble.again,
            )
        )
    return failures
