"""The generations of an embedded index that this process owns: when to build the next, and how to switch to it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from earmark.errors import EarmarkError, IndexBusy

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Encoder, VectorIndex
    from earmark.settings import Settings
    from retrieval.index.builder import Builder
    from retrieval.index.rolling import RollingIndex
    from retrieval.index.watermark import Watermark

__all__ = ["Upkeep", "current_encoder", "outgrown"]

Progress = Callable[[int, int], None]

_log = logging.getLogger(__name__)

_AGAIN_S = 600.0
"""Pause after a failure, in seconds, before the next attempt."""
_GROWTH = 4
"""The graph is rebuilt when the points outside it reach this fraction (1/n) of it: they are searched one by one."""


class Upkeep:
    """Builds the next generation in a process of its own and switches to it. Thread-safe.

    Args:
        settings: name the model of the next generation.
        catalog: the truth that a generation is built from.
        index: the index to look after.
        encoder: the encoder of the settings' model.
        gate: the lock on changes of the index.
        on_change: called with the gate held when the index has switched to vectors of another model.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        index: RollingIndex,
        encoder: Encoder,
        *,
        gate: AbstractContextManager[object],
        on_change: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._gate = gate
        self._on_change = on_change
        self._now = now
        self._not_before = 0.0
        self._builder: Builder | None = None
        self._working = threading.Lock()

    def tend(self) -> None:
        """Starts a build when one is due and switches to it when it is done; returns at once."""
        if not self._working.acquire(blocking=False):
            return
        try:
            if self._builder is None:
                if self._now() >= self._not_before and self._due():
                    _log.info("building the next generation of the index")
                    self._builder = self._start()
            elif not self._builder.running():
                builder, self._builder = self._builder, None
                builder.wait()
                self._change_over()
        except EarmarkError as error:
            self._not_before = self._now() + _AGAIN_S
            _log.warning("the index was not rebuilt; the old one stays in use: %s", error)
        finally:
            self._working.release()

    def rebuild(self, on_progress: Progress | None = None) -> None:
        """Builds the next generation and switches to it; the old one answers until then.

        Raises:
            EarmarkError: it could not be built; the old one stays in use.
        """
        with self._working:
            self._stop()
            self._builder = self._start()
            try:
                self._builder.wait(on_progress)
            finally:
                self._stop()
            self._change_over()

    def close(self) -> None:
        """Ends a build in progress."""
        self._stop()

    def _start(self) -> Builder:
        from retrieval.index.builder import Builder

        return Builder(self._settings, graph_from=self._settings.index.hnsw_from)

    def _stop(self) -> None:
        builder, self._builder = self._builder, None
        if builder is not None:
            builder.stop()

    def _due(self) -> bool:
        if self._index.model_id != self._encoder.model_id:
            return True
        return outgrown(self._index.mark(), self._settings.index.hnsw_from)

    def _change_over(self) -> None:
        from retrieval.index.follow import follow

        def catch_up(fresh: VectorIndex) -> None:
            follow(self._catalog, fresh, self._encoder, tokens=self._settings.search.late_interaction)

        before = self._index.model_id
        changed = self._index.adopt(
            catch_up,
            self._gate,
            model_id=self._encoder.model_id,
            dimension=self._encoder.dimension,
            on_change=self._on_change if before != self._encoder.model_id else None,
        )
        if not changed:
            raise IndexBusy("the generation that was built is gone; try again", subject=str(self._index.folder))


def outgrown(mark: Watermark, graph_from: int) -> bool:
    """Whether enough points lie outside the index's graph to make a new graph worth its minutes."""
    return graph_from > 0 and mark.points - mark.graph >= max(graph_from, mark.graph // _GROWTH)


def current_encoder(settings: Settings, wanted: Encoder) -> Encoder:
    """The encoder that fits the index now: the wanted one, or that of an earlier model if it can still be loaded.

    So a library answers from its old index until one for the new model is built. If the old model is gone, the index is
    rebuilt at once. Either way a warning says so.
    """
    from retrieval.index import read_watermark

    mark = read_watermark(settings)
    if not mark.points or mark.model_id == wanted.model_id:
        return wanted
    former = _former(settings, mark)
    if former is None:
        _log.warning("the index holds vectors of %s, which is not here; it is rebuilt now", mark.model_id)
        return wanted
    _log.warning("the index holds vectors of %s until `earmark reindex` or the app has built the next", mark.model_id)
    return former


def _former(settings: Settings, mark: Watermark) -> Encoder | None:
    from retrieval.encoders.encoder import open_encoder

    name = mark.model_id.rpartition("@")[0]
    embedding = settings.embedding.model_copy(update={"model": name})
    try:
        encoder = open_encoder(settings.model_copy(update={"embedding": embedding, "offline": True}))
        fits = mark.fits(encoder.model_id, encoder.dimension)
    except EarmarkError:
        return None
    return encoder if fits else None
