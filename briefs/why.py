"""Why an idea is in the brief, in words that are true of it and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from briefs.calendar_words import MONTHS, WEEKDAYS
from earmark.clean import cut, plain
from earmark.days import Days
from earmark.types import Insight, Related

__all__ = ["why"]

_TITLE = 60
"""Characters of a show's title inside a sentence."""
_RARE = 0.7
"""Novelty to the library from which a claim is called rare."""
_PEERS = 3
"""The fewest other claims before a claim is called the strongest, and the fewest shows before it is called rare."""


def why(
    insight: Insight,
    *,
    day: date,
    days: Days,
    library: Sequence[Insight],
    duplicates: Sequence[Insight],
    related: Sequence[Related],
    novelty: float,
    like: str = "",
) -> str:
    """One sentence: where it comes from and when, then what sets it apart, as far as that is known.

    Args:
        insight: the idea.
        day: the day of the brief, in the reader's zone.
        days: the reader's days.
        library: all insights there are.
        duplicates: those that nearly say the same, of any show.
        related: what other shows say about it.
        novelty: to the library, in 0..1.
        like: what the reader wants and raised this idea, as a part of a sentence; empty if nothing did.
    """
    standing = (
        like
        or _echoed(insight, duplicates)
        or _strongest(insight, day, days, library)
        or _rare(insight, duplicates, related, novelty, library)
    )
    text = "; ".join(part for part in (_when(insight, day, days), standing) if part)
    return f"{text[0].upper()}{text[1:]}."


def _when(insight: Insight, day: date, days: Days) -> str:
    show = _title(insight.show)
    if insight.published is None:
        return f"from {show}"
    published = days.of(insight.published)
    age = (day - published).days
    if age < 0:  # what a publisher dated ahead would be new every day until then
        return f"from {show}, dated {published.day} {MONTHS[published.month - 1]} {published.year}"
    if age == 0:
        return f"new on {show} today"
    if age < 7:
        return f"new on {show} " + ("yesterday" if age == 1 else f"on {WEEKDAYS[published.weekday()]}")
    if age < 31:
        return f"from {show}, {age} days ago"
    return f"from {show} in {MONTHS[published.month - 1]} {published.year}, and not told to you before"


def _echoed(insight: Insight, duplicates: Sequence[Insight]) -> str:
    others = {other.show_id: _title(other.show) for other in duplicates if other.show_id != insight.show_id}
    names = sorted(others.values())
    if not names:
        return ""
    if len(names) <= 2:
        return f"also said on {' and '.join(names)}"
    return f"also said on {names[0]} and {len(names) - 1} other shows"


def _strongest(insight: Insight, day: date, days: Days, library: Sequence[Insight]) -> str:
    """Whether it has the highest quality, alone, of its show's week or of its episode."""
    week = [i for i in library if i.show_id == insight.show_id and _in_week(i, day, days)]
    if _in_week(insight, day, days) and len({i.episode_id for i in week}) > 1 and _leads(insight, week):
        return f"the strongest of its {len(week)} claims this week"
    episode = [i for i in library if i.episode_id == insight.episode_id]
    if _leads(insight, episode):
        return f"the strongest of {len(episode)} claims in this episode"
    return ""


def _rare(
    insight: Insight,
    duplicates: Sequence[Insight],
    related: Sequence[Related],
    novelty: float,
    library: Sequence[Insight],
) -> str:
    if len({i.show_id for i in library}) < _PEERS or any(o.show_id != insight.show_id for o in duplicates):
        return ""
    if not related:
        return "no other show in your library comes near it"
    return "little else in your library is like it" if novelty >= _RARE else ""


def _in_week(insight: Insight, day: date, days: Days) -> bool:
    if insight.published is None:
        return False
    return day - timedelta(days=7) < days.of(insight.published) <= day


def _leads(insight: Insight, peers: Sequence[Insight]) -> bool:
    others = [peer.quality for peer in peers if peer.id != insight.id]
    return len(others) + 1 >= _PEERS and insight.quality > max(others)


def _title(show: str) -> str:
    return cut(plain(show), _TITLE) or "an untitled show"
