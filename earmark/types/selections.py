"""Parts of a library that a reader follows: feeds and alerts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from earmark.kinds import SelectionKind
from earmark.types.insights import Insight

__all__ = ["Alert", "AlertNews", "ComingNews", "ReaderFeed", "Selection", "ToldClaim", "ToldNews"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of the insights that a reader sees: ``value`` is a theme's id, a person's name or a query, else empty."""

    kind: SelectionKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFeed:
    """A selection as a feed at an address of its own; the secret in that address is shown once and not kept.

    ``used_at`` is right to ten minutes, ``None`` for a feed that was never asked for.
    """

    id: str
    reader_id: str
    selection: Selection
    title: str
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A selection of which a reader is told what is new: a search, a person or a theme."""

    id: str
    reader_id: str
    selection: Selection
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """What is new to an alert, best first."""

    alert: Alert
    insights: tuple[Insight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingNews:
    """What is new to a reader's alerts, each insight under one; ``until`` is the last change of the catalog looked at."""

    until: int
    news: tuple[AlertNews, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClaim:
    """A claim that an alert told on a day: ``title`` is that of the alert, ``place`` its place in the day's message."""

    insight_id: str
    day: dt.date
    title: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNews:
    """An insight that an alert of this title told on a day."""

    insight: Insight
    day: dt.date
    title: str
