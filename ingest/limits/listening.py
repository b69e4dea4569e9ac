"""What a long computation tells the worker that runs it: how far it is; and what the worker tells it: that it may end.

Whoever computes for minutes calls ``heard`` now and then (`ingest.speech.transcribe` after each window). It knows nothing of
leases or of Ctrl-C; the worker that runs the stage in this thread listens, and ends it where nothing is lost by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Listener", "StageEnd", "heard", "listening", "resumable"]

Listener = Callable[[float, float], None]
"""Called with the seconds of audio done and the seconds in all (0 if unknown)."""


class StageEnd(BaseException):
    """The end of a stage at a point where nothing is lost, because of a stop or a lost lease.

    No ``Exception``: whoever makes the best of a failure must not make the best of this one.
    """


_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_resumable: ContextVar[Callable[[bool], None] | None] = ContextVar("resumable", default=None)


def heard(done_s: float = 0.0, total_s: float = 0.0) -> None:
    """Says how far the computation in this thread is; raises ``StageEnd`` where it is not wanted any more.

    Does nothing if nobody listens.
    """
    listener = _listener.get()
    if listener is not None:
        listener(done_s, total_s)


@contextmanager
def resumable() -> Iterator[None]:
    """Says that what is computed in the block is kept as it goes, so that the worker may leave it at any moment.

    A stopped worker then does not wait for it: the thread is left to itself, and what it still makes is not committed.
    """
    tell = _resumable.get()
    if tell is None:
        yield
        return
    tell(True)
    try:
        yield
    finally:
        tell(False)


@contextmanager
def listening(listener: Listener, on_resumable: Callable[[bool], None] | None = None) -> Iterator[None]:
    """Has ``heard`` call ``listener`` in this thread while the block runs, and ``resumable`` tell ``on_resumable``."""
    token, other = _listener.set(listener), _resumable.set(on_resumable)
    try:
        yield
    finally:
        _listener.reset(token)
        _resumable.reset(other)
