"""The index inside this process: the Qdrant engine as a library.

One process at a time may hold it. Everything an ``apply`` was given is on disk before the watermark says so; a process
killed between the two leaves points that the next follower writes once more.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import EarmarkError, IndexBusy, PermanentError, StorageFull
from retrieval.index import points as shared
from retrieval.index import shard as engine_shard
from retrieval.index.hold import BUSY, hold
from retrieval.index.watermark import Watermark, drop_watermark, load_watermark, save_watermark

if TYPE_CHECKING:
    from earmark.ports import IndexHit, IndexPoint, IndexQuery

__all__ = ["EdgeIndex"]


class EdgeIndex:
    """A ``VectorIndex`` in a folder; safe to share between threads.

    Args:
        folder: made when needed; holds the shard, its lock and its watermark.
        model_id: whose vectors it holds; what it held of another model, or damaged, is dropped.
        dimension: their length.
        wait_s: how long to wait for a process that holds it.

    Raises:
        IndexBusy: another process still holds it.
        StorageFull: no space is left for it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        model_id: str,
        dimension: int,
        wait_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._model_id = model_id
        self._dimension = dimension
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PermanentError(
                "this folder cannot be created; set EARMARK_HOME to another", subject=str(folder)
            ) from error
        self._held = hold(folder / "lock", wait_s=wait_s, sleep=sleep)
        try:
            self._shard, self._mark = self._open()
        except BaseException:
            self._held.close()
            raise

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index."""
        return self._mark.seq

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently, and makes it durable before the watermark moves.

        Raises:
            ValueError: a vector of another length, zero, or not finite; nothing was applied.
            StorageFull: no space is left; the watermark has not moved.
        """
        import qdrant_edge as engine

        shared.check_vectors(upserts, self._dimension)
        with self._lock, self._guarded():
            if deletes:
                gone: list[Any] = [shared.point_id(kind, key) for kind, key in deletes]
                self._shard.update(engine.UpdateOperation.delete_points(gone))
            if upserts:
                made = [engine_shard.point(upsert, [float(value) for value in upsert.vector]) for upsert in upserts]
                self._shard.update(engine.UpdateOperation.upsert_points(made))
            self._shard.flush()
            mark = replace(self._mark, seq=watermark, points=int(self._shard.count(engine.CountRequest(exact=True))))
            save_watermark(self._folder, mark)
            self._mark = mark

    def clear(self) -> None:
        """Empties it, watermark and all."""
        with self._lock, self._guarded():
            self._shard.close()
            self._shard, self._mark = self._create()

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        import qdrant_edge as engine

        with self._guarded():
            return int(
                self._shard.count(engine.CountRequest(exact=True, filter=engine_shard.search_filter(kind, None, ())))
            )

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first."""
        return shared.fused(query, self._ranked)

    def close(self) -> None:
        """Releases it for other processes; closing twice does nothing."""
        with self._lock:
            if self._held.closed:
                return
            with contextlib.suppress(EarmarkError), self._guarded():
                self._shard.close()
            self._held.close()

    def _ranked(self, query: IndexQuery) -> list[IndexHit]:
        """The points of a query by its vector or, where it has none, by its words."""
        import qdrant_edge as engine

        wanted: Any
        if query.vector is not None:
            wanted, using = [float(value) for value in query.vector], shared.DENSE
        else:
            indices, values = shared.query_tokens(query.text or "")
            if not indices:
                return []
            wanted, using = engine.SparseVector(indices, values), shared.text_vector(query.kind)
        request = engine.QueryRequest(
            limit=query.limit,
            query=engine.Query.Nearest(wanted, using=using),
            filter=engine_shard.search_filter(query.kind, query.filters, query.exclude_shows),
            params=engine_shard.search_params() if self._mark.graph and using == shared.DENSE else None,
            with_payload=["key", "show_id", "episode_id"],
        )
        with self._guarded():
            scored = self._shard.query(request)
        return shared.ordered((shared.hit(row) for row in scored), query.limit)

    def _open(self) -> tuple[Any, Watermark]:
        """The shard and its watermark, made empty if what is there cannot be used."""
        import qdrant_edge as engine

        mark = load_watermark(self._folder)
        if mark is None or not mark.fits(self._model_id, self._dimension):
            return self._create()
        try:
            return engine.EdgeShard.load(str(self._folder / "shard")), mark
        except Exception as error:  # the engine knows no other class
            if engine_shard.is_busy(error):
                raise IndexBusy(BUSY, subject=str(self._folder)) from error
            if engine_shard.is_full(error):
                raise StorageFull("no space is left to open the index", subject=str(self._folder)) from error
            return self._create()

    def _create(self) -> tuple[Any, Watermark]:
        # First the note, then what it spoke of: a kill in between leaves a shard that counts for nothing.
        drop_watermark(self._folder)
        path = self._folder / "shard"
        shutil.rmtree(path, ignore_errors=True)
        with self._guarded():
            shard = engine_shard.create(path, self._dimension)
            shard.flush()
        mark = Watermark(model_id=self._model_id, dimension=self._dimension)
        save_watermark(self._folder, mark)
        return shard, mark

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except EarmarkError:
            raise
        except Exception as error:  # the engine knows no other class
            if engine_shard.is_full(error):
                raise StorageFull(
                    "no space is left for the index; free some and try again", subject=str(self._folder)
                ) from error
            raise PermanentError(
                "the index cannot be used; rebuild it with `earmark reindex`", subject=str(self._folder)
            ) from error
