"""Making a backup while everything runs: killed at any moment, the old file or the new one is there, whole."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark import __version__
from earmark.catalog.copies import copy_database, remove_secrets, revision_of
from earmark.errors import StorageFull, UsageError
from library.backups.contents import CATALOG, COMPRESSION, SETTINGS, Manifest, add_manifest, add_part
from library.backups.settings_text import settings_text

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings

__all__ = ["BackupReport", "write_backup"]

_STAGING = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """A backup that was made: where, how long in bytes, and what is in it."""

    path: Path
    size: int
    with_secrets: bool
    with_settings: bool


def write_backup(
    settings: Settings, catalog: Catalog, clock: Clock, path: Path, *, with_secrets: bool = False, force: bool = False
) -> BackupReport:
    """Writes the catalog and the settings into one new file that only this user can read.

    Args:
        settings: of the library.
        catalog: whose content goes in; others go on reading and writing it.
        clock: dates the backup.
        path: the file.
        with_secrets: whether the logins of private feeds and the keys of the settings go in.
        force: whether a file that is there is replaced, once the new one is whole.

    Raises:
        UsageError: the file is there, its folder is not, or the catalog is in PostgreSQL.
        StorageFull: no space is left; a file that was there is as it was.
    """
    target = path.expanduser().absolute()
    database = _database(catalog)
    if target.is_dir() or (target.exists() and not force):
        raise UsageError("is there already; name another file, or replace it with --force", subject=str(target))
    if not target.parent.is_dir():
        raise UsageError("there is no such folder", subject=str(target.parent))
    with _staging(target) as folder:
        copy = folder / CATALOG
        copy_database(database, copy)
        if not with_secrets:
            remove_secrets(copy)
        text = settings_text(settings.home / SETTINGS, with_secrets=with_secrets)
        sources = {CATALOG: copy}
        if text is not None:
            sources[SETTINGS] = _written(folder / SETTINGS, text)
        staged = folder / _STAGING
        _pack(staged, sources, revision=revision_of(copy), made_at=clock.now().isoformat(), with_secrets=with_secrets)
        size = staged.stat().st_size
        _publish(staged, target, force=force)
    return BackupReport(path=target, size=size, with_secrets=with_secrets, with_settings=text is not None)


def _database(catalog: Catalog) -> Path:
    if catalog.file is not None:
        return catalog.file
    url = catalog.engine.url
    place = f"--host={url.host or 'localhost'} --port={url.port or 5432} --username={url.username or 'postgres'}"
    line = f"pg_dump --format=custom --file=catalog.dump {place} {url.database or 'earmark'}"
    raise UsageError(f"is in {catalog.database}, which makes its own backups: {line}", subject="catalog")


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A folder beside the target, so that renaming is enough at the end; what a killed backup left in it goes first."""
    folder = target.with_name(f".{target.name}.backup")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with _held(folder):
            for left in folder.iterdir():
                left.unlink()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StorageFull(f"no backup can be written there ({error.strerror})", subject=str(target.parent)) from error


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keeps two backups from writing to one folder; a killed process lets go of it."""
    if os.name == "nt":  # no folder can be opened there
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("another backup is being written to that file", subject=str(folder)) from None
        yield
    finally:
        os.close(handle)


def _written(path: Path, text: str) -> Path:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _pack(staged: Path, sources: dict[str, Path], *, revision: str, made_at: str, with_secrets: bool) -> None:
    handle = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
            parts = {name: add_part(archive, name, source) for name, source in sources.items()}
            manifest = Manifest(
                earmark=__version__, revision=revision, made_at=made_at, with_secrets=with_secrets, parts=parts
            )
            add_manifest(archive, manifest)
        file.flush()
        os.fsync(file.fileno())


def _publish(staged: Path, target: Path, *, force: bool) -> None:
    """Gives a whole backup its name; without ``force`` never that of a file which came meanwhile."""
    if force:
        staged.replace(target)
    else:
        try:
            os.link(staged, target)
        except FileExistsError:
            raise UsageError("is there already; name another file", subject=str(target)) from None
        except OSError:  # a file system without links: the file was looked for at the beginning
            staged.replace(target)
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
