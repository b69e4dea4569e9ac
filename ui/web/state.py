"""What the pages share with the process that serves them.

Streamlit runs the whole script for every click and hands it nothing, so the one library of the process waits here,
put by `ui.app.serve` before the server starts. Nothing else may live here: what belongs to a reader's tab is in its session.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from earmark.days import Days
from earmark.errors import UsageError
from ui.access.signed_in import library_of_page
from ui.web.memory import PageActivity

if TYPE_CHECKING:
    from library.background import IngestProcess
    from library.ports import LibraryPort

__all__ = ["AppState", "current", "days", "put", "seen_by_one"]


@dataclass(slots=True)
class AppState:
    """The library, the worker process, whether a first page has been shown, and how much the pages are used."""

    library: LibraryPort
    ingest: IngestProcess
    first_page: threading.Event = field(default_factory=threading.Event)
    activity: PageActivity = field(default_factory=PageActivity)


_held: list[AppState] = []
_run: ContextVar[AppState | None] = ContextVar("run", default=None)
"""The state that the run of a page in this thread looked up; outside a run it is looked up each time."""


def put(state: AppState) -> None:
    """Makes the state known to the pages of this process."""
    _held[:] = [state]


def current() -> AppState:
    """The state of this process, with the library as the reader of this page sees it.

    Raises:
        UsageError: the process was not started as an app.
        Forbidden: nobody is signed in here, or no longer.
    """
    known = _run.get()
    if known is not None:
        return known
    if not _held:
        raise UsageError("the pages are served by `earmark app`, not by `streamlit run`")
    held = _held[0]
    library = library_of_page(held.library, _headers())
    return held if library is held.library else replace(held, library=library)


@contextmanager
def seen_by_one() -> Iterator[AppState]:
    """While the block runs, whose page it is stays what it is now: every date of a page asks for its reader's days.

    Raises:
        UsageError, Forbidden: as `current`.
    """
    state = current()
    token = _run.set(state)
    try:
        yield state
    finally:
        _run.reset(token)


def days() -> Days:
    """The days in this reader's time zone; days in UTC before there is a library."""
    return Days.named(current().library.reader.timezone if _held else "UTC")


def _headers() -> Mapping[str, str]:
    """The headers of the connection that this page came through, with names in lower case."""
    import streamlit as st

    return {name.lower(): value for name, value in st.context.headers.items()}
