"""The schedule in words: when briefs come, what became of the last, and what would be sent.

The words hold names and claims as they are: a face cleans each line in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from earmark.days import Days
from earmark.language.spans import counted
from library.schedule import LastRun, PlannedBrief, ReaderSchedule, ScheduleStatus

__all__ = ["last_words", "next_words", "plan_lines", "status_lines"]

_OUTCOMES = {
    "sent": "sent by {}",
    "ready": "ready in the app ({}); no channel is set up for this reader",
    "quiet": "nothing to tell, nothing sent",
    "refused": "given up: {}",
    "": "waits: {}",
}
_LISTED = 30
"""Readers in a list that people read; programs are given all."""


def status_lines(status: ScheduleStatus, timezone: str) -> Iterator[str]:
    """Whether the schedule is kept, when feeds were asked (in ``timezone``), and each reader's last and next brief."""
    if not status.running:
        yield "Nothing is fetched or sent by itself now: start earmark app or earmark run."
    if status.fetched_at is not None:
        yield f"Feeds were last asked {_at(status.fetched_at, timezone)}: {status.fetched}"
    for entry in status.readers[:_LISTED]:
        yield f"{next_words(entry)}, for {entry.name or entry.reader_id}"
        if entry.last is not None:
            yield f"  The one of {entry.last.day}: {last_words(entry.last, entry.timezone)}"
    if len(status.readers) > _LISTED:
        yield f"and {counted(len(status.readers) - _LISTED, 'reader')} more"


def next_words(entry: ReaderSchedule) -> str:
    """``Next brief Sun 29 Nov 06:00 (Europe/Berlin) by mail``."""
    return f"Next brief {_at(entry.next_at, entry.timezone)}{_by(entry.ways)}"


def last_words(last: LastRun, timezone: str) -> str:
    """What became of a brief, with the time."""
    words = _OUTCOMES[last.outcome].format(last.note or "being made")
    if last.at is not None:
        return f"{words}, {_at(last.at, timezone)}"
    return f"{words}; again {_at(last.again, timezone)}" if last.again else words


def plan_lines(plan: PlannedBrief) -> Iterator[str]:
    """A brief that would be sent: to whom, when and how, and its ideas."""
    ideas = counted(len(plan.brief.items), "idea") if plan.brief.items else "nothing would be sent"
    yield f"{plan.name or plan.reader_id}: {_at(plan.at, plan.timezone)}{_by(plan.ways)}: {ideas}"
    for number, item in enumerate(plan.brief.items, 1):
        yield f"  {number}. {item.insight.claim} ({item.insight.show})"
    if plan.brief.note:
        yield f"  {plan.brief.note}"


def _by(ways: Sequence[str]) -> str:
    return f" by {' and '.join(ways)}" if ways else " in the app"


def _at(when: datetime, timezone: str) -> str:
    here = when.astimezone(Days.named(timezone).zone)
    return f"{here:%a %d %b %H:%M}" + (f" ({timezone})" if timezone else "")
