"""The folders of an embedded index: ``gen-0001``, ``gen-0002``, … beside the lock of whoever owns them.

    index/lock            held by the owner, the app or a command
    index/build.lock      held by the process that builds the next generation
    index/gen-0003/       a finished generation: ``shard/`` and ``watermark.json``
    index/building-4711/  an index under construction; it counts for nothing until it is renamed

A folder gets its number by one rename when all in it is on disk, so whatever bears a number is whole, and the newest
that fits is the index. A kill between two steps leaves folders that the next owner removes.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import IndexBusy, PermanentError, StorageFull
from retrieval.index.hold import hold
from retrieval.index.watermark import Watermark, load_watermark, sync

__all__ = [
    "BUILD_LOCK",
    "Generation",
    "draft",
    "drop_drafts",
    "generations",
    "migrate",
    "new",
    "newest_mark",
    "publish",
    "remove",
    "sweep",
]

BUILD_LOCK = "build.lock"
_NAME = re.compile(r"gen-(\d{4,})")
_DRAFT = "building-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A finished generation on disk; ``mark`` is ``None`` if its note cannot be read."""

    number: int
    folder: Path
    mark: Watermark | None


def generations(folder: Path) -> list[Generation]:
    """The finished generations in an index's folder, newest first."""
    kept = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            named = _NAME.fullmatch(path.name)
            if named and path.is_dir():
                kept.append(Generation(number=int(named[1]), folder=path, mark=load_watermark(path)))
    return sorted(kept, key=lambda generation: -generation.number)


def newest_mark(folder: Path) -> Watermark | None:
    """What the index in a folder holds, by the note of its newest generation; ``None`` without a note."""
    marks = [generation.mark for generation in generations(folder) if generation.mark is not None]
    return marks[0] if marks else load_watermark(folder)


def new(folder: Path) -> Generation:
    """An empty folder with the next number, for a generation that is filled where it is.

    Raises:
        PermanentError: it cannot be made.
    """
    while True:
        number = _next(folder)
        path = folder / f"gen-{number:04d}"
        try:
            path.mkdir()
        except FileExistsError:  # somebody has just published one
            continue
        except OSError as error:
            raise PermanentError("a folder for the index cannot be created here", subject=str(path)) from error
        return Generation(number=number, folder=path, mark=None)


def draft(folder: Path, name: str) -> Path:
    """An empty folder to build a generation in."""
    path = folder / f"{_DRAFT}{name}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def publish(folder: Path, built: Path) -> Generation:
    """Gives a finished draft the next number, in one step.

    Raises:
        StorageFull: the step cannot be written.
    """
    while True:
        number = _next(folder)
        path = folder / f"gen-{number:04d}"
        try:
            built.rename(path)
            sync(folder)
        except OSError as error:
            if path.exists() and built.exists():  # the number has just been taken
                continue
            raise StorageFull(
                "the new index cannot be put in place; the old one is as it was", subject=str(path)
            ) from error
        return Generation(number=number, folder=path, mark=load_watermark(path))


def migrate(folder: Path) -> None:
    """Turns an index of the time before generations into the first one. The caller owns the folder."""
    if not (folder / "watermark.json").exists() or generations(folder):
        shutil.rmtree(folder / "shard", ignore_errors=True)
        (folder / "watermark.json").unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError):  # then it is built again from the catalog
        path = draft(folder, "migrated")
        (folder / "shard").rename(path / "shard")
        (folder / "watermark.json").rename(path / "watermark.json")
        publish(folder, path)


def sweep(folder: Path, *, keep: Path) -> None:
    """Removes all generations but the one kept, and drafts that nobody works on. The caller owns the folder."""
    for generation in generations(folder):
        if generation.folder != keep:
            remove(generation.folder)
    try:
        held = hold(folder / BUILD_LOCK)
    except IndexBusy:
        return
    with held:
        drop_drafts(folder)


def drop_drafts(folder: Path) -> None:
    """Removes all drafts. The caller holds the build lock."""
    for path in folder.glob(f"{_DRAFT}*"):
        shutil.rmtree(path, ignore_errors=True)


def remove(path: Path) -> None:
    """Removes a generation: it loses its number first, so that a half-removed one is never taken for whole."""
    gone = path.with_name(f"{_DRAFT}gone-{path.name}")
    with contextlib.suppress(OSError):
        path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _next(folder: Path) -> int:
    return max((generation.number for generation in generations(folder)), default=0) + 1
