"""What the briefs of many readers read of one library, read once: what each of them sees of it is a part of that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import clustering, insights, themes, vectors
from earmark.scope import EVERYTHING, ShowScope
from retrieval.bounded_memory import BoundedMemory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Connection
    from earmark.types import Insight

__all__ = ["LibraryMemory", "SeenLibrary"]

_MOST = 20_000
"""Insights up to which a library is kept in memory, 60 MB; that of a larger one is read for each reader."""
_LASTS_S = 60.0
"""How long it is kept, in seconds: for the readers of one hour. What a feed says of its episodes changes without a note."""
_VECTORS = 20_000
"""Vectors that are kept, 30 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLibrary:
    """The insights that a reader sees, newest episode first, and the theme of each that has one, by insight id."""

    insights: Sequence[Insight]
    theme_of: Mapping[str, str]


class LibraryMemory:
    """Reads what a reader sees, from memory where nothing has changed. Safe to share between threads."""

    def __init__(self, *, most: int = _MOST, timer: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._timer = timer
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int, tuple[int, int]], float, SeenLibrary] | None = None
        self._vectors: BoundedMemory[NDArray[np.float32]] = BoundedMemory(_VECTORS)

    def seen(self, tx: Connection, scope: ShowScope) -> SeenLibrary:
        """What a reader of these shows sees at this moment."""
        run = clustering.last_run(tx)
        state = (changes.head(tx), run.seq if run else 0, themes.sizes(tx))
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] != state or self._timer() - kept[1] >= _LASTS_S:
                self._kept = None
                if insights.count(tx) > self._most:
                    return _read(tx, scope)
                kept = self._kept = state, self._timer(), _read(tx, EVERYTHING)
        library = kept[2]
        held = [insight for insight in library.insights if scope.holds(insight.show_id)]
        return SeenLibrary(insights=held, theme_of=library.theme_of)

    def vectors(self, tx: Connection, model_id: str, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors of shape ``(dimension,)`` by content hash, in the order of the hashes; missing ones are left out."""
        names = {content_hash: f"{model_id} {content_hash}" for content_hash in hashes}
        known = self._vectors.among(names.values())
        fresh = vectors.get_many(tx, model_id, [key for key, name in names.items() if name not in known])
        known |= {names[key]: vector for key, vector in fresh.items()}
        self._vectors.add({names[key]: vector for key, vector in fresh.items()})
        return {key: known[name] for key, name in names.items() if name in known}


def _read(tx: Connection, scope: ShowScope) -> SeenLibrary:
    return SeenLibrary(insights=insights.listed(tx, scope=scope), theme_of=themes.of_insights(tx))
