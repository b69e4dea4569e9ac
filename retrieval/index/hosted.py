"""An embedded index in a process of its own, so that the engine stalls nobody's pages.

The engine keeps Python's one lock for the whole of each call, and opening, flushing and closing take it up to a second.
In a process of its own that is a wait for whoever asks the index, and for nobody else.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.child import Child, Output
from earmark.error_documents import load_error
from earmark.errors import PermanentError, TransientError

if TYPE_CHECKING:
    from earmark.ports import IndexHit, IndexPoint, IndexQuery

__all__ = ["HostedIndex"]


class HostedIndex:
    """A ``VectorIndex`` whose calls a process of its own carries out; safe to share between threads.

    A process that ends by itself is started again: what was acknowledged is on disk.

    Args:
        folder: as of ``EdgeIndex``.
        model_id: as of ``EdgeIndex``.
        dimension: as of ``EdgeIndex``.
        wait_s: as of ``EdgeIndex``.

    Raises:
        EarmarkError: what ``EdgeIndex`` raises.
    """

    def __init__(self, folder: Path, *, model_id: str, dimension: int, wait_s: float = 0.0) -> None:
        self._opening = {"folder": folder, "model_id": model_id, "dimension": dimension, "wait_s": wait_s}
        self._folder = folder
        self._model_id = model_id
        self._lock = threading.Lock()
        self._closed = False
        self._child, self._seq = self._start()

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    @property
    def pid(self) -> int:
        """Of the process that holds it."""
        return self._child.pid

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index."""
        return self._seq

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently, and makes it durable before the watermark moves.

        Raises:
            ValueError: a vector of another length, zero, or not finite; nothing was applied.
            StorageFull: no space is left; the watermark has not moved.
        """
        self._call("apply", upserts, deletes, watermark)

    def clear(self) -> None:
        """Empties it, watermark and all."""
        self._call("clear")

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        return int(self._call("count", kind))

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first."""
        hits: list[IndexHit] = self._call("query", query)
        return hits

    def close(self) -> None:
        """Releases it for other processes; closing twice does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._child.end()

    def _call(self, name: str, *values: object) -> Any:
        with self._lock:
            if self._closed:
                raise PermanentError("the index is closed", subject=str(self._folder))
            try:
                return self._asked(name, *values)
            except EOFError:  # it has ended
                # Every call may be made again with the same result, if the index is still what it was.
                before = self._seq
                self._child.end()
                self._child, self._seq = self._start()
                if name == "apply" and self._seq < before:
                    raise TransientError(
                        "the index was damaged and starts empty; try again", subject=str(self._folder)
                    ) from None
                try:
                    return self._asked(name, *values)
                except EOFError as error:
                    raise PermanentError(
                        "the index's process ends again and again; rebuild it with `earmark reindex`",
                        subject=str(self._folder),
                    ) from error

    def _start(self) -> tuple[Child, int]:
        child = Child("retrieval.index.host", output=Output.MESSAGES)
        try:
            child.send(self._opening)
            kind, value, seq = child.receive()
            _result(kind, value)
        except EOFError as error:
            child.end()
            raise PermanentError("the index's process cannot be started", subject=str(self._folder)) from error
        except BaseException:
            child.end()
            raise
        return child, seq

    def _asked(self, *call: object) -> Any:
        self._child.send(call)
        kind, value, self._seq = self._child.receive()
        return _result(kind, value)


def _result(kind: str, value: Any) -> Any:
    """What a call returned, or what it raised, raised here."""
    if kind == "result":
        return value
    if kind == "refused":
        raise ValueError(value)
    raise load_error(value)
