"""Answering from an index that this process owns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog import changes
from library.desk import LocalDesk
from library.upkeep import Upkeep
from library.warming import ListWarmer

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock, Encoder, VectorIndex
    from earmark.settings import Settings
    from earmark.types import Insight, Reader
    from library.engines import Engines
    from library.owner import Progress

__all__ = ["LocalOwner"]

_PATIENCE_S = 0.5
"""How long a search waits for another thread that follows the catalog; then it answers from what is there."""
_BATCH = 1024
"""Changes between two flushes: a flush takes a tenth of a second, however little it writes."""


class LocalOwner:
    """Owns the index; every call first applies what changed in the catalog.

    Args:
        settings: how briefs are made and the index is kept.
        catalog: the truth that the index follows.
        index: an open index.
        clock: dates what readers ask.
        encoder: of the vectors that the index holds now.
        wanted: of the vectors that the settings ask for.
        engines: makes what answers from the index with an encoder's vectors.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        index: VectorIndex,
        clock: Clock,
        *,
        encoder: Encoder,
        wanted: Encoder,
        engines: Callable[[VectorIndex, Encoder], Engines],
    ) -> None:
        from retrieval.index.rolling import RollingIndex

        self._settings = settings
        self._catalog = catalog
        self._index = index
        self._clock = clock
        self._make_engines = engines
        self._following = threading.Lock()
        self._engines = engines(index, encoder)
        self._warmer = ListWarmer(catalog, self._prepare)
        self._upkeep: Upkeep | None = None
        if isinstance(index, RollingIndex):
            self._upkeep = Upkeep(
                settings, catalog, index, wanted, gate=self._following, on_change=lambda: self._rewire(wanted)
            )

    def _prepare(self, insight: Insight) -> None:
        self._engines.finder.prepare(insight)

    def _rewire(self, encoder: Encoder) -> None:
        self._engines = self._make_engines(self._index, encoder)

    def desk(self, reader: Reader) -> LocalDesk:
        """What answers the questions of a reader."""
        return LocalDesk(
            self._settings,
            self._catalog,
            self._clock,
            reader,
            engines=lambda: self._engines,
            follow=self.follow,
        )

    def follow(self, on_progress: Progress | None = None) -> int:
        """Applies the catalog's changes to the index; returns the number of changes."""
        from retrieval.index.follow import follow
        from retrieval.index.server import ServerIndex

        # Two threads would do everything twice, and the slower thread would write older news.
        if not self._following.acquire(timeout=-1 if on_progress is not None else _PATIENCE_S):
            return 0
        try:
            with self._catalog.read() as tx:
                behind = changes.head(tx) != self._index.watermark()
            tokens = self._settings.search.late_interaction
            encoder, done = self._engines.encoder, 0
            if behind:
                done = follow(self._catalog, self._index, encoder, on_progress=on_progress, batch=_BATCH, tokens=tokens)
            if isinstance(self._index, ServerIndex):
                self._index.publish()
            return done
        finally:
            self._following.release()

    def tend(self) -> None:
        """Starts the next generation of an embedded index when it is due, and switches to it when it is ready.

        While nothing changes, related lists are made before somebody asks for them.
        """
        if self._upkeep is not None:
            self._upkeep.tend()
        self._warmer.tend()

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Rebuilds the index; returns the number of points in it."""
        from retrieval.index.follow import follow, rebuild
        from retrieval.index.server import ServerIndex

        encoder = self._engines.encoder
        if self._upkeep is not None:
            self._upkeep.rebuild(on_progress)
        elif isinstance(self._index, ServerIndex):
            with self._following:
                self._index.renew(
                    lambda fresh: follow(self._catalog, fresh, encoder, on_progress=on_progress, batch=_BATCH)
                )
        else:
            with self._following:
                rebuild(self._catalog, self._index, encoder, on_progress=on_progress)
        return self._index.count("chunk") + self._index.count("insight")

    def gone(self) -> bool:
        """Never: this process owns the index."""
        return False

    def close(self) -> None:
        """Lets go of the index."""
        if self._upkeep is not None:
            self._upkeep.close()
        self._index.close()
