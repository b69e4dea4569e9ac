"""What the pages share with the process that serves them.

Streamlit runs the script anew for every click and hands it nothing, so the one library of the process waits here,
put by `ui.app` before the server starts. Nothing else may live here: what belongs to a reader's tab is in its session.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from earmark.types import Answer

if TYPE_CHECKING:
    from ui.background import IngestProcess
    from ui.library import Library

__all__ = ["AppState", "Conversations", "current", "put"]


class Conversations:
    """The latest conversations, so that a link out and back does not ask (and pay) again. Thread-safe."""

    def __init__(self, *, keep: int = 50) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[Answer, ...]] = OrderedDict()

    def get(self, key: str) -> tuple[Answer, ...]:
        """The answers of a conversation in the order they were given; none where it is not known (any more)."""
        with self._lock:
            return self._held.get(key, ())

    def add(self, key: str, answer: Answer) -> tuple[Answer, ...]:
        """The conversation with one more answer; the one untouched for longest makes room."""
        with self._lock:
            self._held[key] = (*self._held.pop(key, ()), answer)
            while len(self._held) > self._keep:
                self._held.popitem(last=False)
            return self._held[key]


@dataclass(slots=True)
class AppState:
    """The library, the worker process, the conversations, and whether a first page has been shown."""

    library: Library
    ingest: IngestProcess
    conversations: Conversations = field(default_factory=Conversations)
    first_page: threading.Event = field(default_factory=threading.Event)


_held: list[AppState] = []


def put(state: AppState) -> None:
    """Makes the state known to the pages of this process."""
    _held[:] = [state]


def current() -> AppState:
    """The state of this process; raises ``UsageError`` in one that was not started as an app."""
    if not _held:
        raise UsageError("the pages are served by `earmark app`, not by `streamlit run`")
    return _held[0]
