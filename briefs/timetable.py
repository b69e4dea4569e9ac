"""When each reader's brief is due, in the reader's own days: over changes of the clocks, and after a machine slept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from earmark.days import Days
from earmark.types import Reader, Rhythm

__all__ = ["Due", "due_at", "due_now", "in_digest_time", "next_due", "next_unmade"]

_LATE = {Rhythm.DAILY: timedelta(hours=12), Rhythm.WEEKLY: timedelta(days=3, hours=12)}
"""How late a brief is still made up for: half the way to the next, from where on the next is the better one."""
_WEEK = 8
"""Days to look at, so that a weekly brief is among them whatever the time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The day of a brief, as the reader has days, and the moment from which it is wanted, in UTC."""

    day: date
    at: datetime


def due_at(reader: Reader, day: date) -> datetime:
    """The moment at which the reader's hour comes on a day, in UTC.

    An hour that the clocks skip on that day comes as much later as they were put forward (02:30 becomes 03:30), and of an
    hour that comes twice the first one counts (RFC 5545, 3.3.5).
    """
    wanted = datetime.combine(day, reader.brief_at, tzinfo=Days.named(reader.timezone).zone)
    return wanted.astimezone(UTC)


def due_now(reader: Reader, now: datetime) -> Due | None:
    """The brief that the reader should have by now; ``None`` where none is, or the last one is too late to be made up for.

    However many days were missed, it is the latest: a machine that wakes up makes one brief and not one for each day. A
    reader who came after the hour is not late for it.
    """
    today = Days.named(reader.timezone).of(now)
    for day in (today - timedelta(days=back) for back in range(_WEEK)):
        at = due_at(reader, day)
        if at > now or not _wanted(reader, day):
            continue
        here = reader.created_at is None or reader.created_at <= at
        return Due(day=day, at=at) if here and now - at < _LATE[reader.rhythm] else None
    return None


def next_due(reader: Reader, now: datetime) -> Due:
    """The reader's next brief after this moment."""
    today = Days.named(reader.timezone).of(now)
    days = (today + timedelta(days=ahead) for ahead in range(-1, 2 * _WEEK))
    return next(
        Due(day=day, at=due_at(reader, day)) for day in days if _wanted(reader, day) and due_at(reader, day) > now
    )


def next_unmade(reader: Reader, now: datetime, made: Collection[date]) -> date:
    """The day of the reader's next brief that is not among those made: one that is due still, else today or the first after.

    Today's counts though its hour has not come or is long past: it is made when it is asked for.
    """
    due = due_now(reader, now)
    if due is not None and due.day not in made:
        return due.day
    today = Days.named(reader.timezone).of(now)
    days = (today + timedelta(days=ahead) for ahead in count())
    return next(day for day in days if _wanted(reader, day) and day not in made)


def in_digest_time(reader: Reader) -> Reader | None:
    """The reader as if the weekly digest were their brief, so that the functions above tell when it comes; ``None`` without one."""
    if reader.digest_on is None:
        return None
    return replace(reader, rhythm=Rhythm.WEEKLY, weekday=reader.digest_on)


def _wanted(reader: Reader, day: date) -> bool:
    return reader.rhythm is Rhythm.DAILY or day.weekday() == reader.weekday
