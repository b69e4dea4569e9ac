"""That something was withdrawn, remembered when its show is removed: by hashes alone, for no word of it may stay.

Ids follow from a feed's address, an episode's GUID and the words of a quote. So an idea that is found again after the show was
added again has the id that it had, and is withdrawn again before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import remembered_withdrawals as table
from earmark.catalog.schema import withdrawals

__all__ = ["remember", "withdraw_again"]

_KEPT = ("insight_id", "content_hash", "because", "reader_id", "at")


def remember(tx: sa.Connection, episode_ids: sa.Select[Any]) -> None:
    """Keeps what was withdrawn of these episodes, before they are removed; readers' notes are not kept."""
    rows = tx.execute(
        sa.select(*(withdrawals.c[name] for name in _KEPT)).where(withdrawals.c.episode_id.in_(episode_ids))
    ).all()
    for part in batches([row.insight_id for row in rows]):
        tx.execute(table.delete().where(table.c.insight_id.in_(part)))
    if rows:
        tx.execute(table.insert(), [dict(row._mapping) for row in rows])


def withdraw_again(tx: sa.Connection, episode_id: str, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Withdraws what was withdrawn before its show was removed; returns the ids of what is not to be stored.

    Args:
        tx: a transaction.
        episode_id: whose insights they are.
        rows: the columns of insights that are about to be stored, with their ``id``.
    """
    again: set[str] = set()
    for row in rows:
        same = sa.or_(table.c.insight_id == row["id"], table.c.content_hash == row["content_hash"])
        known = tx.execute(sa.select(table).where(same).limit(1)).one_or_none()
        if known is None:
            continue
        again.add(row["id"])
        tx.execute(table.delete().where(table.c.insight_id == known.insight_id))
        tx.execute(
            withdrawals.insert().values(
                insight_id=row["id"],
                episode_id=episode_id,
                because=known.because,
                reader_id=known.reader_id,
                at=known.at,
                content_hash=row["content_hash"],
                document={name: value for name, value in row.items() if name != "id"},
            )
        )
    return again
