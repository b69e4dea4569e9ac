"""The ways that ``OR`` leaves open in a query, each with its filters, and their rankings as one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeVar

from earmark.types import Filters
from retrieval.search.narrowing import Narrower
from retrieval.search.query import ParsedQuery

__all__ = ["Marked", "in_turn", "unmarked", "ways"]

T = TypeVar("T")

Marked = Callable[[ParsedQuery], Collection[str] | None]
"""The ids of the only insights that a query without ``OR`` means, by what its reader did with them; ``None`` for all."""


def unmarked(_query: ParsedQuery) -> None:
    """All insights: what anybody did with them does not matter."""


def ways(
    narrower: Narrower, parsed: ParsedQuery, given: Filters, marked_as: Marked
) -> Iterator[tuple[ParsedQuery, Filters]]:
    """Each way that a query leaves open, without ``OR``, with its filters, whose ``keys`` are those of insights.

    A way that nothing can fit is left out. Raises ``NotFound`` as `Narrower.narrowed`.
    """
    for way in parsed.alternatives:
        narrowed, meant = narrower.narrowed(way, given), marked_as(way)
        if narrowed is not None and meant is None:
            yield way, narrowed
        elif narrowed is not None and meant:
            yield way, replace(narrowed, keys=tuple(sorted(meant)))


def in_turn(rankings: Sequence[Sequence[T]], key: Callable[[T], Hashable]) -> list[T]:
    """What several rankings hold: the best of each, then the second of each, and so on; each once by its key."""
    held: dict[Hashable, T] = {}
    for row in zip_longest(*rankings):
        for entry in row:
            if entry is not None:
                held.setdefault(key(entry), entry)
    return list(held.values())
