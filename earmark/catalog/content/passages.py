"""Passages found without the index: by their words, by their date, and by the passages around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import chunks as table
from earmark.catalog.schema import episodes, insights
from earmark.days import span
from earmark.types import Filters

__all__ = [
    "Outline",
    "Passage",
    "Place",
    "around",
    "beginning",
    "ending",
    "newest",
    "of_insights",
    "outlines",
    "saying",
]


_SAID = 60
"""Characters of a quote by which its passage is found where there are no times."""


class Passage(NamedTuple):
    """A passage as a scan reads it; tens of thousands of them are compared for one phrase.

    ``text`` is the whole text, its beginning or its end, as the function says; empty if none was asked for.
    """

    id: str
    episode_id: str
    seq: int
    speaker: str | None = None
    text: str = ""


class Place(NamedTuple):
    """The place of a passage: its number in its episode, and the hash that its vectors are kept under."""

    key: str
    episode_id: str
    seq: int
    speaker: str | None
    content_hash: str


class Outline(NamedTuple):
    """A passage of an episode in order: its number, its time, and the hash that its vectors are kept under."""

    id: str
    episode_id: str
    seq: int
    start_s: float | None
    end_s: float | None
    content_hash: str
    text: str


def outlines(tx: sa.Connection, episode_ids: Sequence[str], *, timed: bool = False) -> dict[str, list[Outline]]:
    """The passages of each episode, in order, by episode id; episodes without passages are left out.

    Where they are looked for by their time alone (``timed``), those that have one come without their texts.
    """
    columns: list[sa.ColumnElement[Any]] = [table.c[name] for name in Outline._fields[:-1]]
    columns.append(sa.case((table.c.start_s.is_(None), table.c.text), else_="") if timed else table.c.text)
    held: dict[str, list[Outline]] = {}
    for part in batches(list(dict.fromkeys(episode_ids))):
        query = sa.select(*columns).where(table.c.episode_id.in_(part)).order_by(table.c.episode_id, table.c.seq)
        for row in tx.execute(query):
            held.setdefault(row.episode_id, []).append(Outline(*row))
    return held


def of_insights(tx: sa.Connection, insight_ids: Sequence[str]) -> list[str]:
    """The ids of the passages in which these insights begin to be said, by time; without times by their words."""
    begins = sa.and_(table.c.start_s <= insights.c.start_s, table.c.end_s > insights.c.start_s)
    untimed = sa.or_(table.c.start_s.is_(None), insights.c.start_s.is_(None))
    said = sa.and_(untimed, table.c.text.contains(sa.func.substr(insights.c.quote, 1, _SAID)))
    query = sa.select(table.c.id).join(insights, table.c.episode_id == insights.c.episode_id)
    ids: dict[str, None] = {}
    for part in batches(list(dict.fromkeys(insight_ids))):
        ids |= dict.fromkeys(tx.execute(query.where(insights.c.id.in_(part), sa.or_(begins, said))).scalars())
    return list(ids)


def newest(tx: sa.Connection, filters: Filters, *, limit: int) -> list[Passage]:
    """The newest passages that fit, without their texts: newest episode first, in their order inside it."""
    return [Passage(*row) for row in tx.execute(_fitting(filters).limit(limit))]


def saying(tx: sa.Connection, pattern: str, filters: Filters, *, limit: int) -> Iterator[Passage]:
    """The passages that fit and whose text matches, with it, newest first.

    ``pattern`` is of words with ``%`` for anything between them; empty for every text. Case is passed over.
    """
    query = _fitting(filters, table.c.speaker, table.c.text).limit(limit)
    matching = query.where(_like(tx, table.c.text, pattern)) if pattern else query
    return (Passage(*row) for row in tx.execute(matching))


def ending(tx: sa.Connection, pattern: str, filters: Filters, *, characters: int) -> Iterator[Passage]:
    """The passages that fit and whose last ``characters`` match, with those; in no order."""
    # A negative start counts from the end in SQLite alone.
    sqlite = tx.dialect.name == "sqlite"
    end = sa.func.substr(table.c.text, -characters) if sqlite else sa.func.right(table.c.text, characters)
    return _edge(tx, end, pattern, filters)


def beginning(tx: sa.Connection, pattern: str, filters: Filters, *, characters: int) -> Iterator[Passage]:
    """The passages that fit and whose first ``characters`` match, with those; newest first."""
    return _edge(tx, sa.func.substr(table.c.text, 1, characters), pattern, filters)


def around(tx: sa.Connection, ids: Sequence[str], *, reach: int) -> dict[str, Place]:
    """The passages with these ids and those up to ``reach`` steps from them, by id; ids that are gone are left out."""
    places: dict[str, Place] = {}
    for part in batches(list(dict.fromkeys(ids))):
        for row in tx.execute(_AROUND, {"ids": part, "reach": reach}):
            places[row.id] = Place(*row)
    return places


def _around() -> sa.Select[Any]:
    centre, near = table.alias("centre"), table.alias("near")
    reach = sa.bindparam("reach", type_=sa.Integer)
    within = near.c.seq.between(centre.c.seq - reach, centre.c.seq + reach)
    return (
        sa.select(near.c.id, near.c.episode_id, near.c.seq, near.c.speaker, near.c.content_hash)
        .join(centre, sa.and_(near.c.episode_id == centre.c.episode_id, within))
        .where(centre.c.id.in_(sa.bindparam("ids", expanding=True)))
    )


_AROUND = _around()
"""Put together once, which takes longer than running it."""


def _edge(tx: sa.Connection, edge: sa.ColumnElement[Any], pattern: str, filters: Filters) -> Iterator[Passage]:
    query = _fitting(filters, table.c.speaker, edge.label("edge")).where(_like(tx, edge, pattern))
    return (Passage(*row) for row in tx.execute(query))


def _fitting(filters: Filters, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Passages that fit filters, newest episode first and in their order."""
    query = sa.select(table.c.id, table.c.episode_id, table.c.seq, *columns).join(
        episodes, table.c.episode_id == episodes.c.id
    )
    if filters.shows:
        query = query.where(episodes.c.show_id.in_(filters.shows))
    if filters.episodes:
        query = query.where(table.c.episode_id.in_(filters.episodes))
    if filters.speakers:
        query = query.where(table.c.speaker.in_(filters.speakers))
    if filters.keys is not None:
        query = query.where(table.c.id.in_(filters.keys))
    after, before = span(filters)
    if after:
        query = query.where(episodes.c.published >= after)
    if before:
        query = query.where(episodes.c.published < before)
    return query.order_by(sa.nulls_last(episodes.c.published.desc()), table.c.episode_id, table.c.seq)


def _like(tx: sa.Connection, column: sa.ColumnElement[Any], pattern: str) -> sa.ColumnElement[bool]:
    # SQLite's LIKE passes over case by itself (of ASCII); lower() on every text would double the time.
    wanted = f"%{pattern}%"
    return column.like(wanted) if tx.dialect.name == "sqlite" else column.ilike(wanted)
