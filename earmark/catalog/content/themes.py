"""Themes over insights: what a clustering found, where each insight stands in it, and what readers are shown of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import insights as stored_insights
from earmark.catalog.schema import episodes, insights, shows
from earmark.catalog.schema import theme_members as members_table
from earmark.catalog.schema import theme_runs as runs_table
from earmark.catalog.schema import themes as table
from earmark.errors import NotFound
from earmark.types import Insight, Theme, ThemeMonth, ThemePoint, ThemeShare

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Member",
    "Run",
    "StoredTheme",
    "central",
    "every",
    "find",
    "hold",
    "last_run",
    "members",
    "place",
    "points",
    "replace",
    "sizes",
    "stored",
    "waiting",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTheme:
    """A theme as clustering needs it. ``centroid`` is of shape ``(dimension,)``, in the space of its run."""

    id: str
    label: str
    label_by: str
    terms: tuple[str, ...]
    centroid: NDArray[np.float32]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Where an insight stands: its theme (``None``: on its own), the cosine to its middle, its place on the map."""

    insight_id: str
    theme_id: str | None
    similarity: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A clustering of everything: over how many insights, when, with what. ``seq`` is 0 for one not stored yet."""

    seq: int = 0
    model: str
    clustered_at: datetime
    insights: int
    parameters: Mapping[str, Any]


def last_run(tx: sa.Connection) -> Run | None:
    """The latest clustering; ``None`` before the first."""
    row = tx.execute(sa.select(runs_table).order_by(runs_table.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else Run(**row._mapping)


def stored(tx: sa.Connection) -> list[StoredTheme]:
    """The themes in force, by id, without what they hold."""
    import numpy as np

    names = ("id", "label", "label_by", "terms", "centroid", "created_at")
    query = sa.select(*(table.c[name] for name in names)).where(table.c.merged_into.is_(None)).order_by(table.c.id)
    return [
        StoredTheme(
            id=row.id,
            label=row.label,
            label_by=row.label_by,
            terms=tuple(row.terms),
            centroid=np.frombuffer(row.centroid, dtype="<f4"),
            created_at=row.created_at,
        )
        for row in tx.execute(query)
    ]


def members(tx: sa.Connection) -> list[Member]:
    """Where every insight stands, by insight id."""
    query = sa.select(members_table).order_by(members_table.c.insight_id)
    return [Member(**row._mapping) for row in tx.execute(query)]


def waiting(tx: sa.Connection) -> list[str]:
    """The insights that no clustering and no joining has seen yet, in order of their ids."""
    query = (
        sa.select(insights.c.id)
        .outerjoin(members_table, members_table.c.insight_id == insights.c.id)
        .where(members_table.c.insight_id.is_(None))
        .order_by(insights.c.id)
    )
    return list(tx.execute(query).scalars())


def hold(tx: sa.Connection) -> None:
    """Keeps others from changing themes until this transaction ends; SQLite has one writer at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.text("LOCK TABLE theme_runs IN SHARE ROW EXCLUSIVE MODE"))


def place(tx: sa.Connection, new: Sequence[Member]) -> None:
    """Puts insights where they stand; one that is gone by now, or that stands already, is left alone."""
    for part in batches(new):
        ids = [one.insight_id for one in part]
        # The rows are held, so that none goes away before its place is written.
        held = sa.select(insights.c.id).where(insights.c.id.in_(ids)).with_for_update(read=True, key_share=True)
        there = set(tx.execute(held).scalars())
        known = sa.select(members_table.c.insight_id).where(members_table.c.insight_id.in_(ids))
        there -= set(tx.execute(known).scalars())
        rows = [_row(one) for one in part if one.insight_id in there]
        if rows:
            tx.execute(members_table.insert(), rows)


def replace(
    tx: sa.Connection,
    run: Run,
    found: Sequence[StoredTheme],
    standing: Sequence[Member],
    retired: Mapping[str, str],
) -> None:
    """Stores a clustering in place of the one before.

    Args:
        tx: a transaction.
        run: what was done; it gets the next number.
        found: its themes; one whose id is known keeps its date.
        standing: where each insight stands.
        retired: themes that are no more, and the one that took most of their insights (an empty text: none did), so
            that their addresses lead on.
    """
    tx.execute(members_table.delete())
    known = set(tx.execute(sa.select(table.c.id)).scalars())
    for theme in found:
        values = {
            "model": run.model,
            "label": theme.label,
            "label_by": theme.label_by,
            "terms": list(theme.terms),
            "centroid": theme.centroid.astype("<f4").tobytes(),
            "merged_into": None,
        }
        if theme.id in known:
            tx.execute(table.update().where(table.c.id == theme.id).values(**values))
        else:
            tx.execute(table.insert().values(id=theme.id, created_at=theme.created_at, **values))
    for old, successor in retired.items():
        tx.execute(table.update().where(table.c.id == old).values(merged_into=successor))
    place(tx, standing)
    tx.execute(
        runs_table.insert().values(
            model=run.model, clustered_at=run.clustered_at, insights=run.insights, parameters=dict(run.parameters)
        )
    )


def every(tx: sa.Connection, *, only: str = "") -> list[Theme]:
    """The themes in force as a reader sees them, most insights first (only the one of that id where one is given).

    Counted by the database: of 100,000 insights it returns some thousand rows.
    """
    heads = sa.select(table.c.id, table.c.label, table.c.label_by, table.c.terms, table.c.created_at)
    heads = heads.where(table.c.merged_into.is_(None))
    if only:
        heads = heads.where(table.c.id == only)
    middles = {row.theme_id: row for row in tx.execute(_middles(only))}
    by_show = _counted(tx, only, shows.c.id, shows.c.title)
    by_speaker = _counted(tx, only, insights.c.speaker)
    by_date = _counted(tx, only, episodes.c.published)
    found = []
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
        found.append(theme)
    return sorted(found, key=lambda theme: (-theme.size, theme.label, theme.id))


def find(tx: sa.Connection, text: str) -> Theme:
    """The theme whose id is, or alone begins with, ``text`` (at least 4 characters), or the one it was merged into.

    Raises:
        NotFound: there is none, several begin so, or nothing of it is left.
    """
    key = text.strip().lower()
    if len(key) < 4 or not key.isalnum():
        raise NotFound("no theme has this id; `earmark themes` lists them", subject=text)
    query = sa.select(table.c.id, table.c.merged_into).where(table.c.id.startswith(key, autoescape=True)).limit(2)
    rows = tx.execute(query).all()
    if len(rows) > 1:
        raise NotFound("several themes begin with this; give more of the id", subject=text)
    passed: set[str] = set()
    while rows and rows[0].merged_into and rows[0].id not in passed:
        passed.add(rows[0].id)
        query = sa.select(table.c.id, table.c.merged_into).where(table.c.id == rows[0].merged_into)
        rows = tx.execute(query).all()
    found = every(tx, only=rows[0].id) if rows and rows[0].merged_into is None else []
    if not found:
        raise NotFound("no theme has this id; `earmark themes` lists them", subject=text)
    return found[0]


def central(tx: sa.Connection, theme_id: str, *, limit: int | None = None) -> list[Insight]:
    """The insights of a theme, most central first."""
    query = (
        sa.select(members_table.c.insight_id)
        .where(members_table.c.theme_id == theme_id)
        .order_by(members_table.c.similarity.desc(), members_table.c.insight_id)
    )
    ids = list(tx.execute(query if limit is None else query.limit(limit)).scalars())
    found = stored_insights.get_many(tx, ids)
    return [found[one] for one in ids if one in found]


def points(tx: sa.Connection, *, limit: int | None = None) -> list[ThemePoint]:
    """Insights that have a place on the map, by id: ids are hashes, so the first so many are a fair sample."""
    query = (
        sa.select(members_table, insights.c.claim, insights.c.speaker, shows.c.title.label("show"))
        .select_from(_joined())
        .order_by(members_table.c.insight_id)
    )
    found = tx.execute(query if limit is None else query.limit(limit))
    return [ThemePoint(**row._mapping) for row in found]


def sizes(tx: sa.Connection) -> tuple[int, int]:
    """How many insights have a place on the map, and how many of them are in no theme."""
    in_none = sa.func.count().filter(members_table.c.theme_id.is_(None))
    row = tx.execute(sa.select(sa.func.count(), in_none).select_from(members_table)).one()
    return int(row[0]), int(row[1])


def _joined() -> sa.Join:
    return (
        members_table.join(insights, insights.c.id == members_table.c.insight_id)
        .join(episodes, episodes.c.id == insights.c.episode_id)
        .join(shows, shows.c.id == episodes.c.show_id)
    )


def _middles(only: str) -> sa.Select[Any]:
    """The most central insight of each theme."""
    place = sa.func.row_number().over(
        partition_by=members_table.c.theme_id,
        order_by=(members_table.c.similarity.desc(), members_table.c.insight_id),
    )
    ranked = sa.select(members_table.c.theme_id, members_table.c.insight_id, place.label("place"))
    ranked = ranked.where(members_table.c.theme_id == only if only else members_table.c.theme_id.is_not(None))
    inner = ranked.subquery()
    return (
        sa.select(inner.c.theme_id, inner.c.insight_id, insights.c.claim)
        .join(insights, insights.c.id == inner.c.insight_id)
        .where(inner.c.place == 1)
    )


def _counted(tx: sa.Connection, only: str, *columns: sa.ColumnElement[Any]) -> dict[str, list[tuple[Any, ...]]]:
    """By theme, each value of the columns with how many of its insights have it."""
    theme = members_table.c.theme_id
    query = sa.select(theme, *columns, sa.func.count()).select_from(_joined())
    query = query.where(theme == only if only else theme.is_not(None)).group_by(theme, *columns)
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in tx.execute(query):
        found[row[0]].append(tuple(row[1:]))
    return found


def _row(one: Member) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("insight_id", "theme_id", "similarity", "x", "y")}


def _ranked(shares: Sequence[ThemeShare]) -> tuple[ThemeShare, ...]:
    return tuple(sorted(shares, key=lambda one: (-one.count, one.name, one.id)))


def _months(dates: Sequence[tuple[datetime, int]]) -> tuple[ThemeMonth, ...]:
    """Counts by month from the first to the last, without gaps."""
    counts: Counter[int] = Counter()
    for when, count in dates:
        counts[12 * when.year + when.month - 1] += count
    if not counts:
        return ()
    return tuple(
        ThemeMonth(month=f"{one // 12:04}-{one % 12 + 1:02}", count=counts[one])
        for one in range(min(counts), max(counts) + 1)
    )
