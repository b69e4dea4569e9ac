"""Waiting for what another thread or process does. How long that takes is no part of any test."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["until"]

_STUCK_S = 600.0
"""A wait this long is a fault and not a busy machine: it ends, so that the run does."""
_LOOK_S = 0.02


def until(happens: Callable[[], bool], fault: str = "it did not happen") -> None:
    """Returns as soon as that is true; fails with ``fault`` if it never becomes so."""
    end = time.monotonic() + _STUCK_S
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(fault)
        time.sleep(_LOOK_S)
