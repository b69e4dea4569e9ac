"""Themes over insights, as readers are shown them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import insights as stored_insights
from earmark.catalog.schema import episodes, insights, shows
from earmark.catalog.schema import theme_members as members_table
from earmark.catalog.schema import themes as table
from earmark.catalog.selecting import named, within
from earmark.errors import NotFound
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Insight, Theme, ThemeMonth, ThemePoint, ThemeShare

__all__ = [
    "Heading",
    "as_now",
    "central",
    "every",
    "find",
    "headings",
    "holding",
    "of_insights",
    "points",
    "put_heading",
    "remove",
    "silence_retired",
    "sizes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a theme is called: its label and its telling words, best first."""

    id: str
    label: str
    terms: tuple[str, ...]


def every(
    tx: sa.Connection, *, only: str = "", scope: ShowScope = EVERYTHING, among: Collection[str] | None = None
) -> list[Theme]:
    """The themes in force as a reader of these shows sees them, most insights first (with ``only`` the one of that id).

    A theme that none of these shows speaks of is left out. Labels and terms are those of the whole library. With ``among``
    the insights with these ids count, as if there were no others.
    """
    heads = sa.select(table.c.id, table.c.label, table.c.label_by, table.c.terms, table.c.created_at)
    heads = heads.where(table.c.merged_into.is_(None))
    if only:
        heads = heads.where(table.c.id == only)
    counts = _counts(tx, only, scope, among)
    claims = _claims(tx, [held.middle[1] for held in counts.values()])
    titles = {row.id: row.title for row in tx.execute(sa.select(shows.c.id, shows.c.title))}
    themes = []
    for head in tx.execute(heads):
        held = counts.get(head.id)
        if held is None:
            continue
        theme = Theme(
            id=head.id,
            label=head.label,
            label_by=head.label_by,
            terms=tuple(head.terms),
            size=held.by_show.total(),
            insight_id=held.middle[1],
            claim=claims[held.middle[1]],
            shows=_ranked([ThemeShare(name=titles[show], count=n, id=show) for show, n in held.by_show.items()]),
            speakers=_ranked([ThemeShare(name=name, count=n) for name, n in held.by_speaker.items()]),
            months=_months(held.by_month),
            created_at=head.created_at,
        )
        themes.append(theme)
    return sorted(themes, key=lambda theme: (-theme.size, theme.label, theme.id))


def as_now(tx: sa.Connection, counted: Sequence[Theme]) -> list[Theme] | None:
    """Themes that were counted before, with the headings and claims of now; ``None`` where a claim or a show is gone.

    Themes that are no longer in force are left out. How many insights they have is not counted again.
    """
    there = set(tx.execute(sa.select(shows.c.id)).scalars())
    if any(share.id not in there for theme in counted for share in theme.shows):
        return None
    names = {heading.id: heading for heading in headings(tx, [theme.id for theme in counted])}
    claims: dict[tuple[str | None, str], str] = {}
    query = sa.select(members_table.c.theme_id, insights.c.id, insights.c.claim)
    query = query.join(members_table, members_table.c.insight_id == insights.c.id)
    for part in batches([theme.insight_id for theme in counted]):
        for row in tx.execute(query.where(insights.c.id.in_(part))):
            claims[row.theme_id, row.id] = row.claim
    themes = []
    for theme in counted:
        if theme.id not in names:
            continue
        if (theme.id, theme.insight_id) not in claims:
            return None
        heading = names[theme.id]
        claim = claims[theme.id, theme.insight_id]
        themes.append(replace(theme, label=heading.label, terms=heading.terms, claim=claim))
    return themes


def find(tx: sa.Connection, text: str, scope: ShowScope = EVERYTHING, *, among: Collection[str] | None = None) -> Theme:
    """The theme whose id is, or alone begins with, ``text`` (at least 4 characters), or the one it was merged into.

    ``scope`` and ``among`` are those of `every`.

    Raises:
        NotFound: there is none, several begin so, or nothing of it is left.
    """
    rows = named(tx, sa.select(table.c.id, table.c.merged_into), table.c.id, text)
    if len(rows) > 1:
        raise NotFound("several themes begin with this; give more of the id", subject=text)
    passed: set[str] = set()
    while rows and rows[0].merged_into and rows[0].id not in passed:
        passed.add(rows[0].id)
        query: sa.Select[Any] = sa.select(table.c.id, table.c.merged_into).where(table.c.id == rows[0].merged_into)
        rows = tx.execute(query).all()
    there = bool(rows) and rows[0].merged_into is None
    themes = every(tx, only=rows[0].id, scope=scope, among=among) if there else []
    if not themes:
        raise NotFound("no theme has this id; `earmark themes` lists them", subject=text)
    return themes[0]


def central(
    tx: sa.Connection,
    theme_id: str,
    *,
    limit: int | None = None,
    scope: ShowScope = EVERYTHING,
    among: Collection[str] | None = None,
) -> list[Insight]:
    """The insights of a theme that are of these shows, and ``among`` those with these ids, most central first."""
    members = members_table.c
    query = within(sa.select(members.insight_id, members.similarity).select_from(_joined()), scope)
    query = query.where(members.theme_id == theme_id)
    if among is None:
        ordered = query.order_by(members.similarity.desc(), members.insight_id)
        rows = tx.execute(ordered if limit is None else ordered.limit(limit)).all()
    else:
        rows = [row for part in batches(sorted(among)) for row in tx.execute(query.where(members.insight_id.in_(part)))]
        rows = sorted(rows, key=lambda row: (-row.similarity, row.insight_id))[:limit]
    ids = [row.insight_id for row in rows]
    insights = stored_insights.get_many(tx, ids)
    return [insights[insight_id] for insight_id in ids if insight_id in insights]


def holding(tx: sa.Connection, insight_id: str) -> str | None:
    """The id of the theme that an insight is in, if it is in one."""
    query = sa.select(members_table.c.theme_id).where(members_table.c.insight_id == insight_id)
    return tx.execute(query).scalar_one_or_none()


def of_insights(tx: sa.Connection) -> dict[str, str]:
    """The theme of each insight that has one, by insight id."""
    query = sa.select(members_table.c.insight_id, members_table.c.theme_id).where(members_table.c.theme_id.is_not(None))
    return {row.insight_id: row.theme_id for row in tx.execute(query)}


def points(tx: sa.Connection, *, limit: int | None = None, scope: ShowScope = EVERYTHING) -> list[ThemePoint]:
    """Insights of these shows that have a place on the map, by id: ids are hashes, so the first so many are a fair sample."""
    query = (
        sa.select(members_table, insights.c.claim, insights.c.speaker, shows.c.title.label("show"))
        .select_from(_joined())
        .order_by(members_table.c.insight_id)
    )
    rows = tx.execute(within(query, scope).limit(limit))
    return [ThemePoint(**row._mapping) for row in rows]


def sizes(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> tuple[int, int]:
    """How many insights of these shows have a place on the map, and how many of them are in no theme."""
    in_none = sa.func.count().filter(members_table.c.theme_id.is_(None))
    counted = sa.select(sa.func.count(), in_none)
    if scope.ids is None:
        counted = counted.select_from(members_table)
    else:
        counted = counted.select_from(_joined()).where(episodes.c.show_id.in_(scope.ids))
    row = tx.execute(counted).one()
    return int(row[0]), int(row[1])


def headings(tx: sa.Connection, theme_ids: Collection[str]) -> list[Heading]:
    """What those of these themes are called that are in force."""
    query = sa.select(table.c.id, table.c.label, table.c.terms).where(table.c.merged_into.is_(None))
    return [
        Heading(id=row.id, label=row.label, terms=tuple(row.terms))
        for part in batches(sorted(theme_ids))
        for row in tx.execute(query.where(table.c.id.in_(part)).order_by(table.c.id))
    ]


def put_heading(tx: sa.Connection, theme_id: str, label: str, terms: Sequence[str]) -> None:
    """Gives a theme another label and other telling words."""
    tx.execute(table.update().where(table.c.id == theme_id).values(label=label, terms=list(terms)))


def silence_retired(tx: sa.Connection) -> None:
    """Takes the words off themes that are no longer in force; their addresses still lead on."""
    tx.execute(table.update().where(table.c.merged_into.is_not(None)).values(label="", terms=[]))


def remove(tx: sa.Connection, theme_id: str) -> None:
    """Removes a theme; its address leads nowhere."""
    tx.execute(table.delete().where(table.c.id == theme_id))


def _joined() -> sa.Join:
    return (
        members_table.join(insights, insights.c.id == members_table.c.insight_id)
        .join(episodes, episodes.c.id == insights.c.episode_id)
        .join(shows, shows.c.id == episodes.c.show_id)
    )


@dataclass(slots=True)
class _ThemeCounts:
    """How many insights of a theme each show has, each speaker, and each month (counted from the year 0).

    ``middle`` is the most central insight, behind how far it is from the middle.
    """

    by_show: Counter[str] = field(default_factory=Counter)
    by_speaker: Counter[str] = field(default_factory=Counter)
    by_month: Counter[int] = field(default_factory=Counter)
    middle: tuple[float, str] = (math.inf, "")


def _counts(tx: sa.Connection, only: str, scope: ShowScope, among: Collection[str] | None) -> dict[str, _ThemeCounts]:
    """The counts of each theme, by its id.

    Every insight is read once and counted here: of 100,000 a database would sort copies for each of the counts.
    """
    theme = members_table.c.theme_id
    members = members_table.c
    query = sa.select(theme, members.insight_id, members.similarity, insights.c.speaker, insights.c.episode_id)
    query = query.join(insights, insights.c.id == members_table.c.insight_id)
    query = query.where(theme == only if only else theme.is_not(None))
    parts = [query]
    if among is not None:
        parts = [query.where(members.insight_id.in_(part)) for part in batches(sorted(among))]
    rows = [row for part in parts for row in tx.execute(part)]
    few = bool(only) or among is not None
    places = _places(tx, {row.episode_id for row in rows} if few else None)
    counts: dict[str, _ThemeCounts] = defaultdict(_ThemeCounts)
    for theme_id, insight_id, similarity, speaker, episode_id in rows:
        show_id, month = places[episode_id]
        if scope.holds(show_id):
            held = counts[theme_id]
            held.middle = min(held.middle, (-similarity, insight_id))
            held.by_show[show_id] += 1
            if speaker:
                held.by_speaker[speaker] += 1
            if month is not None:
                held.by_month[month] += 1
    return counts


def _claims(tx: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    return {
        row.id: row.claim
        for part in batches(ids)
        for row in tx.execute(sa.select(insights.c.id, insights.c.claim).where(insights.c.id.in_(part)))
    }


def _places(tx: sa.Connection, ids: Collection[str] | None) -> dict[str, tuple[str, int | None]]:
    """The show and the month of these episodes, or of all."""
    query = sa.select(episodes.c.id, episodes.c.show_id, episodes.c.published)
    asked = [query] if ids is None else [query.where(episodes.c.id.in_(part)) for part in batches(sorted(ids))]
    return {
        row.id: (row.show_id, None if row.published is None else 12 * row.published.year + row.published.month - 1)
        for each in asked
        for row in tx.execute(each)
    }


def _ranked(shares: Sequence[ThemeShare]) -> tuple[ThemeShare, ...]:
    return tuple(sorted(shares, key=lambda share: (-share.count, share.name, share.id)))


def _months(counts: Counter[int]) -> tuple[ThemeMonth, ...]:
    """Counts by month from the first to the last, without gaps."""
    if not counts:
        return ()
    return tuple(
        ThemeMonth(month=f"{month // 12:04}-{month % 12 + 1:02}", count=counts[month])
        for month in range(min(counts), max(counts) + 1)
    )
