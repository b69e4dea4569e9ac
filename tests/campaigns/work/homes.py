"""Homes of libraries on SQLite or on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import postgres
from tests.campaigns.work.library import NewHome

__all__ = ["homes"]


@contextmanager
def homes(server: postgres.Server | None) -> Iterator[NewHome]:
    """Makes homes for the length of a block: each in a database of its own on that server, or in a SQLite file."""
    with ExitStack() as stack:

        def make(home: Path) -> Path:
            home.mkdir(parents=True)
            if server is not None:
                url = stack.enter_context(server.database(migrated=True))
                (home / "earmark.toml").write_text(f'database_url = "{url}"\n')
            return home

        yield make
