"""Copies of a SQLite catalog: made while other processes read and write it, and kept from before migrations."""

from __future__ import annotations

import glob
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from earmark.errors import CatalogError, StorageFull

__all__ = [
    "copy_database",
    "damage_of",
    "kept_copies",
    "name_of_copy",
    "remove_secrets",
    "revision_of",
    "unfinished_copies",
]

_SECRETS = (
    "DELETE FROM show_secrets",
    """UPDATE episodes SET audio_url = '', transcripts = '[]', chapters_url = ''
       WHERE show_id IN (SELECT id FROM shows WHERE private)""",
    """UPDATE transcripts SET source_url = '' WHERE episode_id IN
       (SELECT episodes.id FROM episodes JOIN shows ON shows.id = show_id WHERE private)""",
)
"""What `earmark.catalog.feeds.secrets` keeps; all other texts of private shows hold no address already."""


def name_of_copy(catalog: Path, version: str) -> Path:
    """The file that keeps a catalog as it was at a version: ``catalog-0008.sqlite`` beside it."""
    return catalog.with_name(f"{catalog.stem}-{version}{catalog.suffix}")


def kept_copies(catalog: Path) -> list[Path]:
    """The files that keep a catalog as it was before migrations, the oldest version first."""
    return sorted(catalog.parent.glob(f"{glob.escape(catalog.stem)}-[0-9][0-9][0-9][0-9]{catalog.suffix}"))


def unfinished_copies(catalog: Path) -> list[Path]:
    """The files of copies that are being written, or were when their process was killed."""
    return sorted(catalog.parent.glob(f".{glob.escape(catalog.stem)}-[0-9][0-9][0-9][0-9]{catalog.suffix}.*"))


def copy_database(source: Path, target: Path) -> None:
    """Writes a SQLite database as it is at this moment into a new file that only this user can read.

    It is taken in a single step: in WAL mode writers go on meanwhile, and the copy holds whole transactions alone.

    Raises:
        StorageFull: no space is left for the copy.
        CatalogError: the database cannot be read.
    """
    target.unlink(missing_ok=True)
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as copy:
            ours.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) or "full" in str(error) or "disk" in str(error):
            raise StorageFull("no copy of the catalog can be written there", subject=str(target.parent)) from error
        raise CatalogError("cannot be copied", subject=str(source)) from error


def remove_secrets(path: Path) -> None:
    """Takes the addresses of private feeds, and of their audio and transcripts, out of a copy, from its free pages too.

    Raises:
        StorageFull: no space is left to write the copy once more.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            copy.execute("PRAGMA secure_delete=ON")
            for statement in _SECRETS:
                copy.execute(statement)
            copy.execute("VACUUM")
    except sqlite3.Error as error:
        raise StorageFull("no copy without secrets can be written there", subject=str(path.parent)) from error


def revision_of(path: Path) -> str:
    """The migration that a SQLite catalog is at; empty if it has none.

    Raises:
        CatalogError: the file is no catalog.
    """
    try:
        with closing(sqlite3.connect(path)) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise CatalogError("is not a catalog of Earmark", subject=str(path)) from error
    return str(row[0]) if row else ""


def damage_of(path: Path) -> str:
    """What SQLite's whole check finds damaged in a file, empty when it is intact."""
    try:
        with closing(sqlite3.connect(path)) as database:
            verdict = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if verdict != "ok":
        return verdict
    return f"a row of {broken[0]} belongs to nothing" if broken else ""
