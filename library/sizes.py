"""What a library takes up on the disk, by part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.settings import Settings

__all__ = ["bytes_under", "disk_use"]

_BLOCK = 512
"""Bytes of the blocks that `stat` counts, whatever those of the disk are."""


def disk_use(settings: Settings, catalog: Catalog) -> dict[str, int]:
    """Bytes by part: the catalog, copies of it from before a migration, the index, audio that waits, and models."""
    return {
        "catalog": catalog.size(),
        "copies": sum(path.stat().st_size for path in catalog.copies()),
        "index": bytes_under(settings.index_dir),
        "audio": bytes_under(settings.audio_dir),
        "models": bytes_under(settings.models_dir),
    }


def bytes_under(folder: Path) -> int:
    """The bytes of all files in a folder and those inside it; 0 if it is not there. Links are not followed.

    Of a file with holes, as the index is one, only what lies on the disk.
    """
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            else:
                stat = entry.stat(follow_symlinks=False)
                yield min(stat.st_size, getattr(stat, "st_blocks", stat.st_size) * _BLOCK)
        except OSError:  # removed while it was counted
            continue
