"""Regrouping of a large library in a separate process, so that the pages stay quick."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from library.aside import Aside

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["AT_ONCE", "Regrouper"]

AT_ONCE = 5_000
"""The most insights that are clustered in the calling process: some ten seconds of one thread."""
_FAILING = "the themes were not found again; they stay as they are"


class Regrouper(Aside):
    """Runs `earmark themes`."""

    def __init__(
        self, settings: Settings, *, module: Sequence[str] = (), now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(settings, "themes", "--json", failing=_FAILING, module=module, now=now)
