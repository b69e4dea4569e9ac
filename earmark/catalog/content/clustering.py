"""A stored clustering of insights: its themes, the place of each insight in them, and when it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import insights, vectors
from earmark.catalog.schema import theme_members as members_table
from earmark.catalog.schema import theme_runs as runs_table
from earmark.catalog.schema import themes as table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ClusteringRun",
    "Member",
    "StandingVectors",
    "StoredTheme",
    "hold",
    "last_run",
    "members",
    "place",
    "replace",
    "standing",
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
    """The place of an insight: its theme (``None`` outside all themes), the cosine to its middle, its map coordinates."""

    insight_id: str
    theme_id: str | None
    similarity: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandingVectors:
    """Insights that have a place: the theme of each (``None`` outside all), vectors ``(n, dimension)``, places ``(n, 2)``."""

    theme_ids: tuple[str | None, ...]
    vectors: NDArray[np.float32]
    places: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringRun:
    """A clustering of everything: over how many insights, when, with what. ``seq`` is 0 for one not stored yet."""

    seq: int = 0
    model: str
    clustered_at: datetime
    insights: int
    parameters: Mapping[str, Any]


def last_run(tx: sa.Connection) -> ClusteringRun | None:
    """The latest clustering; ``None`` before the first."""
    row = tx.execute(sa.select(runs_table).order_by(runs_table.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else ClusteringRun(**row._mapping)


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
    """The place of every insight, in order of insight ids."""
    query = sa.select(members_table).order_by(members_table.c.insight_id)
    return [Member(**row._mapping) for row in tx.execute(query)]


def standing(
    tx: sa.Connection, model: str, theme_ids: Sequence[str], *, dimension: int, most: int, alone: int
) -> StandingVectors:
    """The insights of these themes, and some outside all themes, as far as they have a vector of the model.

    Nothing else of them is read, and of large themes a part.

    Args:
        tx: a transaction.
        model: of the vectors.
        theme_ids: of the themes.
        dimension: of the vectors.
        most: insights of the themes that are about as many as are read: the same share of each theme, chosen by the ids, which
            are hashes.
        alone: the most insights outside all themes.
    """
    import numpy as np

    own = members_table.c
    member: sa.Select[Any] = sa.select(own.insight_id, own.theme_id, own.x, own.y)
    inside = [own.theme_id.in_(part) for part in batches(theme_ids)]
    count = sum(tx.execute(sa.select(sa.func.count()).where(each)).scalar_one() for each in inside)
    share = own.insight_id < _first_ids(most / count) if count > most else sa.true()
    rows: list[sa.Row[Any]] = []
    for each in (*(member.where(part, share) for part in inside), member.where(own.theme_id.is_(None)).limit(alone)):
        held = each.subquery()
        query = (
            sa.select(held, vectors.c.vector)
            .join(insights, insights.c.id == held.c.insight_id)
            .join(vectors, sa.and_(vectors.c.content_hash == insights.c.content_hash, vectors.c.model == model))
        )
        rows += tx.execute(query).all()
    rows.sort(key=lambda row: row.insight_id)  # so that every database gives the same
    return StandingVectors(
        theme_ids=tuple(row.theme_id for row in rows),
        vectors=np.frombuffer(b"".join(row.vector for row in rows), dtype="<f4").reshape(len(rows), dimension),
        places=np.array([(row.x, row.y) for row in rows], dtype=np.float32).reshape(-1, 2),
    )


def _first_ids(share: float) -> str:
    """What a share of all ids, in 0..1, come before."""
    return f"{int(share * 16**8):08x}"


def waiting(tx: sa.Connection, among: Sequence[str] | None = None) -> list[str]:
    """The insights that no clustering and no joining has seen yet, in order of their ids; ``among`` these ids if given."""
    if among is not None:
        there: set[str] = set()
        for part in batches(sorted(set(among))):
            new = sa.select(insights.c.id).where(insights.c.id.in_(part))
            seen = sa.select(members_table.c.insight_id).where(members_table.c.insight_id.in_(part))
            there |= set(tx.execute(new).scalars()) - set(tx.execute(seen).scalars())
        return sorted(there)
    held, placed = (
        sa.select(sa.func.count()).select_from(each).scalar_subquery() for each in (insights, members_table)
    )
    if tx.execute(sa.select(held == placed)).scalar_one():  # a place goes with its insight: none is without
        return []
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
    """Stores the places of new insights; skips insights that are gone by now or have a place already."""
    for part in batches(new):
        ids = [member.insight_id for member in part]
        # The rows are held, so that none goes away before its place is written.
        held = sa.select(insights.c.id).where(insights.c.id.in_(ids)).with_for_update(read=True, key_share=True)
        there = set(tx.execute(held).scalars())
        known = sa.select(members_table.c.insight_id).where(members_table.c.insight_id.in_(ids))
        there -= set(tx.execute(known).scalars())
        rows = [_row(member) for member in part if member.insight_id in there]
        if rows:
            tx.execute(members_table.insert(), rows)


def replace(
    tx: sa.Connection,
    run: ClusteringRun,
    themes: Sequence[StoredTheme],
    standing: Sequence[Member],
    retired: Mapping[str, str],
) -> None:
    """Stores a clustering in place of the one before.

    Args:
        tx: a transaction.
        run: what was done; it gets the next number.
        themes: its themes; a theme whose id is known keeps its date.
        standing: the place of each insight.
        retired: former themes, each with the theme that took most of its insights (an empty text if none did), so
            that their addresses lead on.
    """
    tx.execute(members_table.delete())
    known = set(tx.execute(sa.select(table.c.id)).scalars())
    for theme in themes:
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


def _row(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("insight_id", "theme_id", "similarity", "x", "y")}
