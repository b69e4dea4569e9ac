"""The log of what changed, which the index follows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from earmark.catalog.locks import Lock, alone
from earmark.catalog.schema import changes as table

__all__ = ["appeared", "behind", "head", "note", "since"]


def note(tx: sa.Connection, kind: str, keys: Sequence[str]) -> None:
    """Notes that entities of a kind (``chunk``, ``insight``) appeared, changed or went."""
    if keys:
        alone(tx, Lock.LOG)
        tx.execute(table.insert(), [{"kind": kind, "key": key} for key in keys])


def since(tx: sa.Connection, watermark: int, *, limit: int) -> tuple[list[tuple[str, str]], int]:
    """The ``(kind, key)`` of the next ``limit`` changes past a watermark, each once, and the new watermark."""
    rows = tx.execute(
        sa.select(table.c.seq, table.c.kind, table.c.key)
        .where(table.c.seq > watermark)
        .order_by(table.c.seq)
        .limit(limit)
    ).all()
    return list(dict.fromkeys((row.kind, row.key) for row in rows)), int(rows[-1].seq) if rows else watermark


def appeared(tx: sa.Connection, kind: str, watermark: int) -> dict[str, int]:
    """The entities of a kind that were first noted past a watermark, each with that change; some may be gone again."""
    before = table.alias("before")
    known = sa.select(before.c.seq).where(before.c.key == table.c.key, before.c.kind == kind, before.c.seq <= watermark)
    query = sa.select(table.c.key, sa.func.min(table.c.seq).label("first")).where(
        table.c.kind == kind, table.c.seq > watermark, ~known.exists()
    )
    return {row.key: int(row.first) for row in tx.execute(query.group_by(table.c.key))}


def head(tx: sa.Connection) -> int:
    """The newest change; 0 if nothing has changed yet."""
    return int(tx.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.seq), 0))).scalar_one())


def behind(tx: sa.Connection, watermark: int) -> int:
    """How many changes lie past a watermark."""
    return tx.execute(sa.select(sa.func.count()).where(table.c.seq > watermark)).scalar_one()
