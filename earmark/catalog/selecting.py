"""Parts of queries that several modules of the catalog share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episodes
from earmark.scope import ShowScope

__all__ = ["different", "named", "speakers_of", "within"]

_LEAST_OF_AN_ID = 4
"""Characters of an id that are enough to name it."""
_FIGURES = "0123456789abcdefghijklmnopqrstuvwxyz"
"""What ids are made of, in the order of every database."""


def within(query: sa.Select[Any], scope: ShowScope) -> sa.Select[Any]:
    """A query that reads or joins ``episodes``, for these shows alone."""
    return query if scope.ids is None else query.where(episodes.c.show_id.in_(scope.ids))


def named(tx: sa.Connection, query: sa.Select[Any], key: sa.Column[Any], text: str) -> Sequence[sa.Row[Any]]:
    """The rows whose key is, or begins with, ``text``, two at most: a key is named where there is one.

    None for a text of less than four characters, or of other characters than letters and figures.
    """
    beginning = text.strip().lower()
    if len(beginning) < _LEAST_OF_AN_ID or not set(beginning) <= set(_FIGURES):
        return []
    # Not LIKE: for that SQLite reads the whole table, and PostgreSQL does where it sorts as a language does.
    wanted, after = key >= beginning, _after(beginning)
    return tx.execute(query.where(sa.and_(wanted, key < after) if after else wanted).limit(2)).all()


def different(column: sa.Column[Any]) -> sa.CTE:
    """A query of the different values of an indexed column, as ``value``, empty texts left out.

    It goes from value to value along the index, so that many rows with few values cost little.
    """
    first = sa.select(sa.func.min(column).label("value")).where(column > "")
    steps = first.cte("steps", recursive=True)
    after = sa.select(sa.func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(sa.select(after).where(steps.c.value.is_not(None)))
    return sa.select(steps.c.value).where(steps.c.value.is_not(None)).cte("different")


def speakers_of(table: sa.Table, scope: ShowScope) -> sa.Select[str]:
    """The names under which anything is said in a table, with columns ``speaker`` and ``episode_id``, on these shows; in no order."""
    names = different(table.c.speaker)
    query = sa.select(names.c.value)
    if scope.ids is None:
        return query
    heard = sa.exists().where(table.c.speaker == names.c.value, table.c.episode_id == episodes.c.id)
    return query.where(heard.where(episodes.c.show_id.in_(scope.ids)))


def _after(beginning: str) -> str:
    """What comes after all ids that begin so; empty where nothing does."""
    kept = beginning.rstrip(_FIGURES[-1])
    return kept[:-1] + _FIGURES[_FIGURES.index(kept[-1]) + 1] if kept else ""
