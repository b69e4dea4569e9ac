"""What alerts tell a reader: insights that are new to the library and in a selection that the reader watches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from earmark.catalog import Catalog, Connection, changes
from earmark.catalog.content import insights as catalog_insights
from earmark.catalog.content import names, themes
from earmark.catalog.readers import alerts, states
from earmark.catalog.readers import briefs as stored_briefs
from earmark.catalog.readers.alerts import WatchedAlert
from earmark.errors import NotFound, UsageError
from earmark.language.folding import fold
from earmark.language.spans import counted
from earmark.name_rules import NameRules
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import AlertNews, Brief, BriefItem, ComingNews, Insight, Reader, SelectionKind, ToldClaim

__all__ = ["SHOWN", "TITLE", "Matching", "coming_news", "message", "told_claims"]

Matching = Callable[[str, Sequence[str]], Sequence[Insight]]
"""Those of some insights (by id) that a search is about, nearest first; raises ``NotFound`` for a name that nobody has."""

TITLE = "New claims"
SHOWN = 10
"""Claims in one message: what is read in a few minutes. How many more there are is said."""


def coming_news(catalog: Catalog, matching: Matching, reader: Reader, *, scope: ShowScope = EVERYTHING) -> ComingNews:
    """What is new to each alert of a reader, best first; nothing is stored. An insight is under one alert only.

    New is what came after the alert was made. What the reader hid, was told by a brief or by an alert, or does not see
    is left out, and so is what was withdrawn.
    """
    with catalog.read() as tx:
        until = changes.head(tx)
        watched = alerts.watched(tx, reader.id)
        if not watched:
            return ComingNews(until=until)
        came = changes.appeared(tx, "insight", min(alert.since for alert in watched))
        known = {*stored_briefs.told_ids(tx, reader.id), *alerts.told_ids(tx, reader.id), *states.hidden(tx, reader.id)}
        fresh = catalog_insights.get_many(tx, [key for key in came if key not in known])
        theme_of = _themes(tx, watched, scope)
        rules = names.load(tx)
    left = {key: insight for key, insight in fresh.items() if scope.holds(insight.show_id)}
    news: list[AlertNews] = []
    for wanted in watched:
        open_to = [insight for key, insight in left.items() if came[key] > wanted.since]
        chosen = _chosen(wanted, open_to, theme_of, rules, matching)
        news.append(AlertNews(alert=wanted.alert, insights=tuple(chosen)))
        left = {key: insight for key, insight in left.items() if insight not in chosen}
    return ComingNews(until=until, news=tuple(entry for entry in news if entry.insights))


def told_claims(coming: ComingNews, day: dt.date) -> list[ToldClaim]:
    """What is coming as what is told on a day: of each alert the best first, then what there is no room for."""
    turns = zip_longest(*([(entry, insight) for insight in entry.insights] for entry in coming.news))
    ranked = [turn for row in turns for turn in row if turn is not None]
    order = {entry.alert.id: number for number, entry in enumerate(coming.news)}
    shown = sorted(ranked[:SHOWN], key=lambda turn: order[turn[0].alert.id])
    return [
        ToldClaim(insight_id=insight.id, day=day, title=entry.alert.title, place=place)
        for place, (entry, insight) in enumerate((*shown, *ranked[SHOWN:]))
    ]


def message(
    reader: Reader,
    day: dt.date,
    claims: Sequence[ToldClaim],
    known: Mapping[str, Insight],
    *,
    now: datetime,
    more_at: str,
) -> Brief:
    """What alerts told on a day as a brief with a section an alert; it is the same however often it is made.

    Args:
        reader: who gets it.
        day: of the message.
        claims: what was told.
        known: those of their insights that the reader may still see, by id.
        now: the time of the making.
        more_at: where the rest is, in words or as an address.
    """
    there = [claim for claim in claims if claim.insight_id in known]
    shown = [claim for claim in there if claim.place < SHOWN]
    more = len(there) - len(shown)
    items = tuple(
        BriefItem(insight=known[claim.insight_id], why="", novelty=0.0, section=claim.title) for claim in shown
    )
    note = f"And {counted(more, 'more claim')}: {more_at}" if more else ""
    return Brief(subscriber_id=reader.id, date=day, items=items, created_at=now, note=note, title=TITLE)


def _chosen(
    wanted: WatchedAlert,
    fresh: Sequence[Insight],
    theme_of: Mapping[str, str],
    rules: NameRules,
    matching: Matching,
) -> list[Insight]:
    kind, value = wanted.alert.selection.kind, wanted.alert.selection.value
    if kind is SelectionKind.SEARCH:
        try:
            return list(matching(value, [insight.id for insight in fresh]))
        except (NotFound, UsageError):
            return []  # a show or a speaker that it names is gone
    if kind is SelectionKind.PERSON:
        theirs = {fold(name) for name in rules.meant(value)}
        fitting = [insight for insight in fresh if fold(insight.speaker or "") in theirs]
    else:
        fitting = [insight for insight in fresh if theme_of.get(insight.id) == value]
    return sorted(fitting, key=lambda insight: (-insight.quality, insight.id))


def _themes(tx: Connection, watched: Sequence[WatchedAlert], scope: ShowScope) -> dict[str, str]:
    """The theme that is watched and that an insight is in, under the id that the alert has it by, by insight id."""
    named: dict[str, str] = {}
    for wanted in watched:
        if wanted.alert.selection.kind is SelectionKind.THEME:
            value = wanted.alert.selection.value
            try:
                named[themes.find(tx, value, scope).id] = value
            except NotFound:
                continue  # it fell apart, or the reader sees nothing of it any more
    if not named:
        return {}
    return {key: named[theme_id] for key, theme_id in themes.of_insights(tx).items() if theme_id in named}


def without_quiet(reader: Reader) -> Reader:
    """The reader as one who gets no word where there is nothing to tell."""
    return replace(reader, tell_quiet=False)
