"""The brief of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from earmark.types.insights import Insight, Withdrawal
from earmark.types.search import Related

__all__ = ["Brief", "BriefItem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefItem:
    """One idea of a brief: the insight, why this reader gets it, and what other shows say.

    ``why`` is empty where there is nothing to say. ``section`` heads it and those after it in a digest.
    """

    insight: Insight
    why: str
    novelty: float
    related: tuple[Related, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The ideas of one reader's day. ``note`` says in words why there are fewer than asked for, else is empty.

    ``withdrawn`` are the ideas that it told and that have been withdrawn since; they are not among ``items`` any more.
    ``title`` is that of a digest, and empty for the brief of a day.
    """

    subscriber_id: str
    date: dt.date
    items: tuple[BriefItem, ...] = ()
    created_at: datetime
    note: str = ""
    withdrawn: tuple[Withdrawal, ...] = ()
    title: str = ""
