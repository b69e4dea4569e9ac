"""A local model started when it is first asked, and ended when it has not been asked for a while."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from earmark.child import Child, Output
from earmark.errors import ModelCallError, PermanentError
from earmark.llm.client import Address
from earmark.local_model.messages import LoadedModel, LoadFailure, Start

__all__ = ["CONTEXT", "LocalService"]

CONTEXT = 12_288
"""Tokens of context: the finalists of an episode with their sentences, and what is written of them, are under 11,000."""
_IDLE_S = 300.0
"""How long a model stays loaded that nobody asks: between two questions of a reader, not over night."""
_MODULE = "earmark.local_model.process"


class LocalService:
    """One model file and the process that runs it. Thread-safe.

    Args:
        path: finds the file; called at each start, so that a model can be fetched meanwhile.
        name: what errors call it.
        idle_s: seconds without a call after which the process is ended.
        module: the child's module.
    """

    def __init__(self, path: Callable[[], Path], *, name: str, idle_s: float = _IDLE_S, module: str = _MODULE) -> None:
        self._path = path
        self._name = name
        self._idle_s = idle_s
        self._module = module
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._address: Address | None = None
        self._calls = 0
        self._timer: threading.Timer | None = None

    @contextmanager
    def lent(self) -> Iterator[Address]:
        """The address of the running model for the time of a call; starts it if it does not run.

        Raises:
            ModelCallError: it cannot be run; the message says why.
        """
        with self._lock:
            self._stop_timer()
            address = self._running()
            self._calls += 1
        try:
            yield address
        finally:
            with self._lock:
                self._calls -= 1
                if self._calls == 0 and self._child is not None:
                    self._timer = threading.Timer(self._idle_s, self._rest)
                    self._timer.daemon = True
                    self._timer.start()

    def is_running(self) -> bool:
        """Whether the model is loaded now."""
        child = self._child
        return child is not None and child.poll() is None

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._stop_timer()
            self._end()

    def _rest(self) -> None:
        with self._lock:
            if self._calls == 0:
                self._end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _running(self) -> Address:
        """The address of the process, which is started if there is none or it has died; called with the lock."""
        if self._address is not None and self.is_running():
            return self._address
        self._end()
        try:
            path = self._path()
            child = Child(self._module, output=Output.MESSAGES)
        except PermanentError as error:
            raise ModelCallError(error.message, subject=self._name) from None
        self._child = child
        key = secrets.token_hex(16)
        try:
            child.send(Start(path=str(path), context=CONTEXT, key=key))
            said = child.receive()
        except EOFError:
            said = LoadFailure(reason="its process ended while it was loaded; is the memory large enough?")
        if not isinstance(said, LoadedModel):
            self._end()
            reason = (
                said.reason if isinstance(said, LoadFailure) else "its process said something else than was expected"
            )
            raise ModelCallError(reason, subject=self._name)
        self._address = Address(url=f"{said.url}/v1", key=key)
        return self._address

    def _end(self) -> None:
        if self._child is not None:
            self._child.end(wait_s=5.0)
            self._child = self._address = None
