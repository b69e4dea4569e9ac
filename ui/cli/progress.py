"""Progress on stderr: bars in a terminal, a line now and then in a log or a pipe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from earmark.language.spans import time_left
from ui.cli.output import safe

if TYPE_CHECKING:
    from rich.console import Console

    from library.values import Event

__all__ = ["ProgressBars", "ProgressDisplay", "ProgressLines", "working"]

_EVERY_S = 30.0
"""Seconds between two lines in a log or a pipe."""
_ENDS = {"episode", "failure", "postponed", "ended"}
_WIDTH = 56


class ProgressDisplay(Protocol):
    """What shows progress; called from any thread."""

    def event(self, event: Event) -> None:
        """An event of an ingest."""
        ...

    def index(self, done: int, total: int) -> None:
        """How far the index has followed."""
        ...


@contextmanager
def working(console: Console) -> Iterator[ProgressDisplay]:
    """Shows progress while the block runs."""
    if not console.is_terminal:
        yield ProgressLines(lambda line: console.print(line, markup=False, soft_wrap=True))
        return
    bars = ProgressBars(console)
    with bars.progress:
        yield bars


class ProgressBars:
    """Bars for the feeds, for all episodes with the time left, and for each episode in work."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.progress = Progress(
            TextColumn("{task.fields[what]:<9}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", markup=False),
            console=console,
            transient=True,
        )
        self._lock = threading.Lock()
        self._feeds = self.progress.add_task("", what="feeds", now="", total=None)
        self._work = self.progress.add_task("", what="episodes", now="", total=None, visible=False)
        self._index = self.progress.add_task("", what="index", now="", total=None, visible=False)
        self._in_hand: dict[str, int] = {}

    def event(self, event: Event) -> None:
        """Moves the bars; a failure is printed above them and stays."""
        if event.kind == "failure":
            line = f"earmark: {safe(event.subject)}: {safe(event.message)}"
            self.progress.print(line, markup=False, soft_wrap=True)
        if event.kind == "feed" or not event.episode_id:
            now = safe(f"{event.subject}: {event.message}")[:_WIDTH]
            self._move(self._feeds, event.done, event.total, now)
            return
        self._move(self._work, event.done, event.total, _left(event))
        with self._lock:
            task = self._in_hand.pop(event.episode_id, None)
            if event.kind in _ENDS:
                if task is not None:
                    self.progress.remove_task(task)  # type: ignore[arg-type]
                return
            if task is None:
                task = self.progress.add_task("", what="", now="", total=None)
            self._in_hand[event.episode_id] = task
        words = safe(f"{event.message}: {event.subject}")[:_WIDTH]
        share = None if event.share is None else round(100 * event.share)
        self._move(task, share or 0, None if share is None else 100, words)

    def index(self, done: int, total: int) -> None:
        """Moves the index's bar."""
        self._move(self._index, done, total, "")

    def _move(self, task: int, done: int, total: int | None, now: str) -> None:
        self.progress.update(task, completed=done, total=total, now=now, visible=True)  # type: ignore[arg-type]


class ProgressLines:
    """For logs and pipes: every failure, and every half minute how far the work is."""

    def __init__(
        self, write: Callable[[str], object], *, every_s: float = _EVERY_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._every_s = every_s
        self._now = now
        self._lock = threading.Lock()
        self._last = now()

    def event(self, event: Event) -> None:
        """Writes a line, if it is time for one."""
        if event.kind == "failure":
            self._write(f"earmark: {safe(event.subject)}: {safe(event.message)}")
            return
        with self._lock:
            if self._now() - self._last < self._every_s:
                return
            self._last = self._now()
        what = "feeds checked" if event.kind == "feed" else "episodes read"
        left = _left(event)
        self._write(
            f"earmark: {event.done} of {event.total} {what}{f', {left}' if left else ''}; "
            f"{safe(event.subject)}: {safe(event.message)}"
        )

    def index(self, done: int, total: int) -> None:
        """Says nothing: it is quick."""


def _left(event: Event) -> str:
    return "" if event.left_s is None or event.left_s <= 0 else f"{time_left(event.left_s)} left"
