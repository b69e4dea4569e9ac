"""What one process does for all: sending briefs, fetching. It holds the duty for a time, and others stand by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import duties as table

__all__ = ["FETCH", "LINKS", "SEND", "Duty", "done", "drop", "free_dead", "get", "owners", "take"]

FETCH, SEND, LINKS = "fetch", "send", "links"
"""The duties: asking feeds and reading what is new; making and sending briefs; checking the links of coming briefs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who has a duty and until when, when it was last done, and what came of it in words."""

    name: str
    owner: str = ""
    held_until: datetime | None = None
    done_at: datetime | None = None
    note: str = ""


def take(tx: sa.Connection, name: str, *, owner: str, now: datetime, lease_s: float) -> bool:
    """Whether the owner has the duty from now on: it had it already, or nobody else does."""
    insert_missing(tx, table, [{"name": name}])
    free = sa.or_(table.c.owner.in_(["", owner]), table.c.held_until.is_(None), table.c.held_until < now)
    until = now + timedelta(seconds=lease_s)
    mine = table.update().where(table.c.name == name, free)
    return tx.execute(mine.values(owner=owner, held_until=until)).rowcount == 1


def drop(tx: sa.Connection, name: str, *, owner: str) -> None:
    """Gives the duty up, if the owner has it."""
    mine = (table.c.name == name) & (table.c.owner == owner)
    tx.execute(table.update().where(mine).values(owner="", held_until=None))


def free_dead(tx: sa.Connection, dead: Collection[str]) -> None:
    """Takes duties away from owners that are known to have ended."""
    tx.execute(table.update().where(table.c.owner.in_(list(dead))).values(owner="", held_until=None))


def owners(tx: sa.Connection) -> list[str]:
    """Whoever has a duty."""
    return list(tx.execute(sa.select(table.c.owner).where(table.c.owner != "").distinct()).scalars())


def done(tx: sa.Connection, name: str, *, now: datetime, note: str) -> None:
    """Notes that the duty was done, by whomever, and what came of it."""
    insert_missing(tx, table, [{"name": name}])
    tx.execute(table.update().where(table.c.name == name).values(done_at=now, note=note))


def get(tx: sa.Connection, name: str) -> Duty:
    """The duty as it is now; one that nobody ever had has no owner."""
    row = tx.execute(sa.select(table).where(table.c.name == name)).one_or_none()
    return Duty(name=name) if row is None else Duty(**row._mapping)
