"""Opening the catalog: connections, transactions and migrations."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from earmark.catalog.copies import copy_database, kept_copies, name_of_copy, revision_of, unfinished_copies
from earmark.catalog.locks import Lock, alone
from earmark.catalog.pausing import WriteGate
from earmark.errors import CatalogError, EarmarkError, StorageFull, TransientError
from earmark.secret_names import names_secret

__all__ = ["HEAD", "UNFINISHED", "Catalog", "connect", "migrate", "open_catalog", "revision", "rows"]

HEAD = "0027"
"""The newest migration. A database that is there already opens without importing the migration tool."""

UNFINISHED = "moving-"
"""How the revision of a catalog begins that `earmark.catalog.moving` has not filled yet: nobody else may open it."""

_BUSY_MS = 30_000
"""How long a SQLite writer waits for another."""
_WIPE_MS = 500
"""How long readers are waited for before the log is emptied."""
_PRAGMAS = ("foreign_keys=ON", "secure_delete=ON")
"""What is deleted is written over: a show that was removed is not to be found in the file either."""


_DISK_FULL = "53100"
_PASSING = {"40001", "40P01", "55P03"}
"""What PostgreSQL says where transactions are in each other's way: serialization, deadlock, lock not available."""
_GOING = {"57P01", "57P02", "57P03", "53300"}
"""What it says when it is stopped, crashes, starts, or has all its connections in use."""
_NOT_ALLOWED = "42501"


class Catalog:
    """One database, shared by all threads of a process; made by ``open_catalog``."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._gate = WriteGate()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view, for reading."""
        with self._guarded(), self.engine.connect() as connection:
            level = "REPEATABLE READ" if self.engine.dialect.name == "postgresql" else None
            tx = connection.execution_options(isolation_level=level) if level else connection
            with tx.begin():
                yield tx

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StorageFull: no space is left; nothing of the block was written.
            CatalogError: the database is damaged or cannot be written.
        """
        with self._gate.writing(), self._guarded(), self.engine.connect() as connection:
            tx = connection.execution_options(earmark_write=True)
            with tx.begin():
                yield tx

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.OperationalError as error:
            raise _translated(error, self.where) from error
        except sa.exc.DatabaseError as error:
            ours = isinstance(error, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError)
            if ours and getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
                raise
            raise _translated(error, self.where) from error

    def stopping_between_writes(self) -> AbstractContextManager[None]:
        """Has Ctrl-Z wait for the end of a transaction while the block runs; see `earmark.catalog.pausing`."""
        return self._gate.stopping_between_writes()

    @property
    def database(self) -> str:
        """What kind of database it is: ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @property
    def where(self) -> str:
        """Its address without secrets: PostgreSQL takes a password in the query too."""
        url = self.engine.url
        hidden = {name: "hidden" for name in url.query if names_secret(name)}
        return url.update_query_dict(hidden).render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite catalog; ``None`` if it is elsewhere, or in memory alone."""
        return _file_of(self.engine.url)

    def size(self) -> int:
        """The bytes that the database takes up."""
        if self.database == "postgresql":
            with self.read() as tx:
                return int(tx.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())
        sides = [Path(f"{self.file}{side}") for side in ("", "-wal", "-shm")] if self.file else []
        return sum(side.stat().st_size for side in sides if side.exists())

    def copies(self) -> list[Path]:
        """The files that keep a SQLite catalog as it was before migrations, the oldest first."""
        return kept_copies(self.file) if self.file else []

    def unfinished_copies(self) -> list[Path]:
        """The files of copies that are being written, or were when their process was killed."""
        return unfinished_copies(self.file) if self.file else []

    def damage(self) -> str:
        """What SQLite's own check finds damaged, empty when the catalog is intact; PostgreSQL checks itself."""
        if self.database != "sqlite":
            return ""
        with self.read() as tx:
            verdict = str(tx.execute(sa.text("PRAGMA quick_check")).scalar_one())
        return "" if verdict == "ok" else verdict

    def wipe(self) -> None:
        """Empties SQLite's write-ahead log, which holds removed rows until it is written over.

        Where another process is reading, it is emptied when that one is done. Readers are waited for only a moment:
        meanwhile nobody can write.
        """
        if self.database != "sqlite":
            return
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            usual_ms = int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])
            try:
                cursor.execute(f"PRAGMA busy_timeout={_WIPE_MS}")
                with suppress(sqlite3.Error):
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={usual_ms}")
                cursor.close()
        finally:
            connection.close()

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def open_catalog(url: str) -> Catalog:
    """The catalog at a SQLAlchemy URL, created or migrated to the newest schema first.

    Raises:
        CatalogError: it cannot be opened, is damaged, was made by a newer version, or is half of a move.
        StorageFull: no space is left for it.
    """
    catalog = connect(url)
    try:
        migrate(catalog)
    except BaseException:
        catalog.close()
        raise
    return catalog


def connect(url: str) -> Catalog:
    """The database at a SQLAlchemy URL as it is, whatever it holds; nothing is asked of it yet.

    Raises:
        CatalogError: the URL names none that can be used.
    """
    try:
        parsed = make_url(f"postgresql://{url.partition('://')[2]}" if url.startswith("postgres://") else url)
    except sa.exc.ArgumentError:
        raise CatalogError(
            "is not a database URL such as postgresql+psycopg://host/earmark", subject="database_url"
        ) from None  # the cause would show the password
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise CatalogError("is neither SQLite nor PostgreSQL", subject=parsed.drivername)
    if (file := _file_of(parsed)) is not None:
        _make_folder(file.parent)
        _make_private(file)
    try:
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ImportError, sa.exc.ArgumentError) as error:
        words = "needs a driver that is not installed: pip install 'earmark[postgres]', or name postgresql+psycopg"
        raise CatalogError(words, subject=parsed.drivername) from error
    if parsed.get_backend_name() == "sqlite":
        _tune_sqlite(engine)
    return Catalog(engine)


def revision(tx: sa.Connection) -> str | None:
    """The migration that a database is at; ``None`` if it is no catalog yet."""
    if not sa.inspect(tx).has_table("alembic_version"):
        return None
    version = tx.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _file_of(url: sa.URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogError("this folder cannot be created; set EARMARK_HOME to another", subject=str(folder)) from error


def _make_private(path: Path) -> None:
    """Creates a database that only this user can read, because it may hold logins; SQLite's side files follow it."""
    with suppress(OSError):  # an existing file keeps its mode; if it cannot be created, SQLite says why
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _tune_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(tx: sa.Connection) -> None:
        # A writer takes the lock at once: a reader that turns writer later could only fail.
        write = tx.get_execution_options().get("earmark_write", False)
        tx.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def migrate(catalog: Catalog) -> None:
    """Brings a database to the newest schema, from nothing or from an older one.

    Raises:
        CatalogError: it cannot be used, was made by a newer version, or is half of a move.
    """
    with catalog.read() as tx:
        version = revision(tx)
    if version == HEAD:
        return
    if version is not None and version.startswith(UNFINISHED):
        raise CatalogError("is half of a move; run the same `earmark move` again to its end", subject="catalog")
    if version is not None:
        _keep_copy(catalog, version)
    from alembic import command  # a fifth of a second, needed once in a database's life
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with catalog.write() as tx:
            alone(tx, Lock.SCHEMA)
            config.attributes["connection"] = tx
            command.upgrade(config, "head")
    except CommandError as error:
        raise CatalogError("was made by a newer Earmark; update this one", subject="catalog") from error


def _keep_copy(catalog: Catalog, version: str) -> None:
    """Keeps a SQLite catalog as it was before a migration, in a file beside it that has the old version in its name.

    Another process may migrate meanwhile: only a copy that is still of the old version takes the name.
    """
    path = catalog.file
    if path is None or not version.isalnum():
        return
    copy = name_of_copy(path, version)
    part = copy.with_name(f".{copy.name}.{os.getpid()}")
    copy_database(path, part)
    try:
        if revision_of(part) == version:
            part.replace(copy)
    finally:
        part.unlink(missing_ok=True)


def _translated(error: sa.exc.DBAPIError, where: str) -> EarmarkError:
    text, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None) or ""
    if "disk is full" in text or "no space left" in text or state == _DISK_FULL:
        return StorageFull("no space is left on the disk; free some and run the same command again", subject=where)
    if "locked" in text or "busy" in text or state in _PASSING:
        return TransientError("another process has been writing for too long; try again", subject=where)
    if error.connection_invalidated or state in _GOING:
        return TransientError("the database went away; try again", subject=where)
    if "disk i/o error" in text:
        return StorageFull("the disk refused a write (is it full?); nothing of this step was kept", subject=where)
    return CatalogError("cannot be used", subject=where)


def rows(result: sa.CursorResult[Any]) -> list[dict[str, Any]]:
    """All rows of a result as dicts by column name."""
    return [dict(row._mapping) for row in result]
