"""What is no longer kept of old episodes: transcript and passages, unless a reader has an idea of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.removal import drop_vectors
from earmark.catalog.schema import chunks, episodes, insights, reader_clicks, reader_states, told, transcripts
from earmark.types import Stage

__all__ = ["DroppedTexts", "count_texts", "drop_texts", "had_by_readers", "outdated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedTexts:
    """The numbers of transcripts and passages that were removed."""

    transcripts: int = 0
    passages: int = 0


def had_by_readers(tx: sa.Connection, *, saved_only: bool = False) -> frozenset[str]:
    """The ids of insights that some reader saved; without ``saved_only`` also those told or asked for more or less of."""
    saved = sa.select(reader_states.c.insight_id).where(reader_states.c.saved_at.is_not(None))
    if saved_only:
        return frozenset(tx.execute(saved).scalars())
    direct = sa.select(told.c.insight_id).where(told.c.direct)
    clicked = sa.select(reader_clicks.c.insight_id).where(reader_clicks.c.undone_at.is_(None))
    return frozenset(tx.execute(sa.union(saved, direct, clicked)).scalars())


def outdated(tx: sa.Connection, *, before: datetime) -> list[str]:
    """The episodes, read and published before then, whose transcript may go: no reader has an idea of theirs.

    Episodes without a date go by when they were discovered.
    """
    aired = sa.func.coalesce(episodes.c.published, episodes.c.discovered_at)
    query = (
        sa.select(episodes.c.id)
        .join(transcripts, transcripts.c.episode_id == episodes.c.id)
        .where(episodes.c.stage == Stage.INSIGHTS.value, aired < before)
        .order_by(episodes.c.id)
    )
    old = list(tx.execute(query).scalars())
    theirs: set[str] = set()
    for part in batches(sorted(had_by_readers(tx))):
        theirs |= set(tx.execute(sa.select(insights.c.episode_id).where(insights.c.id.in_(part))).scalars())
    return [episode_id for episode_id in old if episode_id not in theirs]


def count_texts(tx: sa.Connection, episode_ids: Sequence[str]) -> DroppedTexts:
    """How many transcripts and passages these episodes have."""
    counts = [0, 0]
    for part in batches(episode_ids):
        for place, table in enumerate((transcripts, chunks)):
            query = sa.select(sa.func.count()).select_from(table).where(table.c.episode_id.in_(part))
            counts[place] += tx.execute(query).scalar_one()
    return DroppedTexts(transcripts=counts[0], passages=counts[1])


def drop_texts(tx: sa.Connection, episode_ids: Sequence[str]) -> DroppedTexts:
    """Removes transcripts and passages of these episodes with their vectors, and tells the index; ideas stay."""
    counted = count_texts(tx, episode_ids)
    hashes: set[str] = set()
    for part in batches(episode_ids):
        rows = tx.execute(sa.select(chunks.c.id, chunks.c.content_hash).where(chunks.c.episode_id.in_(part))).all()
        hashes |= {row.content_hash for row in rows}
        changes.note(tx, "chunk", [row.id for row in rows])
        tx.execute(chunks.delete().where(chunks.c.episode_id.in_(part)))
        tx.execute(transcripts.delete().where(transcripts.c.episode_id.in_(part)))
    drop_vectors(tx, sorted(hashes))
    return counted
