"""What was used on which day, and what is being used right now: the amounts that budgets are held against.

A row is a day and a kind (``asr_seconds``, ``llm_tokens``, ``money``). Work that is under way holds what it may come to
in a row of its own, ``<kind>:<key>``, which counts like the rest. Settling removes it and adds what it came to. The key
names the work, so that work that is begun again after its process was killed holds the same amount again, not twice; a
hold whose work never comes back counts for its day and no longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from earmark.catalog.locks import Lock, alone
from earmark.catalog.schema import usage as table

__all__ = ["add", "between", "hold", "lock", "release", "spent"]


def add(tx: sa.Connection, day: date, kind: str, amount: float) -> None:
    """Adds to the use of a kind on a day."""
    if amount == 0:
        return
    lock(tx)
    more = table.update().where(table.c.day == day, table.c.kind == kind).values(amount=table.c.amount + amount)
    if tx.execute(more).rowcount == 0:
        tx.execute(table.insert().values(day=day, kind=kind, amount=amount))


def spent(tx: sa.Connection, day: date, kind: str, *, but: str = "") -> float:
    """The amount of a kind used on a day, holds included; ``but`` leaves out the hold of that key."""
    ours = sa.or_(table.c.kind == kind, table.c.kind.startswith(f"{kind}:", autoescape=True))
    query = sa.select(sa.func.coalesce(sa.func.sum(table.c.amount), 0.0)).where(table.c.day == day, ours)
    if but:
        query = query.where(table.c.kind != f"{kind}:{but}")
    return float(tx.execute(query).scalar_one())


def hold(tx: sa.Connection, day: date, amounts: Mapping[str, float], *, key: str) -> None:
    """Holds amounts by kind for the work that ``key`` names, in place of what it held before."""
    release(tx, list(amounts), key=key)
    rows = [{"day": day, "kind": f"{kind}:{key}", "amount": amount} for kind, amount in amounts.items()]
    if rows:
        tx.execute(table.insert(), rows)


def release(tx: sa.Connection, kinds: list[str], *, key: str) -> None:
    """Releases the holds of ``key`` on these kinds, on whatever day they began."""
    tx.execute(table.delete().where(table.c.kind.in_([f"{kind}:{key}" for kind in kinds])))


def lock(tx: sa.Connection) -> None:
    """Lets no other writer change what is used until the transaction ends: what is read before a hold stays true."""
    alone(tx, Lock.USAGE)


def between(tx: sa.Connection, first: date, last: date) -> dict[str, float]:
    """The amount of every kind used from one day to another, both included, without holds."""
    query = (
        sa.select(table.c.kind, sa.func.sum(table.c.amount).label("amount"))
        .where(table.c.day >= first, table.c.day <= last, sa.not_(table.c.kind.contains(":")))
        .group_by(table.c.kind)
    )
    return {row.kind: float(row.amount) for row in tx.execute(query)}
