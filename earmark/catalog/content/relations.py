"""What a language model said of how two things that were said relate, so that it is asked once for a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import episodes
from earmark.catalog.schema import relations as table

__all__ = ["StoredRelation", "get_many", "put", "with_relation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRelation:
    """A model's word on a pair, whose ``key`` names both texts, the model and its prompt.

    ``relation`` is what the second of the two is to the first, in the order of their texts' hashes. It goes with either of
    the episodes in which they were said.
    """

    key: str
    episode_id: str
    other_episode_id: str
    relation: str
    why: str


def get_many(tx: sa.Connection, keys: Sequence[str]) -> dict[str, StoredRelation]:
    """What is known of pairs, by key."""
    known: dict[str, StoredRelation] = {}
    for part in batches(list(dict.fromkeys(keys))):
        for row in tx.execute(sa.select(table).where(table.c.key.in_(part))):
            known[row.key] = StoredRelation(**row._mapping)
    return known


def with_relation(tx: sa.Connection, relation: str) -> list[StoredRelation]:
    """All pairs of which the same was said."""
    rows = tx.execute(sa.select(table).where(table.c.relation == relation).order_by(table.c.key))
    return [StoredRelation(**row._mapping) for row in rows]


def put(tx: sa.Connection, pairs: Sequence[StoredRelation]) -> None:
    """Keeps what was said of pairs; what is known of a pair already stays."""
    known = get_many(tx, [pair.key for pair in pairs])
    fresh = {pair.key: pair for pair in pairs if pair.key not in known}
    held = _episodes(tx, [name for pair in fresh.values() for name in (pair.episode_id, pair.other_episode_id)])
    pairs = sorted(fresh.values(), key=lambda pair: pair.key)  # in one order: see `earmark.catalog.content.vectors`
    insert_missing(tx, table, [asdict(pair) for pair in pairs if {pair.episode_id, pair.other_episode_id} <= held])


def _episodes(tx: sa.Connection, ids: Sequence[str]) -> set[str]:
    """Those of the episodes that are still there: one may have been removed while the model was asked."""
    held: set[str] = set()
    for part in batches(list(dict.fromkeys(ids))):
        query = sa.select(episodes.c.id).where(episodes.c.id.in_(part)).with_for_update(read=True, key_share=True)
        held.update(tx.execute(query).scalars())
    return held
