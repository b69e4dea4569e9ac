"""What a promise is, and what comes of measuring it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ground", "Measurement", "NotMeasurable", "Promise"]


class NotMeasurable(Exception):
    """Why a promise cannot be measured on this machine, in words: it has then neither passed nor failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a promise is measured on.

    Attributes:
        folder: a new folder of its own, for whatever it writes.
        library: the home of the sample library, made by ``earmark demo``; it is only read.
        data: the real feeds and transcripts beside the project; ``None`` where they are not.
        seed: chooses the sample.
    """

    folder: Path
    library: Path
    data: Path | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What came out: the figure in words, on how much, and whether the promise was kept."""

    figure: str
    sample: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A row of the contract: its short name, the promise in words, and how it is measured."""

    name: str
    words: str
    measure: Callable[[Ground], Measurement]
