"""Waiting for what another thread or process does. How long that takes is no part of any test."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["until"]

_STUCK_S = 600.0
"""A wait this long is a fault and not a busy machine: it ends, so that the run does."""
_FIRST_LOOK_S = 0.001
_LAST_LOOK_S = 0.032
"""What is waited for is mostly there in a moment; each look waits twice as long as the one before, up to this."""


def until(happens: Callable[[], bool], fault: str = "it did not happen") -> None:
    """Returns as soon as that is true; fails with ``fault`` if it never becomes so."""
    end = time.monotonic() + _STUCK_S
    pause = _FIRST_LOOK_S
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(fault)
        time.sleep(pause)
        pause = min(2 * pause, _LAST_LOOK_S)
