"""A command of this program run beside the pages, in a separate process that writes the catalog only, so that they stay quick."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from earmark.child import Child

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["Aside"]

_AGAIN_S = 600.0
"""The pause between a failure and the next attempt."""

_log = logging.getLogger(__name__)


class Aside:
    """Runs one command, one at a time.

    Args:
        settings: of the library that it works on; options of this command line that no file holds go with it.
        command: with its arguments.
        failing: what is logged where it fails, before its exit code.
        module: another module in its place, with its arguments.
        now: the time in seconds, from any start.
    """

    def __init__(
        self,
        settings: Settings,
        *command: str,
        failing: str,
        module: Sequence[str] = (),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        flags = ["--offline"] if settings.offline else []
        for address in settings.fetch.allow_private:
            flags += ["--allow-private", address]
        self._module = module or ("ui.cli.main", *flags, *command)
        self._failing = failing
        self._environ = {"EARMARK_HOME": str(settings.home)}
        self._now = now
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._not_before = 0.0

    def start(self) -> bool:
        """Starts the command; ``False`` if it is running or the last one failed a few minutes ago."""
        with self._lock:
            if self._child is not None:
                if self._child.poll() is None:
                    return False
                code, self._child = self._child.end(), None
                if code != 0:
                    self._not_before = self._now() + _AGAIN_S
                    _log.warning("%s (exit code %d)", self._failing, code)
            if self._now() < self._not_before:
                return False
            self._child = Child(*self._module, environ=self._environ)
            return True

    def close(self, *, wait_s: float = 5.0) -> None:
        """Ends a running command; only its work is lost."""
        with self._lock:
            if self._child is not None:
                self._child.end(wait_s=wait_s)
                self._child = None
