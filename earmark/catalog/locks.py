"""What only one writer at a time may do. SQLite has one writer as it is; on PostgreSQL a lock of its own is taken."""

from __future__ import annotations

from enum import IntEnum

import sqlalchemy as sa

__all__ = ["Lock", "alone"]


class Lock(IntEnum):
    """What is locked. A number of PostgreSQL's advisory locks each: the letters of a word, in ASCII."""

    LOG = 0x6561726D
    """Adding to the log of changes: numbers commit in their order, so that no follower passes an open transaction."""
    LINE = 0x6C696E65
    """Putting waiting episodes in line."""
    USAGE = 0x656D62
    """Changing what is used of budgets: what is read before a hold stays true."""
    FEEDS = 0x66656564
    """Adding shows and episodes: what one feed brings is there when the next is compared with it."""
    SCHEMA = 0x7363686D
    """Migrating."""


def alone(tx: sa.Connection, lock: Lock) -> None:
    """Waits until no other transaction holds the lock, and holds it until this one ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(int(lock))))
