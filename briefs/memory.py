"""A finder that remembers its answers while the library stays as it is, so that the briefs of many readers cost little more than one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefs.ports import Finder
from earmark.types import Insight, Related

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FinderMemory"]


class FinderMemory:
    """A `Finder` over another one, for readers of the same shows. Thread-safe.

    Args:
        finder: is asked once for each insight.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._lock = threading.Lock()
        self._head = -1
        self._related: dict[str, tuple[int, list[Related]]] = {}
        self._novelty: dict[str, float] = {}
        self._duplicates: dict[str, list[Insight]] = {}

    def at(self, head: int) -> FinderMemory:
        """The same, for a library whose last change is ``head``: what was remembered before another change is forgotten."""
        with self._lock:
            if head != self._head:
                self._head = head
                self._related, self._novelty, self._duplicates = {}, {}, {}
        return self

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        """Insights of other shows about the same thing, best first."""
        memory = self._related
        asked, known = memory.get(insight.id, (0, []))
        if asked < limit:
            known = self._finder.related(insight, limit=limit)
            memory[insight.id] = limit, known
        return known[:limit]

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How unlike the rest of the library each is, in 0..1, by insight id."""
        memory = self._novelty
        new = [insight for insight in insights if insight.id not in memory]
        if new:
            memory.update(self._finder.novelty(new))
        return {insight.id: memory[insight.id] for insight in insights if insight.id in memory}

    def near_duplicates(self, insight: Insight) -> list[Insight]:
        """Insights of any show that make nearly the same claim, without the insight itself."""
        memory = self._duplicates
        if insight.id not in memory:
            memory[insight.id] = self._finder.near_duplicates(insight)
        return memory[insight.id]

    def nearest(self, vector: NDArray[np.float32], *, words: str = "", limit: int) -> list[str]:
        """The ids of the insights nearest to a vector: of each reader's own wishes, so nothing is remembered."""
        return self._finder.nearest(vector, words=words, limit=limit)
