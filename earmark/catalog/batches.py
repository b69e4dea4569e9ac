"""Long lists of keys, in parts that every database takes as bound parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["batches"]

T = TypeVar("T")


def batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The items in order, at most ``size`` at a time (SQLite takes 32,766 parameters, older ones 999)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
