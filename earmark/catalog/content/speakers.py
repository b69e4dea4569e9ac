"""Who says the insights: how much, where, and in which themes."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import appearances
from earmark.catalog.content import names as name_rules
from earmark.catalog.schema import UtcDateTime, chunks, episodes, insights, shows, theme_members
from earmark.catalog.selecting import speakers_of, within
from earmark.scope import EVERYTHING, ShowScope

__all__ = [
    "InsightPlace",
    "Speaker",
    "SpokenPlace",
    "every",
    "insight_places",
    "known_names",
    "spoken_places",
    "themes_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody who says insights, under one name.

    Attributes:
        name: as it is written.
        insights: how many are theirs.
        episodes: in how many episodes.
        shows: on how many shows.
        first: when the first of these episodes was published, where a feed says.
        last: when the last of them was.
        confirmed: whether an owner gave them the name, or said that it is right.
    """

    name: str
    insights: int
    episodes: int
    shows: int
    first: datetime | None
    last: datetime | None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightPlace:
    """An insight, and the episode and the show on which it was said."""

    insight_id: str
    episode_id: str
    show_id: str
    show: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPlace:
    """An episode in which somebody speaks, and its show."""

    episode_id: str
    show_id: str
    show: str


def every(
    tx: sa.Connection, *, names: Collection[str] = (), scope: ShowScope = EVERYTHING, as_read: bool = False
) -> list[Speaker]:
    """Everybody who says an insight on these shows, or those of these names; who says most of them first, then by name.

    With ``as_read``, under each name that their transcripts have.
    """
    rules = name_rules.load(tx)
    count = sa.func.count()
    name: sa.ColumnElement[Any] = (
        sa.func.coalesce(insights.c.spelling, insights.c.speaker) if as_read else insights.c.speaker
    )
    query = (
        sa.select(
            name.label("name"),
            count.label("insights"),
            sa.func.count(sa.distinct(episodes.c.id)).label("episodes"),
            sa.func.count(sa.distinct(episodes.c.show_id)).label("shows"),
            sa.func.min(episodes.c.published, type_=UtcDateTime).label("first"),
            sa.func.max(episodes.c.published, type_=UtcDateTime).label("last"),
        )
        .join(episodes, insights.c.episode_id == episodes.c.id)
        .where(insights.c.speaker.is_not(None), insights.c.speaker != "")
        .group_by(name)
        .order_by(count.desc(), name)
    )
    query = query.where(insights.c.speaker.in_(names)) if names else query
    return [
        Speaker(**row._mapping, confirmed=rules.confirmed(row.name)) for row in tx.execute(within(query, scope)).all()
    ]


def known_names(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> list[str]:
    """The names of everybody who says an insight on these shows, as they are shown; by name."""
    return sorted(tx.execute(speakers_of(insights, scope)).scalars())


def insight_places(tx: sa.Connection, name: str, scope: ShowScope = EVERYTHING) -> list[InsightPlace]:
    """Where each insight was said of whoever has this name, as it is shown; the latest episode first."""
    query = (
        sa.select(insights.c.id.label("insight_id"), episodes.c.id.label("episode_id"), episodes.c.show_id)
        .add_columns(shows.c.title.label("show"))
        .join(episodes, insights.c.episode_id == episodes.c.id)
        .join(shows, episodes.c.show_id == shows.c.id)
        .where(insights.c.speaker == name)
        .order_by(episodes.c.published.desc().nulls_last(), episodes.c.id)
    )
    return [InsightPlace(**row._mapping) for row in tx.execute(within(query, scope))]


def spoken_places(
    tx: sa.Connection, names: Collection[str], roles: Collection[str], scope: ShowScope = EVERYTHING
) -> list[SpokenPlace]:
    """The episodes in which somebody speaks who is shown under one of these names; the latest first.

    They are those with a passage of theirs, those with a voice of theirs, and those whose feed gives them one of some roles in lower case.
    """
    spoken = sa.select(chunks.c.episode_id).where(chunks.c.speaker.in_(sorted(names))).distinct()
    there = {*tx.execute(spoken).scalars(), *appearances.speaking_in(tx, names, roles)}
    query = sa.select(episodes.c.id, episodes.c.show_id, shows.c.title, episodes.c.published)
    query = within(query.join(shows, episodes.c.show_id == shows.c.id), scope)
    rows = [row for part in batches(sorted(there)) for row in tx.execute(query.where(episodes.c.id.in_(part)))]
    rows.sort(key=lambda row: (-row.published.timestamp() if row.published else math.inf, row.id))
    return [SpokenPlace(episode_id=row.id, show_id=row.show_id, show=row.title) for row in rows]


def themes_of(tx: sa.Connection, insight_ids: Sequence[str]) -> dict[str, str]:
    """The theme of each of these insights that is in one, by insight id."""
    theme_ids: dict[str, str] = {}
    for part in batches(insight_ids):
        query = sa.select(theme_members.c.insight_id, theme_members.c.theme_id).where(
            theme_members.c.insight_id.in_(part), theme_members.c.theme_id.is_not(None)
        )
        theme_ids |= {row.insight_id: row.theme_id for row in tx.execute(query)}
    return theme_ids
