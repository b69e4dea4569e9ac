"""The way back: a backup becomes the library of an empty home folder."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog import open_catalog
from earmark.catalog.copies import damage_of, revision_of
from earmark.catalog.engine import HEAD
from earmark.catalog.feeds import shows
from earmark.errors import CatalogError, UsageError
from library.backups.contents import CATALOG, SETTINGS, Manifest, extract, read_manifest

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["RestoreReport", "restore_backup"]

_STAGING = ".restoring"
"""What is unpacked lies in this folder of the home until it has been checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """A library that was restored.

    Attributes:
        home: its folder.
        made_at: when the backup was made, in ISO 8601, UTC.
        shows: how many are followed.
        migrated_from: the migration that the backup was at, if that was an older one; else empty.
        without_address: titles of the private shows whose addresses were left out of the backup.
        with_settings: whether the settings came with it.
    """

    home: Path
    made_at: str
    shows: int
    migrated_from: str
    without_address: tuple[str, ...]
    with_settings: bool


def restore_backup(settings: Settings, path: Path) -> RestoreReport:
    """Puts a backup into the home of the settings, which is empty; the index follows when it is next read.

    Killed in the middle, the home still counts as empty: the catalog comes last.

    Raises:
        UsageError: the home holds something, there is no such file, or the settings name another catalog.
        CatalogError: the file is no backup, was changed, is damaged, or was made by a newer version.
    """
    home, subject = settings.home, str(path)
    if settings.database_url.get_secret_value():
        raise UsageError("a backup is restored into catalog.sqlite of the home: unset it", subject="database_url")
    if not path.is_file():
        raise UsageError("there is no such file", subject=subject)
    staging = home / _STAGING
    if home.exists() and not _empty(home):
        raise UsageError("holds something already; restore into an empty folder (--home FOLDER)", subject=str(home))
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive, subject=subject)
            _check_revision(manifest.revision, subject)
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(mode=0o700, parents=True)
            for name, part in manifest.parts.items():
                extract(archive, name, part, staging / name, subject=subject)
        report = _checked(staging, manifest, home=home, subject=subject)
        for name in sorted(manifest.parts, key=lambda name: name == CATALOG):
            (staging / name).replace(home / name)
    except zipfile.BadZipFile as error:
        raise CatalogError("is no backup of Earmark, or was cut off", subject=subject) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return report


def _empty(home: Path) -> bool:
    """Whether nothing is there but what a restore that was killed has left."""
    names = {entry.name for entry in home.iterdir()} if home.is_dir() else {""}
    return not names or (_STAGING in names and names <= {_STAGING, SETTINGS})


def _check_revision(revision: str, subject: str) -> None:
    if not (revision.isdecimal() and revision.isascii()):
        raise CatalogError("is damaged: its manifest names no schema", subject=subject)
    if int(revision) > int(HEAD):
        raise CatalogError("was made by a newer Earmark; update this one", subject=subject)


def _checked(staging: Path, manifest: Manifest, *, home: Path, subject: str) -> RestoreReport:
    """Looks at the unpacked catalog with SQLite's whole check, and migrates it."""
    copy = staging / CATALOG
    if revision_of(copy) != manifest.revision:
        raise CatalogError("is damaged: its catalog is of another schema than its manifest says", subject=subject)
    if damage := damage_of(copy):
        raise CatalogError(f"its catalog is damaged ({damage})", subject=subject)
    catalog = open_catalog(f"sqlite:///{copy}")
    try:
        with catalog.read() as tx:
            every = shows.every(tx)
            bare = () if manifest.with_secrets else tuple(show.title for show in every if show.private)
        catalog.wipe()
    finally:
        catalog.close()
    return RestoreReport(
        home=home,
        made_at=manifest.made_at,
        shows=len(every),
        migrated_from="" if manifest.revision == HEAD else manifest.revision,
        without_address=bare,
        with_settings=SETTINGS in manifest.parts,
    )
