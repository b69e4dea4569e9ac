"""How long the app takes to begin an answer, by what was asked for."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui.capabilities import CAPABILITIES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BOUNDS_S", "OTHERS", "RequestTimes", "TimedRequests", "Timing", "endpoint_of"]

_log = logging.getLogger(__name__)

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the classes that times are counted in, in seconds: a page takes milliseconds, a model's answer a minute."""
OTHERS = "pages"
"""What all addresses are called that are none of an interface for programs: a label for each page would be a leak."""
_API = "/api/v1/"
_KNOWN = frozenset(
    _API + row.rest.partition("/")[2].partition("/")[0] for row in CAPABILITIES if isinstance(row.rest, str)
)
_FACES = ("/mcp", "/v1/models", "/v1/chat/completions", "/healthz", "/readyz", "/metrics")


def endpoint_of(path: str) -> str:
    """The name under which an address is counted, without ids and whatever else a caller has written into it."""
    if path.startswith(_API):
        first = _API + path.removeprefix(_API).partition("/")[0]
        return first if first in _KNOWN else f"{_API}…"
    return next((face for face in _FACES if path == face or path.startswith(f"{face}/")), OTHERS)


@dataclass(slots=True)
class Timing:
    """The times of one endpoint with one class of status: how many fell into each class of ``BOUNDS_S``, and their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    total_s: float = 0.0


class TimedRequests:
    """All times since the app began. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timings: dict[tuple[str, str], Timing] = {}

    def add(self, endpoint: str, status: int, seconds: float) -> None:
        """Counts one answer, with the status of HTTP that it began with."""
        with self._lock:
            timing = self._timings.setdefault((endpoint, f"{status // 100}xx"), Timing())
            timing.counts[bisect_left(BOUNDS_S, seconds)] += 1
            timing.total_s += seconds

    def all(self) -> dict[tuple[str, str], Timing]:
        """The timings by endpoint and class of status, as they are now."""
        with self._lock:
            return {key: Timing(list(timing.counts), timing.total_s) for key, timing in self._timings.items()}


class RequestTimes:
    """Middleware that times every request, and writes a line of the log for those of programs.

    Args:
        app: what answers.
        times: where the times go.
    """

    def __init__(self, app: ASGIApp, times: TimedRequests) -> None:
        self._app = app
        self._times = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; sockets are not timed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, int(message["status"]), time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, timed)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        endpoint = endpoint_of(scope["path"])
        self._times.add(endpoint, status, seconds)
        if endpoint != OTHERS:
            fields = {
                "method": scope["method"],
                "endpoint": endpoint,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
            }
            _log.info("request", extra={"fields": fields})
