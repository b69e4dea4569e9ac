"""How often a caller may ask: a bucket of requests that fills up at an even pace."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Limiter"]

_CALLERS = 1_000
"""Callers remembered; one that was forgotten begins with a full bucket."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limiter:
    """Counts the requests of callers by name. Thread-safe.

    Args:
        per_minute: requests that a caller gets in a minute, at once or spread; 0 is no limit.
        clock: seconds that only grow.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, caller: str, requests: int = 1) -> float:
        """Takes requests of a caller; returns 0.0, or the seconds to wait where too few are left (and takes nothing).

        Several are those of one request that was counted as one already. What is more than a minute has room for beside that
        counts as so many: nothing is out of reach for ever.
        """
        if not self._most:
            return 0.0
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault(caller, _Bucket(left=self._most, at=now))
            self._buckets.move_to_end(caller)
            if len(self._buckets) > _CALLERS:
                self._buckets.popitem(last=False)
            pace = self._most / 60.0
            bucket.left = min(self._most, bucket.left + (now - bucket.at) * pace)
            bucket.at = now
            taken = 1.0 if requests == 1 else min(float(requests), self._most - 1.0)
            if bucket.left < taken:
                return (taken - bucket.left) / pace
            bucket.left -= taken
            return 0.0
