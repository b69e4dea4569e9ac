"""The embedded index as its owner holds it: one generation at a time, and the change from one to the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from earmark.errors import EarmarkError, IndexBusy, PermanentError
from retrieval.index.generations import Generation, generations, migrate, new, remove, sweep
from retrieval.index.hold import hold
from retrieval.index.watermark import Watermark, load_watermark

if TYPE_CHECKING:
    from earmark.ports import IndexHit, IndexPoint, IndexQuery, VectorIndex

__all__ = ["OpenShard", "RollingIndex"]


class OpenShard(Protocol):
    """Opens the shard in a generation's folder, made empty if what is there cannot be used."""

    def __call__(self, folder: Path, *, model_id: str, dimension: int, wait_s: float) -> VectorIndex:
        """The index in that folder."""
        ...


class RollingIndex:
    """A ``VectorIndex`` in a folder of generations; safe to share between threads.

    Queries and changes go to the current generation. ``adopt`` opens a newer generation that another process has built,
    brings it up to date while the current one still answers, and changes over between two queries. ``release`` lets other
    processes in until the next call, which takes the index again.

    Args:
        folder: made when needed; what it held in the layout of one shard becomes its first generation.
        model_id: whose vectors it holds; generations of another model are dropped.
        dimension: their length.
        open_shard: in this process (``EdgeIndex``) or one of its own (``HostedIndex``).
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
        open_shard: OpenShard,
        wait_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder = folder
        self._model_id = model_id
        self._dimension = dimension
        self._open_shard = open_shard
        self._wait_s = wait_s
        self._state = threading.Condition()
        self._sleep = sleep
        self._users: dict[int, int] = {}
        self._releasing = False
        self._closed = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PermanentError(
                "this folder cannot be created; set EARMARK_HOME to another", subject=str(folder)
            ) from error
        self._held = hold(folder / "lock", wait_s=wait_s, sleep=sleep)
        try:
            migrate(folder)
            self._number, self._current = self._open_newest()
            sweep(folder, keep=self._path())
        except BaseException:
            self._held.close()
            raise

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return self._dimension

    def mark(self) -> Watermark:
        """The note of the current generation."""
        return load_watermark(self._path()) or Watermark()

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index."""
        with self._using() as index:
            return index.watermark()

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently, and makes it durable before the watermark moves.

        Raises:
            ValueError: a vector of another length, zero, or not finite; nothing was applied.
            StorageFull: no space is left; the watermark has not moved.
        """
        with self._using() as index:
            index.apply(upserts, deletes, watermark)

    def clear(self) -> None:
        """Empties it, watermark and all."""
        with self._using() as index:
            index.clear()

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        with self._using() as index:
            return index.count(kind)

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first."""
        with self._using() as index:
            return index.query(query)

    def adopt(
        self,
        catch_up: Callable[[VectorIndex], object],
        gate: AbstractContextManager[object],
        *,
        model_id: str = "",
        dimension: int = 0,
        on_change: Callable[[], None] | None = None,
    ) -> bool:
        """Changes over to a newer generation, where there is one; returns whether there was.

        Args:
            catch_up: brings an index up to the catalog. Called twice: while the current generation still answers and
                is still followed, and again, for the little that came meanwhile, inside ``gate``.
            gate: while it is held, nobody applies changes to the current generation.
            model_id: whose vectors the newer one holds; by default those of the current one.
            dimension: their length.
            on_change: called inside ``gate`` when the newer one has taken over.

        Raises:
            EarmarkError: it could not be opened or brought up to date; the current one goes on, it is removed.
        """
        model = (model_id or self._model_id, dimension or self._dimension)
        waiting = [
            generation
            for generation in generations(self.folder)
            if generation.number > self._number and _fits(generation, *model)
        ]
        if not waiting:
            return False
        newest = waiting[0]
        with self._state:
            self._take()
        try:
            fresh = self._open(newest, *model)
            try:
                catch_up(fresh)
            except BaseException:
                fresh.close()
                raise
        except EarmarkError:
            remove(newest.folder)
            raise
        with gate:
            try:
                catch_up(fresh)
            except BaseException:
                fresh.close()
                raise
            old = self._change(newest.number, fresh, *model)
            try:
                if on_change is not None:
                    on_change()
            finally:
                self._retire(old)
        sweep(self.folder, keep=self._path())
        return True

    def release(self) -> None:
        """Lets other processes have the index until the next call here; calls under way are finished first.

        The next call takes it again and waits for it as the constructor does.
        """
        with self._state:
            self._releasing = True
            self._let_go()

    def close(self) -> None:
        """Releases it for other processes; closing twice does nothing."""
        with self._state:
            self._closed = True
            if self._held.closed:
                return
            self._current.close()
            self._held.close()

    def _let_go(self) -> None:
        """Closes the files where that is wished and nobody uses them. The caller holds the state."""
        if self._releasing and not self._held.closed and not any(self._users.values()):
            self._releasing = False
            self._current.close()
            self._held.close()

    def _take(self) -> None:
        """Opens the files again after a release. The caller holds the state."""
        self._releasing = False
        if self._closed or not self._held.closed:
            return
        self._held = hold(self.folder / "lock", wait_s=self._wait_s, sleep=self._sleep)
        try:
            known = generations(self.folder)
            if known and not any(_fits(generation, self._model_id, self._dimension) for generation in known):
                raise IndexBusy("the index was rebuilt meanwhile; run the command again", subject=str(self.folder))
            self._users.clear()
            self._number, self._current = self._open_newest()
        except BaseException:
            self._held.close()
            raise

    def _path(self) -> Path:
        return self.folder / f"gen-{self._number:04d}"

    def _open(self, generation: Generation, model_id: str, dimension: int) -> VectorIndex:
        """The shard of a generation.

        Raises:
            PermanentError: it was damaged; it is empty now.
        """
        index = self._open_shard(generation.folder, model_id=model_id, dimension=dimension, wait_s=self._wait_s)
        if generation.mark is not None and index.watermark() < generation.mark.seq:
            index.close()
            raise PermanentError("the index is damaged", subject=str(generation.folder))
        return index

    def _open_newest(self) -> tuple[int, VectorIndex]:
        for generation in generations(self.folder):
            if _fits(generation, self._model_id, self._dimension):
                try:
                    return generation.number, self._open(generation, self._model_id, self._dimension)
                except PermanentError:
                    remove(generation.folder)
        fresh = new(self.folder)
        return fresh.number, self._open(fresh, self._model_id, self._dimension)

    @contextmanager
    def _using(self) -> Iterator[VectorIndex]:
        """The current generation, kept open until the block ends."""
        with self._state:
            self._take()
            index = self._current
            self._users[id(index)] = self._users.get(id(index), 0) + 1
        try:
            yield index
        finally:
            with self._state:
                self._users[id(index)] -= 1
                self._let_go()
                self._state.notify_all()

    def _change(self, number: int, fresh: VectorIndex, model_id: str, dimension: int) -> VectorIndex:
        with self._state:
            old, self._current, self._number = self._current, fresh, number
            self._model_id, self._dimension = model_id, dimension
        return old

    def _retire(self, old: VectorIndex) -> None:
        with self._state:
            self._state.wait_for(lambda: self._users.get(id(old), 0) == 0)
            self._users.pop(id(old), None)
        old.close()


def _fits(generation: Generation, model_id: str, dimension: int) -> bool:
    return generation.mark is not None and generation.mark.fits(model_id, dimension)
