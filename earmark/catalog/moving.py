"""Moves a catalog into another database, from SQLite to PostgreSQL and back, and compares the two row by row.

While it is being filled, the target's revision is none that a program opens (`earmark.catalog.engine.UNFINISHED`), and names
the source: a move that was cut off goes on where it was, and half a library is never taken for one. The source is held
meanwhile: it can be read, and not written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog.engine import HEAD, UNFINISHED, Catalog, connect, migrate, revision
from earmark.catalog.schema import metadata, readers
from earmark.errors import CatalogError, TransientError, UsageError

__all__ = ["CatalogMove", "move"]

_PART = 200
"""Rows at a time, each part in a transaction of its own: a transcript takes 100 KB."""
_WAIT_MS = 5_000
"""How long writers of a PostgreSQL source are waited for."""
_NUL = "\x00"
_NUL_SHOWN = "\N{REPLACEMENT CHARACTER}"
"""PostgreSQL's texts hold no NUL. New ones have none (`earmark.catalog.schema.Words`), older ones may."""

_Row = dict[str, Any]
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogMove:
    """A catalog that was moved.

    Attributes:
        source: where it was, without a password.
        target: where it is now, without a password.
        rows: the rows of each table, all of them compared with the source's.
        written: how many of them were written in this run; the others were there from one that was cut off.
    """

    source: str
    target: str
    rows: Mapping[str, int]
    written: int


def move(source: Catalog, url: str, *, on_table: Callable[[str, int], None] | None = None) -> CatalogMove:
    """Copies everything into the empty database at a URL, and compares it; run again, it goes on where it was cut off.

    Args:
        source: at the newest schema; it stays as it is.
        url: of an empty database, or of one that this move began to fill.
        on_table: told the name and the rows of each table that has been copied.

    Raises:
        UsageError: the target is the source, or holds something else.
        TransientError: somebody is writing into the source.
        CatalogError: the target cannot be used, or its rows are not the source's.
    """
    target = connect(url)
    written, rows = 0, dict[str, int]()
    try:
        _refuse_itself(source, target)
        mark = _claim(target, _mark(source))
        with _held(source) as tx:
            for table in metadata.sorted_tables:
                written += _copy(tx, target, table)
                if on_table is not None:
                    on_table(table.name, _count(tx, table))
            for table in metadata.sorted_tables:
                rows[table.name] = _compare(tx, target, table)
            _finish(target, mark)
        return CatalogMove(source=source.where, target=target.where, rows=rows, written=written)
    finally:
        target.close()


def _mark(source: Catalog) -> str:
    """The revision of a target that this source is being moved to."""
    where = str(source.file.resolve()) if source.file else source.engine.url.set(password=None).render_as_string()
    return UNFINISHED + hashlib.sha256(where.encode()).hexdigest()[:20]


def _refuse_itself(source: Catalog, target: Catalog) -> None:
    old, new = source.file, target.file
    same_file = old is not None and new is not None and Path(old).resolve() == Path(new).resolve()
    if same_file or source.engine.url.set(password=None) == target.engine.url.set(password=None):
        raise UsageError("is where the library is already; name another database", subject=target.where)


def _claim(target: Catalog, mark: str) -> str:
    """Marks the target as being filled by this move, after a look at what is in it."""
    with target.read() as tx:
        version, tables = revision(tx), sa.inspect(tx).get_table_names()
    if version == mark:
        return mark
    if version is not None and version.startswith(UNFINISHED):
        raise UsageError("holds half of another library; name an empty database", subject=target.where)
    if version is None and tables:
        raise UsageError("holds tables of something else; name an empty database", subject=target.where)
    if version not in (None, HEAD):
        raise UsageError(
            f"holds a library of another version ({version}); name an empty database", subject=target.where
        )
    if version is None:
        migrate(target)
    with target.write() as tx:
        full = [table.name for table in metadata.sorted_tables if _count(tx, table) > (table is readers)]
        if full:
            raise UsageError("holds a library already; name an empty database", subject=target.where)
        tx.execute(sa.text("UPDATE alembic_version SET version_num = :mark").bindparams(mark=mark))
    return mark


@contextmanager
def _held(source: Catalog) -> Iterator[sa.Connection]:
    """The source as it is at this moment, which nobody changes until the block ends."""
    if source.database == "sqlite":
        with source.write() as tx:
            yield tx
        return
    with source.read() as tx:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        tx.execute(sa.text(f"SET LOCAL lock_timeout = {_WAIT_MS}"))
        try:
            # Before anything is read: what is read from then on is what was committed before the lock.
            tx.execute(sa.text(f"LOCK TABLE {names} IN SHARE MODE"))
        except sa.exc.OperationalError as error:
            words = "is being written to; stop the app and the workers, and move it again"
            raise TransientError(words, subject=source.where) from error
        yield tx


def _copy(tx: sa.Connection, target: Catalog, table: sa.Table) -> int:
    """Makes the target's table hold what the source's does; returns how many rows were written."""
    written = 0
    with closing(_parts(tx, table)) as parts:
        for part in parts:
            with target.write() as out:
                written += _bring(out, table, part)
    with target.read() as out:
        more = _count(out, table) > _count(tx, table)
    if more:
        _drop_others(tx, target, table)
    return written


def _bring(out: sa.Connection, table: sa.Table, part: Sequence[_Row]) -> int:
    """Makes some rows of the target as they are in the source; returns how many were not."""
    there = _by_key(out, table, [_key(table, row) for row in part])
    new = [row for row in part if _key(table, row) not in there]
    if new:
        out.execute(table.insert(), new)
    changed = [row for row in part if there.get(_key(table, row), row) != row]
    for row in changed:
        out.execute(table.update().where(_keyed(table, [_key(table, row)])).values(row))
    return len(new) + len(changed)


def _drop_others(tx: sa.Connection, target: Catalog, table: sa.Table) -> None:
    """Removes what an earlier run has copied and the source no longer holds."""
    with target.read() as out:
        keys = [_key(table, row) for part in _parts(out, table) for row in part]
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        gone = sorted(set(part) - _by_key(tx, table, part).keys(), key=repr)
        if gone:
            with target.write() as out:
                out.execute(table.delete().where(_keyed(table, gone)))


def _compare(tx: sa.Connection, target: Catalog, table: sa.Table) -> int:
    """How many rows the table has, when both have the same; raises ``CatalogError`` where they differ."""
    count = 0
    with target.read() as out, closing(_parts(tx, table)) as parts:
        for part in parts:
            there = _by_key(out, table, [_key(table, row) for row in part])
            if any(there.get(_key(table, row)) != row for row in part):
                raise CatalogError("is not the same in both databases; move it again", subject=table.name)
            count += len(part)
        if _count(out, table) != count:
            raise CatalogError("has more rows after the move; move it again", subject=table.name)
    return count


def _finish(target: Catalog, mark: str) -> None:
    """Lets the next number of a counted table follow the last one, and makes the target a library that opens."""
    with target.write() as tx:
        if target.database == "postgresql":
            for table in metadata.sorted_tables:
                for column in table.primary_key.columns:
                    if column.autoincrement is True:
                        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                        last = sa.select(sa.func.max(column)).scalar_subquery()
                        # After the last number, or at 1 where there is none.
                        tx.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None))))
        done = sa.text("UPDATE alembic_version SET version_num = :head WHERE version_num = :mark")
        tx.execute(done.bindparams(head=HEAD, mark=mark))


def _parts(tx: sa.Connection, table: sa.Table) -> Generator[list[_Row]]:
    with closing(tx.execute(sa.select(table), execution_options={"yield_per": _PART})) as result:
        for part in result.mappings().partitions(_PART):
            yield [_plain(row) for row in part]


def _plain(row: Mapping[Any, Any]) -> _Row:
    return {
        str(name): value.replace(_NUL, _NUL_SHOWN) if isinstance(value, str) and _NUL in value else value
        for name, value in row.items()
    }


def _by_key(tx: sa.Connection, table: sa.Table, keys: Sequence[_Key]) -> dict[_Key, _Row]:
    rows = (_plain(row) for row in tx.execute(sa.select(table).where(_keyed(table, keys))).mappings())
    return {_key(table, row): row for row in rows}


def _key(table: sa.Table, row: Mapping[str, Any]) -> _Key:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _keyed(table: sa.Table, keys: Sequence[_Key]) -> sa.ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key for (key,) in keys])
    return sa.tuple_(*columns).in_(keys)


def _count(tx: sa.Connection, table: sa.Table) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
