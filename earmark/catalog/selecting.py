"""Parts of queries that several modules of the catalog share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episodes
from earmark.scope import ShowScope

__all__ = ["named", "within"]

_LEAST_OF_AN_ID = 4
"""Characters of an id that are enough to name it."""


def within(query: sa.Select[Any], scope: ShowScope) -> sa.Select[Any]:
    """A query that reads or joins ``episodes``, for these shows alone."""
    return query if scope.ids is None else query.where(episodes.c.show_id.in_(scope.ids))


def named(tx: sa.Connection, query: sa.Select[Any], key: sa.Column[Any], text: str) -> Sequence[sa.Row[Any]]:
    """The rows whose key is, or begins with, ``text``, two at most: a key is named where there is one.

    None for a text of less than four characters, or of other characters than letters and figures.
    """
    beginning = text.strip().lower()
    if len(beginning) < _LEAST_OF_AN_ID or not beginning.isalnum():
        return []
    return tx.execute(query.where(key.startswith(beginning, autoescape=True)).limit(2)).all()
