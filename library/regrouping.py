"""Regrouping of a large library in a separate process, so that the pages stay quick."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from earmark.child import Child

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["AT_ONCE", "Regrouper"]

AT_ONCE = 5_000
"""The most insights that are clustered in the calling process: some ten seconds of one thread."""
_AGAIN_S = 600.0
"""The pause between a failure and the next attempt."""

_log = logging.getLogger(__name__)


class Regrouper:
    """Runs `earmark themes` in a separate process, one at a time; that process writes the catalog only."""

    def __init__(
        self, settings: Settings, *, module: Sequence[str] = (), now: Callable[[], float] = time.monotonic
    ) -> None:
        flags = ["--offline"] if settings.offline else []
        self._module = module or ("ui.cli.main", *flags, "themes", "--json")
        self._environ = {"EARMARK_HOME": str(settings.home)}
        self._now = now
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._not_before = 0.0

    def start(self) -> bool:
        """Starts a clustering; ``False`` if one is running or the last one failed a few minutes ago."""
        with self._lock:
            if self._child is not None:
                if self._child.poll() is None:
                    return False
                code, self._child = self._child.end(), None
                if code != 0:
                    self._not_before = self._now() + _AGAIN_S
                    _log.warning("the themes were not found again (exit code %d); they stay as they are", code)
            if self._now() < self._not_before:
                return False
            self._child = Child(*self._module, environ=self._environ)
            return True

    def close(self, *, wait_s: float = 5.0) -> None:
        """Ends a running clustering; only its work is lost."""
        with self._lock:
            if self._child is not None:
                self._child.end(wait_s=wait_s)
                self._child = None
