"""What all tables are made with: the types of their columns, columns that many have, and what holds the tables together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

__all__ = ["UtcDateTime", "Words", "metadata", "of", "reader", "text"]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is stored: the same moment in UTC; raises ``ValueError`` for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is read: the moment with its zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(sa.types.TypeDecorator[str]):
    """A text, in which a NUL is U+FFFD: PostgreSQL refuses it, and feeds in JSON, readers and models may write one."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is stored and compared."""
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}") if value is not None and "\x00" in value else value


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of `earmark.catalog.schema`; the names of keys and indexes are made by rule, so that a migration can name them."""


def text(name: str) -> sa.Column[Any]:
    """A column of text, empty by default."""
    return sa.Column(name, Words, nullable=False, server_default="")


def of(name: str, target: str) -> sa.Column[Any]:
    """The row of another table, ``target``, that a row belongs to and goes with; rows are looked up by it."""
    return sa.Column(name, Words, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)


def reader() -> sa.Column[Any]:
    """The reader, with whom a row goes: the first part of its primary key."""
    return sa.Column("reader_id", Words, sa.ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True)
