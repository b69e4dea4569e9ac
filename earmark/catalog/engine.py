"""Opening the catalog: connections, transactions and migrations."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from earmark.catalog.copies import copy_database, kept_copies, name_of_copy, revision_of, unfinished_copies
from earmark.errors import CatalogError, EarmarkError, StorageFull, TransientError

__all__ = ["HEAD", "Catalog", "open_catalog", "rows"]

HEAD = "0018"
"""The newest migration. A database that is there already opens without importing the migration tool."""

_BUSY_MS = 30_000
"""How long a SQLite writer waits for another."""
_WIPE_MS = 500
"""How long readers are waited for before the log is emptied."""
_PRAGMAS = ("foreign_keys=ON", "secure_delete=ON")
"""What is deleted is written over: a show that was removed is not to be found in the file either."""


class Catalog:
    """One database, shared by all threads of a process; made by ``open_catalog``."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

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
        with self._guarded(), self.engine.connect() as connection:
            tx = connection.execution_options(earmark_write=True)
            with tx.begin():
                yield tx

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.OperationalError as error:
            raise _translated(error, self.engine.url.render_as_string(hide_password=True)) from error
        except sa.exc.DatabaseError as error:
            if isinstance(error, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
                raise
            raise _translated(error, self.engine.url.render_as_string(hide_password=True)) from error

    @property
    def database(self) -> str:
        """What kind of database it is: ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

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
        CatalogError: it cannot be opened, is damaged, or was made by a newer version.
        StorageFull: no space is left for it.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise CatalogError(
            "is not a database URL such as postgresql+psycopg://host/earmark", subject="database_url"
        ) from error
    if (file := _file_of(parsed)) is not None:
        _make_folder(file.parent)
        _make_private(file)
    try:
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except ImportError as error:
        raise CatalogError("needs a database driver that is not installed", subject=parsed.drivername) from error
    if parsed.get_backend_name() == "sqlite":
        _tune_sqlite(engine)
    catalog = Catalog(engine)
    _migrate(catalog)
    return catalog


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


def _migrate(catalog: Catalog) -> None:
    with catalog.read() as tx:
        version = None
        if sa.inspect(tx).has_table("alembic_version"):
            version = tx.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if version == HEAD:
        return
    if version is not None:
        _keep_copy(catalog, str(version))
    from alembic import command  # a fifth of a second, needed once in a database's life
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with catalog.write() as tx:
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
    text = str(error.orig).lower()
    if "disk is full" in text or "no space left" in text:
        return StorageFull("no space is left on the disk; free some and run the same command again", subject=where)
    if "locked" in text or "busy" in text:
        return TransientError("another process has been writing for too long; try again", subject=where)
    if "disk i/o error" in text:
        return StorageFull("the disk refused a write (is it full?); nothing of this step was kept", subject=where)
    return CatalogError("cannot be used", subject=where)


def rows(result: sa.CursorResult[Any]) -> list[dict[str, Any]]:
    """All rows of a result as dicts by column name."""
    return [dict(row._mapping) for row in result]
