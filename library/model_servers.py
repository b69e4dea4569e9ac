"""Model servers on this machine, looked for now and then while no model is set up."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.llm.servers import FoundServer
    from earmark.settings import Settings

__all__ = ["ModelServers"]

_FRESH_S = 60.0
"""How long a look at the ports of this machine holds: a page is shown many times a minute."""


class ModelServers:
    """Looks for model servers, and remembers what it found for a minute. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._found: list[FoundServer] = []
        self._look_again = 0.0

    def offers(self) -> list[FoundServer]:
        """Those that answer, if no model is set up; they are asked for their models and told nothing."""
        settings = self._settings
        if settings.llm.model or settings.offline:
            return []
        from earmark.llm.servers import find_servers  # it loads what asks over HTTP, which few commands need

        with self._lock:
            if time.monotonic() >= self._look_again:
                self._found = find_servers(settings.llm.local_ports)
                self._look_again = time.monotonic() + _FRESH_S
            return self._found
