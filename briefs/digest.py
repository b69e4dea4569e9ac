"""A reader's week: what it was about, who disagreed, and what changed about what the reader was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from briefs.ports import Finder
from briefs.why import why
from earmark.catalog import Catalog, Connection
from earmark.catalog.content import insights as catalog_insights
from earmark.catalog.content import themes, withdrawals
from earmark.catalog.readers import briefs as stored
from earmark.catalog.readers import states
from earmark.days import Days
from earmark.language.spans import counted
from earmark.relations import Relation, utterance
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Brief, BriefItem, Insight, Reader, Theme, Withdrawal

__all__ = ["THEMES", "make_digest"]

THEMES, _DISAGREEMENTS, _CHANGES = 3, 3, 3
"""The most entries of each section: a digest is read in a few minutes."""
_LOOKED_AT = 60
"""The best ideas of a week whose relations are looked at: each takes a tenth of a second on a slow machine."""
_WEEK = timedelta(days=7)


def make_digest(
    catalog: Catalog, finder: Finder, reader: Reader, day: date, *, now: datetime, scope: ShowScope = EVERYTHING
) -> Brief:
    """The week that ends with a day, as a brief with sections; nothing is stored, and nothing of it counts as told.

    Its ideas are of episodes published in those seven days. An idea is in one section only.
    """
    days = Days.named(reader.timezone)
    with catalog.read() as tx:
        hidden = states.hidden(tx, reader.id)
        library = [i for i in catalog_insights.listed(tx, scope=scope) if i.id not in hidden]
        told = stored.told_ids(tx, reader.id)
        theme_of = themes.of_insights(tx)
        named = {theme.id: theme for theme in themes.every(tx, scope=scope)}
        gone = _withdrawn(tx, told, now)
    week = sorted((i for i in library if _within(i, day, days)), key=lambda i: (-i.quality, i.id))
    before = [i for i in library if _within(i, day - _WEEK, days)]
    changes, disagreements = _disputes(week, finder, library, told, day, days)
    taken = {item.insight.id for item in (*changes, *disagreements)}
    about = _themes([i for i in week if i.id not in taken], before, theme_of, named)
    items = (*about, *disagreements, *changes)
    return Brief(
        subscriber_id=reader.id,
        date=day,
        items=items,
        created_at=now,
        note=_note(week, items),
        withdrawn=gone,
        title="Your week",
    )


def _themes(
    week: Sequence[Insight], before: Sequence[Insight], theme_of: dict[str, str], named: dict[str, Theme]
) -> list[BriefItem]:
    """The themes of most ideas this week, each with its best idea and how much was said on it."""
    groups: dict[str, list[Insight]] = defaultdict(list)
    for insight in week:
        if theme_of.get(insight.id, "") in named:
            groups[theme_of[insight.id]].append(insight)
    earlier = [theme_of.get(insight.id) for insight in before]
    ranked = sorted((key for key, group in groups.items() if len(group) > 1), key=lambda key: (-len(groups[key]), key))
    items = []
    for key in ranked[:THEMES]:
        group = groups[key]
        shows = len({insight.show_id for insight in group})
        words = f"{counted(len(group), 'idea')} from {counted(shows, 'show')} this week; {earlier.count(key)} the week before."
        items.append(BriefItem(insight=group[0], why=words, novelty=0.0, section=f"Theme: {named[key].label}"))
    return items


def _disputes(
    week: Sequence[Insight],
    finder: Finder,
    library: Sequence[Insight],
    told: Collection[str],
    day: date,
    days: Days,
) -> tuple[list[BriefItem], list[BriefItem]]:
    """Ideas of the week that contradict what the reader was told, and those that contradict something else."""
    changes: list[BriefItem] = []
    disagreements: list[BriefItem] = []
    seen: set[str] = set()
    for insight in week[:_LOOKED_AT]:
        if len(changes) >= _CHANGES and len(disagreements) >= _DISAGREEMENTS:
            break
        against = [entry for entry in finder.related(insight) if entry.relation == Relation.OPPOSITE.value]
        if not against or insight.id in seen:
            continue
        entry = against[0]
        key = utterance(entry).insight_id
        known = key in told
        reason = why(insight, day=day, days=days, library=library, duplicates=(), related=[entry])
        section = "What changed" if known else "Disagreements"
        words = f"{reason.rstrip('.')}, which you were told." if known else reason
        item = BriefItem(insight=insight, why=words, novelty=0.0, related=(entry,), section=section)
        into, most = (changes, _CHANGES) if known else (disagreements, _DISAGREEMENTS)
        if len(into) < most:
            into.append(item)
            seen |= {insight.id, key}  # the other side says the same of this one
    return changes, disagreements


def _withdrawn(tx: Connection, told: Collection[str], now: datetime) -> tuple[Withdrawal, ...]:
    """What the reader was told and was withdrawn this week."""
    gone = withdrawals.among(tx, set(told)).values()
    return tuple(sorted((word for word in gone if word.at > now - _WEEK), key=lambda word: (word.at, word.insight_id)))


def _within(insight: Insight, day: date, days: Days) -> bool:
    return insight.published is not None and day - _WEEK < days.of(insight.published) <= day


def _note(week: Sequence[Insight], items: Sequence[BriefItem]) -> str:
    if items:
        return f"From {counted(len(week), 'idea')} of this week's episodes."
    if week:
        return f"{counted(len(week), 'idea')} this week, and no theme or disagreement among them."
    return "No episode of this week has been read."
