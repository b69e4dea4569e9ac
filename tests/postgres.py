"""A PostgreSQL server of the tests' own, in a temporary folder, that ends with the process that started it.

It listens on a socket in that folder and on no network, and forgets everything. Where the tests run as root, which
PostgreSQL refuses, it runs as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from earmark.catalog import open_catalog
from earmark.catalog.engine import HEAD, rows
from earmark.catalog.schema import metadata
from tests.waiting import until

__all__ = ["NoServer", "Server", "server"]

GIVEN = "EARMARK_TEST_POSTGRES_URL"
"""Names a database of a server that runs already; the tests make databases of their own beside it."""
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "checkpoint_timeout=1h",
    "autovacuum=off",
    "shared_buffers=32MB",
    "listen_addresses=",
    "max_connections=200",
)
"""What is written need not outlive the tests, nothing copies the server, and a campaign opens many connections.

Every database that is made or dropped has the server look through all its buffers: few are quicker.
"""
OWNERS = ("postgres", "nobody")
"""Who may run the server where root may not."""
LIFELINE = 'exec 3<&0; "$@" </dev/null & read -r _ <&3; while kill -INT $! 2>/dev/null; do sleep 0.1; done'
"""Runs a command until the standard input ends, which it does when the process that holds its other end is gone.

Asked more than once: a server that is only starting does not hear it yet.
"""

END_WORK = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :database")
SCHEMA = sa.text(
    " UNION ALL ".join(
        f"SELECT '{kind}', count(*), md5(string_agg(xmin::text, ',' ORDER BY {order})) FROM {kind}"
        for kind, order in {
            "pg_class": "oid",
            "pg_attribute": "attrelid, attnum",
            "pg_constraint": "oid",
            "pg_trigger": "oid",
        }.items()
    )
)
"""The transactions that wrote what PostgreSQL knows of the tables. A copy of a database begins with the same."""
EMPTY = ";".join((
    "SET LOCAL session_replication_role = replica",  # the order of the tables does not matter then
    *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
    f"UPDATE alembic_version SET version_num = '{HEAD}'",
    "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence",
))  # fmt: skip
"""Statements in one message: sixty of them would take longer to ask than to do."""


class NoServer(Exception):
    """Why there is no PostgreSQL here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedDatabase:
    """A database with the newest schema: its name, what it is made of, and the rows that are in it from the start."""

    name: str
    schema: list[sa.Row[Any]]
    rows: dict[sa.Table, list[dict[str, Any]]]


@dataclass(kw_only=True)
class Server:
    """A server, in which every test has a database of its own.

    One with the newest schema goes on to another test under another name, emptied, if only its rows were changed: making
    and dropping one takes longer than most tests. It is not the very next test's: the server waits for a tenth of a second
    before it gives a database another name to which a connection is only just ending.
    """

    url: sa.URL
    _numbers: Iterator[int] = field(default_factory=count)
    _emptied: deque[str] = field(default_factory=deque)
    _chosen: str = ""

    @contextmanager
    def database(self, *, migrated: bool) -> Iterator[str]:
        """The address of an empty database: with the newest schema, or with no tables."""
        name = f"earmark_{os.getpid()}_{next(self._numbers)}"
        if migrated and len(self._emptied) > 1:
            self.run(f"ALTER DATABASE {self._emptied.popleft()} RENAME TO {name}")
        else:
            self.run(
                f"CREATE DATABASE {name} TEMPLATE {self._migrated.name if migrated else 'template0'}{self._copying}"
            )
        emptied = False
        try:
            yield self._address(name)
            emptied = migrated and self._empty(name)
        finally:
            if emptied:
                self._emptied.append(name)
            else:
                self._drop(name)

    def _empty(self, name: str) -> bool:
        """Ends all work in a database and puts its rows back as they were; false if more than rows was changed."""
        if not self._may_empty:
            return False
        with self._engine.connect() as connection:
            until(lambda: not connection.execute(END_WORK, {"database": name}).all())
        with self._opened(name) as connection:
            if _schema(connection) != self._migrated.schema:
                return False
            connection.exec_driver_sql(EMPTY)
            for table, rows in self._migrated.rows.items():
                connection.execute(table.insert(), rows)
        return True

    def run(self, statement: str) -> None:
        """Runs a statement outside any transaction, in the database that the server's address names."""
        with self._engine.connect() as connection:
            connection.execute(sa.text(statement))

    def close(self) -> None:
        """Gives the connection back, and removes what all tests had in common."""
        for name in self._emptied:
            self._drop(name)
        if "_migrated" in self.__dict__:
            self._drop(self._migrated.name)
        self._engine.dispose()

    def _drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def _copying(self) -> str:
        """How a database is copied: before version 15 there was one way; of a small one, files are the quicker way."""
        return " STRATEGY file_copy" if self._version >= (15,) else ""

    @cached_property
    def _may_empty(self) -> bool:
        """Whether databases can be emptied: triggers and references can be put aside by a superuser only."""
        with self._engine.connect() as connection:
            superuser = connection.execute(sa.text("SHOW is_superuser")).scalar_one() == "on"
        return superuser and self._version >= (15,)

    @cached_property
    def _version(self) -> tuple[Any, ...]:
        with self._engine.connect() as connection:
            return connection.dialect.server_version_info or (0,)

    @cached_property
    def _engine(self) -> sa.Engine:
        return sa.create_engine(self.url, isolation_level="AUTOCOMMIT")

    @contextmanager
    def _opened(self, database: str) -> Iterator[sa.Connection]:
        """A transaction in a database, which keeps no connection to it."""
        self._chosen = database
        with self._to_the_chosen.begin() as connection:
            yield connection

    @cached_property
    def _to_the_chosen(self) -> sa.Engine:
        """One for all databases: an engine asks a server about itself, which takes longer than emptying a database."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)

        @sa.event.listens_for(engine, "do_connect")
        def _choose(_dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
            parameters["dbname"] = self._chosen

        return engine

    @cached_property
    def _migrated(self) -> MigratedDatabase:
        """A database with the newest schema, which others are copies of: migrating each would take a second."""
        name = f"earmark_{os.getpid()}_template"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        open_catalog(self._address(name)).close()
        with self._opened(name) as connection:
            held = {table: rows(connection.execute(table.select())) for table in metadata.sorted_tables}
            schema = _schema(connection)
        return MigratedDatabase(name=name, schema=schema, rows={table: some for table, some in held.items() if some})

    def _address(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)


@contextmanager
def server() -> Iterator[Server]:
    """A server for the length of a block: the one that is given, or one that is started.

    Raises:
        NoServer: it says what is missing.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise NoServer("the driver psycopg is not installed")
    if given := os.environ.get(GIVEN, ""):
        chosen = Server(url=make_url(given))
        yield chosen
        chosen.close()
        return
    with _started(_programs()) as url:
        chosen = Server(url=url)
        yield chosen
        chosen.close()


def _schema(connection: sa.Connection) -> list[sa.Row[Any]]:
    """What a database is made of: it is another after every statement that changes a table, a column or an index."""
    return list(connection.execute(SCHEMA).all())


def _programs() -> Path:
    """The folder with ``initdb`` and ``postgres``: on the path, or where Debian and its children keep them."""
    on_path = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name.split(".")[0])
    )
    for folder in (*on_path, *packaged):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer(f"no PostgreSQL server is installed (Debian's package is postgresql), and {GIVEN} names none")


@contextmanager
def _started(programs: Path) -> Iterator[sa.URL]:
    folder = Path(tempfile.mkdtemp(prefix="earmark-pg-"))  # a short path: a socket's has 107 characters at most
    owner = _owner(folder)
    try:
        made: list[str | Path] = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-A",
            "trust",
            "-U",
            "earmark",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        # Sorted as English is, which is how most servers are set up: what relies on the order of bytes fails here.
        made += ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        answer = subprocess.run(made, capture_output=True, text=True, check=False, **owner)
        if answer.returncode:
            raise NoServer(f"initdb failed: {answer.stderr.strip()[-300:]}")
        options = [part for option in QUICK for part in ("-c", option)]
        command: list[str | Path] = [
            "sh",
            "-c",
            LIFELINE,
            "sh",
            programs / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            *options,
        ]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, **owner)
        assert process.stdin is not None
        try:
            url = sa.URL.create("postgresql+psycopg", "earmark", database="postgres", query={"host": str(folder)})
            until(lambda: _answers(url) or process.poll() is not None)
            if process.poll() is not None:
                raise NoServer(f"it ended at once: {(folder / 'log').read_text()[-300:]}")
            yield url
        finally:
            process.stdin.close()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> dict[str, Any]:
    """How a process is started so that the server runs as somebody who is not root; the folder becomes theirs."""
    if os.getuid() != 0:
        return {"cwd": folder}
    there = {entry.pw_name: entry for entry in pwd.getpwall()}
    chosen = next((there[name] for name in OWNERS if name in there), None)
    if chosen is None:
        raise NoServer("PostgreSQL refuses to run as root, and there is no other user")
    os.chown(folder, chosen.pw_uid, chosen.pw_gid)
    return {"cwd": folder, "user": chosen.pw_uid, "group": chosen.pw_gid, "extra_groups": []}


def _answers(url: sa.URL) -> bool:
    engine = sa.create_engine(url)
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()
