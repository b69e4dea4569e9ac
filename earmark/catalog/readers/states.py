"""What readers did with insights: read, saved (with a note and tags), hid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import reader_states as table
from earmark.types import InsightState

__all__ = ["Mark", "forget", "get_many", "hidden", "marked", "set_mark", "write_note"]

Mark = Literal["read_at", "saved_at", "hidden_at"]
"""A thing that a reader does with an insight, by its column."""


def get_many(tx: sa.Connection, reader_id: str, insight_ids: Sequence[str]) -> dict[str, InsightState]:
    """The reader's states of these insights, by insight id; one that the reader did nothing with is left out."""
    states: dict[str, InsightState] = {}
    for part in batches(insight_ids):
        query = sa.select(table).where(table.c.reader_id == reader_id, table.c.insight_id.in_(part))
        states |= {row.insight_id: _state(row) for row in tx.execute(query)}
    return states


def marked(tx: sa.Connection, reader_id: str, mark: Mark) -> list[InsightState]:
    """The states of what the reader marked so, the latest first."""
    when = table.c[mark]
    query = sa.select(table).where(table.c.reader_id == reader_id, when.is_not(None))
    return [_state(row) for row in tx.execute(query.order_by(when.desc(), table.c.insight_id))]


def hidden(tx: sa.Connection, reader_id: str) -> frozenset[str]:
    """The ids of the insights that the reader hid."""
    query = sa.select(table.c.insight_id).where(table.c.reader_id == reader_id, table.c.hidden_at.is_not(None))
    return frozenset(tx.execute(query).scalars())


def set_mark(tx: sa.Connection, reader_id: str, insight_ids: Sequence[str], mark: Mark, at: datetime | None) -> None:
    """Marks insights, or takes the mark away (``at`` is ``None``); a mark that is there keeps its time.

    The note and the tags go with the mark of what is saved.
    """
    values: dict[str, Any] = {mark: at}
    if mark == "saved_at" and at is None:
        values |= {"note": "", "tags": []}
    for part in batches(list(dict.fromkeys(insight_ids))):
        _hold(tx, reader_id, part)
        here = table.update().where(table.c.reader_id == reader_id, table.c.insight_id.in_(part))
        tx.execute((here if at is None else here.where(table.c[mark].is_(None))).values(values))


def write_note(tx: sa.Connection, reader_id: str, insight_id: str, *, note: str, tags: Sequence[str]) -> None:
    """Gives what a reader saved another note and other tags; does nothing to what is not saved."""
    here = (table.c.reader_id == reader_id) & (table.c.insight_id == insight_id) & table.c.saved_at.is_not(None)
    tx.execute(table.update().where(here).values(note=note, tags=list(tags)))


def forget(tx: sa.Connection, insight_ids: Sequence[str]) -> None:
    """Removes what all readers did with these insights."""
    for part in batches(insight_ids):
        tx.execute(table.delete().where(table.c.insight_id.in_(part)))


def _hold(tx: sa.Connection, reader_id: str, insight_ids: Sequence[str]) -> None:
    """Makes sure that there is a row for each."""
    rows = [{"reader_id": reader_id, "insight_id": insight_id, "tags": []} for insight_id in insight_ids]
    insert_missing(tx, table, rows)


def _state(row: sa.Row[Any]) -> InsightState:
    return InsightState(
        insight_id=row.insight_id,
        read_at=row.read_at,
        saved_at=row.saved_at,
        note=row.note,
        tags=tuple(row.tags),
        hidden_at=row.hidden_at,
    )
