"""Answers that grow, sent while they do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TypeVar

__all__ = ["begun"]

T = TypeVar("T")


def begun(values: Iterator[T]) -> Iterator[T]:
    """The same values, the first of which is made at once: what makes no sense is refused before the stream begins."""
    return chain(list(islice(values, 1)), values)
