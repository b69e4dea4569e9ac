"""What the pages share with the process that serves them.

Streamlit runs the whole script for every click and hands it nothing, so the one library of the process waits here,
put by `ui.app.serve` before the server starts. Nothing else may live here: what belongs to a reader's tab is in its session.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earmark.days import Days
from earmark.errors import UsageError
from ui.web.memory import PageActivity

if TYPE_CHECKING:
    from library.background import IngestProcess
    from library.ports import LibraryPort

__all__ = ["AppState", "current", "days", "put"]


@dataclass(slots=True)
class AppState:
    """The library, the worker process, whether a first page has been shown, and how much the pages are used."""

    library: LibraryPort
    ingest: IngestProcess
    first_page: threading.Event = field(default_factory=threading.Event)
    activity: PageActivity = field(default_factory=PageActivity)


_held: list[AppState] = []


def put(state: AppState) -> None:
    """Makes the state known to the pages of this process."""
    _held[:] = [state]


def current() -> AppState:
    """The state of this process; raises ``UsageError`` if it was not started as an app."""
    if not _held:
        raise UsageError("the pages are served by `earmark app`, not by `streamlit run`")
    return _held[0]


def days() -> Days:
    """The days in this reader's time zone; days in UTC before there is a library."""
    return Days.named(_held[0].library.reader.timezone if _held else "UTC")
