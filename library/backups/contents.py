"""What a backup is: a zip with the catalog, the settings, and a manifest with the SHA-256 of both.

Nothing is unpacked by the names that a file gives: these three are read, and a file with any other is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from earmark.errors import CatalogError

__all__ = [
    "CATALOG",
    "COMPRESSION",
    "SETTINGS",
    "Manifest",
    "Part",
    "add_manifest",
    "add_part",
    "extract",
    "read_manifest",
]

CATALOG = "catalog.sqlite"
SETTINGS = "earmark.toml"
_MANIFEST = "manifest.json"
_FORMAT = 1
_BLOCK = 1 << 20
_LONGEST_MANIFEST = 10_000
"""Bytes; ours have about 500."""
_LONGEST_SETTINGS = 1_000_000
"""Bytes; all settings written out take 10,000."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for a file that is cut off, changed, encrypted or packed in another way."""
COMPRESSION = 1
"""The quickest: vectors hardly shrink, texts to a third, and a better level takes three times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a backup: its size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        earmark: the version that made it.
        revision: the migration that its catalog is at.
        made_at: when, in ISO 8601, UTC.
        with_secrets: whether the logins of feeds and the keys of the settings are in it.
        parts: its files by name.
    """

    earmark: str
    revision: str
    made_at: str
    with_secrets: bool
    parts: Mapping[str, Part]


def add_part(archive: zipfile.ZipFile, name: str, source: Path) -> Part:
    """Writes a file into a backup; returns its size and digest."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(name, "w", force_zip64=True) as out:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
    return Part(size=size, sha256=digest.hexdigest())


def add_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Writes what a backup says of itself, as its last file."""
    parts = {name: asdict(part) for name, part in manifest.parts.items()}
    document = {
        "format": _FORMAT,
        "earmark": manifest.earmark,
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "with_secrets": manifest.with_secrets,
        "parts": parts,
    }
    archive.writestr(_MANIFEST, json.dumps(document, indent=2))


def read_manifest(archive: zipfile.ZipFile, *, subject: str) -> Manifest:
    """What a backup says of itself.

    Raises:
        CatalogError: it holds other files than a backup does, or says nothing that can be read.
    """
    names = archive.namelist()
    if len(set(names)) != len(names) or not {CATALOG, _MANIFEST} <= set(names) <= {CATALOG, SETTINGS, _MANIFEST}:
        raise CatalogError("is no backup of Earmark: it holds other files", subject=subject)
    try:
        with archive.open(_MANIFEST) as file:
            document = json.loads(file.read(_LONGEST_MANIFEST))
        manifest = Manifest(
            earmark=str(document["earmark"]),
            revision=str(document["revision"]),
            made_at=str(document["made_at"]),
            with_secrets=bool(document["with_secrets"]),
            parts={
                str(name): Part(size=int(part["size"]), sha256=str(part["sha256"]))
                for name, part in document["parts"].items()
            },
        )
        newer = int(document["format"]) > _FORMAT
    except (*_UNREADABLE, KeyError, TypeError, AttributeError) as error:
        raise CatalogError("is damaged: its manifest cannot be read", subject=subject) from error
    if newer:
        raise CatalogError("was made by a newer Earmark; update this one", subject=subject)
    if set(manifest.parts) != set(names) - {_MANIFEST}:
        raise CatalogError("is damaged: its manifest names other files", subject=subject)
    if SETTINGS in manifest.parts and manifest.parts[SETTINGS].size > _LONGEST_SETTINGS:
        raise CatalogError("is damaged: its settings are too long", subject=subject)
    return manifest


def extract(archive: zipfile.ZipFile, name: str, part: Part, target: Path, *, subject: str) -> None:
    """Writes one file of a backup to ``target``, which only this user can read; never more than the manifest says.

    Raises:
        CatalogError: it is not what the manifest says.
    """
    digest, size = hashlib.sha256(), 0
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as out, archive.open(name) as file:
            while size <= part.size and (block := file.read(_BLOCK)):
                digest.update(block)
                size += len(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
    except _UNREADABLE as error:
        raise CatalogError(f"is damaged: {name} cannot be read", subject=subject) from error
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise CatalogError(f"is damaged or was changed: {name} is not what its manifest says", subject=subject)
