"""An embedded index in a process of its own, so that the engine stalls nobody's pages.

The engine keeps Python's one lock for the whole of each call, and opening, flushing and closing take it up to a second.
In a process of its own that is a wait for whoever asks the index, and for nobody else.
"""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from earmark.error_documents import load_error
from earmark.errors import PermanentError, TransientError

if TYPE_CHECKING:
    from earmark.ports import IndexHit, IndexPoint, IndexQuery

__all__ = ["HostedIndex", "receive", "send"]

_LENGTH = 8
_CLOSE_S = 20.0


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
        self._process, self._seq = self._start()

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    @property
    def pid(self) -> int:
        """Of the process that holds it."""
        return self._process.pid

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
        found: list[IndexHit] = self._call("query", query)
        return found

    def close(self) -> None:
        """Releases it for other processes; closing twice does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            _end(self._process)

    def _call(self, name: str, *args: object) -> Any:
        with self._lock:
            if self._closed:
                raise PermanentError("the index is closed", subject=str(self._folder))
            try:
                reply = _asked(self._process, (name, args))
            except (OSError, EOFError, ValueError):  # it has ended; a pipe that is closed already is a ValueError
                # Every call may be made again with the same result, if the index is still what it was.
                before = self._seq
                _end(self._process)
                self._process, self._seq = self._start()
                if name == "apply" and self._seq < before:
                    raise TransientError(
                        "the index was damaged and begins anew; try again", subject=str(self._folder)
                    ) from None
                try:
                    reply = _asked(self._process, (name, args))
                except (OSError, EOFError, ValueError) as error:
                    raise PermanentError(
                        "the index's process ends again and again; rebuild it with `earmark reindex`",
                        subject=str(self._folder),
                    ) from error
            return self._taken(reply)

    def _start(self) -> tuple[subprocess.Popen[bytes], int]:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "retrieval.index.host"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C reaches the owner, which ends it in order
            )
        except OSError as error:
            raise PermanentError("the index's process cannot be started", subject=str(self._folder)) from error
        try:
            reply = _asked(process, self._opening)
            self._taken(reply)
        except (OSError, EOFError) as error:
            _end(process)
            raise PermanentError("the index's process cannot be started", subject=str(self._folder)) from error
        except BaseException:
            _end(process)
            raise
        return process, reply[2]

    def _taken(self, reply: Any) -> Any:
        """The result of a reply ``(kind, value, watermark)``, or the error that it tells of, raised here."""
        kind, value, seq = reply
        self._seq = seq
        if kind == "result":
            return value
        if kind == "refused":
            raise ValueError(value)
        raise load_error(value)


def send(pipe: IO[bytes], value: object) -> None:
    """Writes a value of our own for the process at the other end of a pipe."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(body).to_bytes(_LENGTH, "big") + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next value that the process at the other end, which we started or which started us, has sent.

    Raises:
        EOFError: it has ended.
    """
    head = pipe.read(_LENGTH)
    body = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    if len(head) < _LENGTH or len(body) < int.from_bytes(head, "big"):
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - nobody else has this pipe


def _asked(process: subprocess.Popen[bytes], value: object) -> Any:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    send(process.stdin, value)
    return receive(process.stdout)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Lets it finish what is in hand and close; it is killed where that takes too long."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(_CLOSE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
