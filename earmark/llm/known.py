"""What the servers of this process were found to take and to be: each learns it once, for all that ask it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from earmark.llm.context import context_tokens
from earmark.llm.wire import MODES
from earmark.settings import LlmSettings

__all__ = ["KnownServers", "Manners"]


@dataclass(slots=True, kw_only=True)
class Manners:
    """How a model at a server wants to be asked. Threads share it; each field is only ever narrowed."""

    modes: tuple[str, ...] = MODES
    """The ways of asking for JSON that it takes, best first."""
    temperature: bool = True
    """Whether it lets the temperature be set."""
    reasoning: bool = True
    """Whether it takes what says how much to think."""
    thinks_long: bool = False
    """Whether a reply was cut off before its thoughts had ended: its limits are twice those of others."""


class KnownServers:
    """The manners of servers, by address and model."""

    def __init__(self) -> None:
        self._manners: dict[tuple[str, str], Manners] = {}
        self._contexts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def manners(self, base_url: str, model: str) -> Manners:
        """Those of a model at an address; everybody gets the same object."""
        with self._lock:
            return self._manners.setdefault((base_url, model), Manners())

    def context(self, llm: LlmSettings) -> int | None:
        """How many tokens a model reads and writes at once; ``None`` if its server has not said so far."""
        key = (llm.base_url, llm.model)
        with self._lock:
            known = self._contexts.get(key)
        if known is None and (known := context_tokens(llm)) is not None:
            with self._lock:
                self._contexts[key] = known
        return known
