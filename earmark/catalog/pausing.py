"""Ctrl-Z between two transactions: a process that is stopped in the middle of one keeps all others from writing to SQLite.

What cannot be helped is SIGSTOP (``kill -STOP``), which no process hears of.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["WriteGate"]


class WriteGate:
    """Knows whether this process is writing, and stops the process where it is not."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._writing = 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While the block runs, the process is not stopped."""
        with self._state:
            self._writing += 1
        try:
            yield
        finally:
            with self._state:
                self._writing -= 1
                self._state.notify_all()

    @contextmanager
    def stopping_between_writes(self) -> Iterator[None]:
        """Has Ctrl-Z wait for the end of what is being written, while the block runs.

        Threads that the block starts are in it too. It does nothing outside the main thread, whose signals they are,
        and on systems without Ctrl-Z.
        """
        if not hasattr(signal, "SIGTSTP") or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
        ended = threading.Event()
        thread = threading.Thread(target=self._wait_for_signals, args=(ended,), name="ctrl-z", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            if thread.ident is not None:
                signal.pthread_kill(thread.ident, signal.SIGTSTP)
            thread.join()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _wait_for_signals(self, ended: threading.Event) -> None:
        # Without a time limit: `sigtimedwait` says that a signal came where the process was stopped beyond its limit and
        # goes on, and the process would stop again.
        while True:
            signal.sigwait({signal.SIGTSTP})
            if ended.is_set():
                return
            with self._state:  # until it goes on, nobody begins to write either
                self._state.wait_for(lambda: self._writing == 0)
                os.kill(os.getpid(), signal.SIGSTOP)
