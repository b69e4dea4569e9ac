"""How readers sign in: passwords (hashed), sessions and invitations, both known by the hash of their secret alone."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.schema import invitations, reader_passwords, reader_sessions, readers

__all__ = [
    "drop_expired",
    "end_session",
    "end_sessions",
    "invite",
    "invited",
    "open_session",
    "password_hash",
    "session_reader",
    "set_password",
    "use_invitation",
]


def password_hash(tx: sa.Connection, reader_id: str) -> str:
    """The hash of the reader's password; empty where the reader has none."""
    query = sa.select(reader_passwords.c.hash).where(reader_passwords.c.reader_id == reader_id)
    return tx.execute(query).scalar_one_or_none() or ""


def set_password(tx: sa.Connection, reader_id: str, hashed: str, *, now: datetime) -> None:
    """Stores the hash of the reader's password in place of an earlier one."""
    tx.execute(reader_passwords.delete().where(reader_passwords.c.reader_id == reader_id))
    tx.execute(reader_passwords.insert().values(reader_id=reader_id, hash=hashed, changed_at=now))


def open_session(tx: sa.Connection, reader_id: str, key: str, *, now: datetime, until: datetime) -> None:
    """Stores a session by the hash of its secret."""
    tx.execute(reader_sessions.insert().values(key=key, reader_id=reader_id, created_at=now, expires_at=until))


def session_reader(tx: sa.Connection, key: str, *, now: datetime) -> str | None:
    """The reader of a session that is open; ``None`` for one that ended, expired, or whose reader is switched off."""
    return _reader_of(tx, reader_sessions, key, now)


def end_session(tx: sa.Connection, key: str) -> None:
    """Ends a session."""
    tx.execute(reader_sessions.delete().where(reader_sessions.c.key == key))


def end_sessions(tx: sa.Connection, reader_id: str) -> int:
    """Ends every session of a reader; returns how many there were."""
    return int(tx.execute(reader_sessions.delete().where(reader_sessions.c.reader_id == reader_id)).rowcount)


def invite(tx: sa.Connection, reader_id: str, key: str, *, now: datetime, until: datetime) -> None:
    """Stores an invitation by the hash of its secret; earlier ones of the reader are void."""
    tx.execute(invitations.delete().where(invitations.c.reader_id == reader_id))
    tx.execute(invitations.insert().values(key=key, reader_id=reader_id, created_at=now, expires_at=until))


def invited(tx: sa.Connection, key: str, *, now: datetime) -> str | None:
    """The reader whom an invitation is for; ``None`` if it is used, expired or void."""
    return _reader_of(tx, invitations, key, now)


def use_invitation(tx: sa.Connection, key: str, *, now: datetime) -> str | None:
    """Uses an invitation up; returns its reader, or ``None`` if somebody else used it first or it is void."""
    reader_id = invited(tx, key, now=now)
    if reader_id is None or tx.execute(invitations.delete().where(invitations.c.key == key)).rowcount != 1:
        return None
    return reader_id


def drop_expired(tx: sa.Connection, *, now: datetime) -> None:
    """Removes sessions and invitations that are over."""
    tx.execute(reader_sessions.delete().where(reader_sessions.c.expires_at <= now))
    tx.execute(invitations.delete().where(invitations.c.expires_at <= now))


def _reader_of(tx: sa.Connection, table: sa.Table, key: str, now: datetime) -> str | None:
    """The reader whom a key of the table is for, if it has not expired and the reader is not switched off."""
    query = sa.select(table.c.reader_id).join(readers, readers.c.id == table.c.reader_id)
    query = query.where(table.c.key == key, table.c.expires_at > now, readers.c.disabled_at.is_(None))
    return tx.execute(query).scalar_one_or_none()
