"""What ``is:`` and ``tag:`` of a query mean to one reader: ideas that this reader saved, read, hid or was told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.catalog.readers import briefs, states
from earmark.language.folding import fold
from retrieval.search.query import Mark, ParsedQuery

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.catalog.readers.states import Mark as Column

__all__ = ["marked_by"]

_MOST = 10_000
"""Ideas of a mark, the latest: more than ten years of briefs, and as many as a database takes in one question."""
_COLUMNS: dict[Mark, Column] = {Mark.SAVED: "saved_at", Mark.READ: "read_at", Mark.HIDDEN: "hidden_at"}


def marked_by(catalog: Catalog, reader_id: str, parsed: ParsedQuery) -> frozenset[str] | None:
    """The ids of the ideas that a query means by the reader's marks and tags, all of them; ``None`` where it names none."""
    if not parsed.marks and not parsed.tags:
        return None
    with catalog.read() as tx:
        meant = [_marked(tx, reader_id, mark) for mark in parsed.marks]
        meant += [_tagged(tx, reader_id, tag) for tag in parsed.tags]
    return frozenset.intersection(*meant)


def _marked(tx: Connection, reader_id: str, mark: Mark) -> frozenset[str]:
    if mark is Mark.TOLD:
        return frozenset(briefs.told_lately(tx, reader_id, limit=_MOST))
    return frozenset(state.insight_id for state in states.marked(tx, reader_id, _COLUMNS[mark])[:_MOST])


def _tagged(tx: Connection, reader_id: str, tag: str) -> frozenset[str]:
    """Tags are compared without case and accents, as names are."""
    wanted = fold(tag)
    saved = states.marked(tx, reader_id, "saved_at")
    return frozenset(state.insight_id for state in saved if any(fold(own) == wanted for own in state.tags))
