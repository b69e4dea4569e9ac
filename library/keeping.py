"""What is not kept any longer by the settings ``[keep]``, and its removal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog import retention
from earmark.catalog.retention import DroppedTexts

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.settings import Settings

__all__ = ["TidyReport", "tidy"]

_BEING_WRITTEN = timedelta(days=1)
"""Age from which a copy that has no name yet is that of a killed process: the largest catalogs take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyReport:
    """What was removed, or with ``dry_run`` would be.

    Attributes:
        dry_run: whether nothing was removed.
        transcripts: transcripts of old episodes.
        passages: their passages.
        audio: files of audio that waited for too long.
        copies: copies of the catalog from before upgrades, and what was left of one whose process was killed.
        file_bytes: the bytes of those files. The room that texts leave in the catalog is used again by new ones.
    """

    dry_run: bool
    transcripts: int = 0
    passages: int = 0
    audio: int = 0
    copies: int = 0
    file_bytes: int = 0

    @property
    def anything(self) -> bool:
        """Whether there was anything to remove."""
        return bool(self.transcripts or self.passages or self.audio or self.copies)


def tidy(settings: Settings, catalog: Catalog, *, now: datetime, dry_run: bool = False) -> TidyReport:
    """Removes what the settings no longer keep, all or nothing of each episode; killed at any moment, the rest goes next."""
    keep = settings.keep
    texts = DroppedTexts()
    if keep.transcripts_days:
        texts = _texts(catalog, now - timedelta(days=keep.transcripts_days), dry_run=dry_run)
    audio = _older(_files(settings.audio_dir), now - timedelta(days=keep.audio_days)) if keep.audio_days else []
    copies = [*catalog.copies()[: -keep.copies], *_older(catalog.unfinished_copies(), now - _BEING_WRITTEN)]
    size = sum(_size(path) for path in (*audio, *copies))
    if not dry_run:
        for path in (*audio, *copies):
            with suppress(OSError):  # somebody else removed it, or it is in use: the next time will do
                path.unlink()
    return TidyReport(
        dry_run=dry_run,
        transcripts=texts.transcripts,
        passages=texts.passages,
        audio=len(audio),
        copies=len(copies),
        file_bytes=size,
    )


def _texts(catalog: Catalog, before: datetime, *, dry_run: bool) -> DroppedTexts:
    if dry_run:
        with catalog.read() as tx:
            return retention.count_texts(tx, retention.outdated(tx, before=before))
    with catalog.write() as tx:
        dropped = retention.drop_texts(tx, retention.outdated(tx, before=before))
    if dropped.transcripts:
        catalog.wipe()
    return dropped


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _older(paths: Iterable[Path], before: datetime) -> list[Path]:
    return [path for path in paths if _changed(path) < before.timestamp()]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
