"""Themes over insights, as readers are shown them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
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


def every(tx: sa.Connection, *, only: str = "", scope: ShowScope = EVERYTHING) -> list[Theme]:
    """The themes in force as a reader of these shows sees them, most insights first (with ``only`` the one of that id).

    Counted by the database: of 100,000 insights it returns some thousand rows. A theme that none of these shows speaks
    of is left out. Labels and terms are those of the whole library.
    """
    heads = sa.select(table.c.id, table.c.label, table.c.label_by, table.c.terms, table.c.created_at)
    heads = heads.where(table.c.merged_into.is_(None))
    if only:
        heads = heads.where(table.c.id == only)
    middles = {row.theme_id: row for row in tx.execute(_middles(only, scope))}
    by_show = _counted(tx, only, scope, shows.c.id, shows.c.title)
    by_speaker = _counted(tx, only, scope, insights.c.speaker)
    by_date = _counted(tx, only, scope, episodes.c.published)
    themes = []
    for head in tx.execute(heads):
        middle = middles.get(head.id)
        if middle is None:
            continue
        held = by_show[head.id]
        theme = Theme(
            id=head.id,
            label=head.label,
            label_by=head.label_by,
            terms=tuple(head.terms),
            size=sum(count for *_, count in held),
            insight_id=middle.insight_id,
            claim=middle.claim,
            shows=_ranked([ThemeShare(name=title, count=n, id=show) for show, title, n in held]),
            speakers=_ranked([ThemeShare(name=name, count=n) for name, n in by_speaker[head.id] if name]),
            months=_months([(when, n) for when, n in by_date[head.id] if when is not None]),
            created_at=head.created_at,
        )
        themes.append(theme)
    return sorted(themes, key=lambda theme: (-theme.size, theme.label, theme.id))


def find(tx: sa.Connection, text: str, scope: ShowScope = EVERYTHING) -> Theme:
    """The theme whose id is, or alone begins with, ``text`` (at least 4 characters), or the one it was merged into.

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
    themes = every(tx, only=rows[0].id, scope=scope) if rows and rows[0].merged_into is None else []
    if not themes:
        raise NotFound("no theme has this id; `earmark themes` lists them", subject=text)
    return themes[0]


def central(
    tx: sa.Connection, theme_id: str, *, limit: int | None = None, scope: ShowScope = EVERYTHING
) -> list[Insight]:
    """The insights of a theme that are of these shows, most central first."""
    query = (
        within(sa.select(members_table.c.insight_id).select_from(_joined()), scope)
        .where(members_table.c.theme_id == theme_id)
        .order_by(members_table.c.similarity.desc(), members_table.c.insight_id)
    )
    ids = list(tx.execute(query if limit is None else query.limit(limit)).scalars())
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


def _middles(only: str, scope: ShowScope) -> sa.Select[Any]:
    """The most central insight of each theme."""
    place = sa.func.row_number().over(
        partition_by=members_table.c.theme_id,
        order_by=(members_table.c.similarity.desc(), members_table.c.insight_id),
    )
    ranked = sa.select(members_table.c.theme_id, members_table.c.insight_id, place.label("place"))
    if scope.ids is not None:
        ranked = within(ranked.select_from(_joined()), scope)
    ranked = ranked.where(members_table.c.theme_id == only if only else members_table.c.theme_id.is_not(None))
    inner = ranked.subquery()
    return (
        sa.select(inner.c.theme_id, inner.c.insight_id, insights.c.claim)
        .join(insights, insights.c.id == inner.c.insight_id)
        .where(inner.c.place == 1)
    )


def _counted(
    tx: sa.Connection, only: str, scope: ShowScope, *columns: sa.ColumnElement[Any]
) -> dict[str, list[tuple[Any, ...]]]:
    """By theme, each value of the columns with how many of its insights have it."""
    theme = members_table.c.theme_id
    query = within(sa.select(theme, *columns, sa.func.count()).select_from(_joined()), scope)
    query = query.where(theme == only if only else theme.is_not(None)).group_by(theme, *columns)
    grouped: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in tx.execute(query):
        grouped[row[0]].append(tuple(row[1:]))
    return grouped


def _ranked(shares: Sequence[ThemeShare]) -> tuple[ThemeShare, ...]:
    return tuple(sorted(shares, key=lambda share: (-share.count, share.name, share.id)))


def _months(dates: Sequence[tuple[datetime, int]]) -> tuple[ThemeMonth, ...]:
    """Counts by month from the first to the last, without gaps."""
    counts: Counter[int] = Counter()
    for when, count in dates:
        counts[12 * when.year + when.month - 1] += count
    if not counts:
        return ()
    return tuple(
        ThemeMonth(month=f"{month // 12:04}-{month % 12 + 1:02}", count=counts[month])
        for month in range(min(counts), max(counts) + 1)
    )
