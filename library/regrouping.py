"""A large library clustered anew in a process of its own, so that the pages stay quick."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["AT_ONCE", "Regrouper"]

AT_ONCE = 5_000
"""Insights up to which a clustering is done where it is asked for: some ten seconds of one thread."""
_AGAIN_S = 600.0
"""How long after a failure the next attempt is made."""

_log = logging.getLogger(__name__)


class Regrouper:
    """Runs `earmark themes` beside this process, one at a time; it writes the catalog only."""

    def __init__(
        self, settings: Settings, *, command: Sequence[str] | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        flags = ["--offline"] if settings.offline else []
        self._command = list(command or (sys.executable, "-m", "ui.cli.main", *flags, "themes", "--json"))
        self._environment = {**os.environ, "EARMARK_HOME": str(settings.home)}
        self._now = now
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def start(self) -> bool:
        """Starts a clustering; ``False`` where one runs, or where the last one failed a few minutes ago."""
        with self._lock:
            if self._process is not None:
                code = self._process.poll()
                if code is None:
                    return False
                self._process = None
                if code != 0:
                    self._not_before = self._now() + _AGAIN_S
                    _log.warning("the themes were not found anew (exit code %d); they stay as they are", code)
            if self._now() < self._not_before:
                return False
            self._process = subprocess.Popen(  # noqa: S603 - this very program, a fixed command
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            return True

    def close(self, *, wait_s: float = 5.0) -> None:
        """Ends what is running: nothing is lost but its work."""
        with self._lock:
            if self._process is None:
                return
            self._process.terminate()
            try:
                self._process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
