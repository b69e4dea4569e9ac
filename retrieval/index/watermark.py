"""How far an index has followed the catalog, as a small file beside it that can be read without opening it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from earmark.errors import StorageFull

__all__ = ["VERSION", "Watermark", "drop_watermark", "load_watermark", "save_watermark", "sync"]

VERSION = 3
"""Changes whenever the points' shape does: vectors, payload, or how text becomes BM25 tokens."""
_NAME = "watermark.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What an index holds: all catalog changes up to ``seq``, as ``points`` points of one model's vectors.

    ``graph`` is how many points its HNSW graph was built over; 0 if it has none.
    """

    seq: int = 0
    points: int = 0
    model_id: str = ""
    dimension: int = 0
    version: int = VERSION
    graph: int = 0

    def fits(self, model_id: str, dimension: int) -> bool:
        """Whether the index can go on for this model, or has to be rebuilt."""
        return (self.model_id, self.dimension, self.version) == (model_id, dimension, VERSION)


def load_watermark(folder: Path) -> Watermark | None:
    """The note beside the index in a folder; ``None`` if it is missing or cannot be read."""
    try:
        return Watermark(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def save_watermark(folder: Path, mark: Watermark) -> None:
    """Writes the note so that after a power cut it is the old one or the new one, whole.

    Raises:
        StorageFull: it cannot be written.
    """
    part = folder / f"{_NAME}.part"
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(mark), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / _NAME)
        sync(folder)
    except OSError as error:
        raise StorageFull("cannot be written (is the disk full?); the index is as it was", subject=str(part)) from error


def drop_watermark(folder: Path) -> None:
    """Removes the note; what lies beside it counts for nothing from now on."""
    (folder / _NAME).unlink(missing_ok=True)
    sync(folder)


def sync(folder: Path) -> None:
    """Writes to disk which files a folder holds."""
    if os.name == "nt":  # no folder can be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
