"""Which episodes of a feed are taken: the newest so many, those since a day, or all.

What is taken is one question, what is known another: an episode that the catalog holds is matched and brought up to
date whatever the backfill says. The backfill decides of the others only.

``newest:25`` is counted once, when a show is first read (or when its reader asks for more). From then on the show has a
floor, the date of the oldest episode that was taken, and what is older stays where it is: else an old episode would
come in whenever the publisher takes a newer one down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from earmark.catalog import Connection
from earmark.catalog.feeds import following
from earmark.errors import UsageError
from earmark.types import EpisodeData, Show

__all__ = [
    "Backfill",
    "BackfillKind",
    "backfill_of",
    "choose",
    "default_backfill",
    "in_words",
    "parse_backfill",
    "settled",
]

_MOST = 100_000
"""Largest N of ``newest:N``; that of the setting ``ingest.backfill``."""
_SETTLED = "@"


class BackfillKind(StrEnum):
    """How the episodes are chosen."""

    NEWEST = "newest"
    SINCE = "since"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What is taken of a show: ``count`` belongs to ``newest``, ``since`` to ``since``.

    ``counted`` says that the newest have been counted off already; ``floor`` is the date of the oldest of them
    (``None`` if none has a date). ``str(backfill)`` is what the catalog keeps, ``parse_backfill`` reads it back.
    """

    kind: BackfillKind
    count: int = 0
    since: date | None = None
    counted: bool = False
    floor: datetime | None = None

    def __str__(self) -> str:
        """``newest:25``, ``since:2026-01-31`` or ``all``; of counted ones with the floor behind an ``@``."""
        if self.kind is BackfillKind.ALL:
            return "all"
        if self.kind is BackfillKind.SINCE:
            return f"since:{self.since}"
        mark = f"{_SETTLED}{self.floor.astimezone(UTC).isoformat() if self.floor else ''}" if self.counted else ""
        return f"newest:{self.count}{mark}"


def parse_backfill(text: str) -> Backfill:
    """The backfill that ``newest:25``, ``since:2026-01-31`` or ``all`` says; raises ``UsageError``."""
    word, _, value = text.strip().partition(":")
    try:
        match word.strip().lower():
            case "all" if not value:
                return Backfill(kind=BackfillKind.ALL)
            case "since":
                return Backfill(kind=BackfillKind.SINCE, since=date.fromisoformat(value.strip()))
            case "newest":
                number, mark, floor = value.partition(_SETTLED)
                count = int(number) if number.strip().isascii() else 0
                if 1 <= count <= _MOST:
                    when = datetime.fromisoformat(floor).astimezone(UTC) if floor else None
                    return Backfill(kind=BackfillKind.NEWEST, count=count, counted=bool(mark), floor=when)
    except (ValueError, OverflowError):
        pass
    raise UsageError("say which episodes to take as newest:25, since:2026-01-31 or all", subject=text[:80])


def default_backfill(newest: int) -> Backfill:
    """The backfill of the setting ``ingest.backfill``, where 0 takes all."""
    return Backfill(kind=BackfillKind.NEWEST, count=newest) if newest else Backfill(kind=BackfillKind.ALL)


def backfill_of(tx: Connection, show: Show, newest: int) -> Backfill:
    """The backfill of a show; where none was chosen that of the setting, with the floor of what is there already."""
    if show.backfill:
        return parse_backfill(show.backfill)
    backfill = default_backfill(newest)
    oldest = following.oldest(tx, show.id)
    if backfill.kind is BackfillKind.NEWEST and oldest is not None:  # followed by a version that kept no backfills
        return replace(backfill, counted=True, floor=oldest)
    return backfill


def in_words(backfill: Backfill) -> str:
    """What is taken, as a reader says it."""
    if backfill.kind is BackfillKind.ALL:
        return "all episodes"
    if backfill.kind is BackfillKind.SINCE:
        return f"episodes since {backfill.since}"
    return "the newest episode" if backfill.count == 1 else f"the newest {backfill.count:,} episodes"


def choose(episodes: Sequence[EpisodeData], backfill: Backfill, *, known: Collection[str] = ()) -> list[EpisodeData]:
    """The episodes of a feed that the backfill takes, newest first; undated ones keep the feed's order, after the dated.

    Args:
        episodes: the episodes in the order of the feed.
        backfill: what is taken.
        known: GUIDs that the catalog holds. With a counted backfill they place undated episodes in the feed: an undated
            episode is taken if a known episode, or one newer than the floor, comes after it.
    """
    ordered = _newest_first(episodes)
    if backfill.kind is BackfillKind.ALL:
        return ordered
    if backfill.kind is BackfillKind.NEWEST and not backfill.counted:
        return ordered[: backfill.count]
    floor = backfill.floor
    if backfill.kind is BackfillKind.SINCE and backfill.since is not None:
        floor = datetime(backfill.since.year, backfill.since.month, backfill.since.day, tzinfo=UTC)
    undated = _above(episodes, floor, set(known))
    return [
        episode for episode in ordered if (_reaches(episode, floor) if episode.published else episode.guid in undated)
    ]


def settled(backfill: Backfill, taken: Sequence[EpisodeData]) -> Backfill:
    """The backfill as it is kept once these episodes have been taken by it: ``newest`` gets its floor.

    A feed without episodes leaves the count open.
    """
    if backfill.kind is not BackfillKind.NEWEST or backfill.counted or not taken:
        return backfill
    return replace(
        backfill, counted=True, floor=min((episode.published for episode in taken if episode.published), default=None)
    )


def _newest_first(episodes: Sequence[EpisodeData]) -> list[EpisodeData]:
    dated = sorted((e for e in episodes if e.published), key=lambda e: -e.published.timestamp() if e.published else 0.0)
    return dated + [e for e in episodes if not e.published]


def _reaches(episode: EpisodeData, floor: datetime | None) -> bool:
    return floor is None or (episode.published is not None and episode.published >= floor)


def _above(episodes: Sequence[EpisodeData], floor: datetime | None, known: set[str]) -> set[str]:
    """GUIDs of the undated episodes before a taken episode, in a feed read from its newest end."""
    dates = [episode.published for episode in episodes if episode.published]
    upside_down = len(dates) > 1 and dates[0] < dates[-1]
    above: set[str] = set()
    inside = not (known or dates)
    for episode in episodes if upside_down else reversed(episodes):
        inside = inside or episode.guid in known or (episode.published is not None and _reaches(episode, floor))
        if inside and episode.published is None:
            above.add(episode.guid)
    return above
