"""What runs in the background of the app: fetching in a process of its own, and the index following the catalog."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from earmark.catalog.work.spending import Spending
from earmark.child import Child, Output
from earmark.clean import cut, plain
from earmark.documents import load
from earmark.errors import EarmarkError
from earmark.language.spans import time_left
from library.logged import log_event
from library.run_words import run_words
from library.spending import in_words

if TYPE_CHECKING:
    from earmark.settings import Settings
    from library.ports import LibraryPort

__all__ = ["Follower", "IngestProcess", "IngestState", "ingest_command"]

_log = logging.getLogger(__name__)

_LINES = 8
_LINE_CHARACTERS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestState:
    """The progress of the worker process. ``lines`` are its last lines, ``summary`` is set once it has reported.

    ``left`` says in words how long it still takes; empty where that is not known.
    """

    running: bool = False
    stopping: bool = False
    doing: str = ""
    done: int = 0
    total: int = 0
    left: str = ""
    lines: tuple[str, ...] = ()
    summary: str = ""
    exit_code: int | None = None


class IngestProcess:
    """One ingest at a time in a worker process, which writes the catalog only, so that the pages stay quick."""

    def __init__(self, home: Path, *, module: Sequence[str] = ()) -> None:
        self._module = module or ("ui.cli.main", "ingest", "--events")
        # Its lines are read as events here, and go into this process's log from here.
        self._environ = {"EARMARK_HOME": str(home), "EARMARK_LOG_JSON": "false"}
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._state = IngestState()

    def start(self, *, all_feeds: bool = True) -> bool:
        """Starts an ingest of every feed, or of those that are due; ``False`` if one runs already."""
        with self._lock:
            if self._state.running:
                return False
            options = ("--all-feeds",) if all_feeds else ()
            self._child = Child(*self._module, *options, output=Output.LINES, environ=self._environ)
            self._state = IngestState(running=True, doing="Starting")
            threading.Thread(target=self._watch, args=(self._child,), name="ingest-watch", daemon=True).start()
            return True

    def stop(self, *, wait_s: float = 0.0) -> None:
        """Asks the worker to end after its current work; after ``wait_s`` (if given) it is killed, which loses nothing."""
        with self._lock:
            child = self._child
            if child is None or child.poll() is not None:
                return
            self._state = replace(self._state, stopping=True)
            child.ask_to_end()
        if wait_s > 0:
            child.end(wait_s=wait_s)

    def state(self) -> IngestState:
        """How far it is, at this moment."""
        with self._lock:
            return self._state

    def _watch(self, child: Child) -> None:
        lines: deque[str] = deque(maxlen=_LINES)
        for line in child.lines():
            with self._lock:
                self._state = _after(self._state, line, lines)
        code = child.end()
        with self._lock:
            self._state = replace(self._state, running=False, stopping=False, doing="", exit_code=code)


def ingest_command(settings: Settings) -> list[str]:
    """The worker's module and arguments, with the options of this command line that no file or variable holds."""
    flags = ["--offline"] if settings.offline else []
    for address in settings.fetch.allow_private:
        flags += ["--allow-private", address]
    return ["ui.cli.main", *flags, "ingest", "--events"]


class Follower:
    """A thread that applies what changed in the catalog to the index, every few seconds.

    It waits for ``ready`` (a first page, or ``patience_s``) before it begins, because the first time loads the
    embedding model, and no page should wait for that. ``loaded`` is set when the model is there.
    """

    def __init__(
        self,
        library: LibraryPort,
        *,
        ready: threading.Event,
        loaded: threading.Event | None = None,
        every_s: float = 5.0,
        patience_s: float = 4.0,
    ) -> None:
        self._library = library
        self._ready = ready
        self._loaded = loaded or threading.Event()
        self._every_s = every_s
        self._patience_s = patience_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self, *, wait_s: float = 5.0) -> None:
        """Ends after the current batch."""
        self._stop.set()
        self._ready.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _run(self) -> None:
        self._ready.wait(self._patience_s)
        said, warm = "", False
        while not self._stop.is_set():
            try:
                self._library.index.follow()
                self._library.index.tend()
                self._library.themes.tend()
                if not warm and self._library.insights.newest(limit=1):
                    # Loads the embedding model, so that the first question does not wait for it.
                    self._library.search.hits("warm", limit=1)
                    warm = True
                    self._loaded.set()
                said = ""
            except EarmarkError as error:
                # The same trouble every five seconds is said once.
                if str(error) != said:
                    said = str(error)
                    _log.warning("the index does not follow: %s", said)
            except Exception:  # noqa: BLE001 - a thread that ends in silence would leave the index behind for good
                _log.exception("the index does not follow")
                self._stop.wait(60.0)
            self._stop.wait(self._every_s)


def _after(state: IngestState, line: str, lines: deque[str]) -> IngestState:
    """The state after another line of the worker: an event as JSON, or words."""
    event = _event(line)
    if event is None:
        words = cut(plain(line), _LINE_CHARACTERS)
        if words:
            lines.append(words)
        return replace(state, lines=tuple(lines))
    if event.get("kind") == "report":
        return replace(state, summary=_summary(event))
    left_s = event.get("left_s")
    left = time_left(left_s) if isinstance(left_s, int | float) and left_s > 0 else ""
    subject, message = plain(str(event.get("subject", ""))), plain(str(event.get("message", "")))
    log_event(str(event["kind"]), subject=subject, message=message, episode_id=str(event.get("episode_id", "")))
    said = cut(": ".join(part for part in (subject, message) if part), _LINE_CHARACTERS)
    if said:
        lines.append(said)
    doing = "Checking feeds" if event.get("kind") == "feed" else "Reading episodes"
    done, total = _number(event.get("done")), _number(event.get("total"))
    return replace(state, doing=doing, done=done, total=total, left=left, lines=tuple(lines))


def _event(line: str) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("kind"), str) else None


def _number(value: object) -> int:
    return max(value, 0) if isinstance(value, int) else 0


def _summary(report: dict[str, object]) -> str:
    """A sentence about the run, from its report."""
    failures = report.get("failures")
    failed = len(failures) if isinstance(failures, list) else 0
    words = run_words(
        feeds=_number(report.get("feeds")),
        new_episodes=_number(report.get("new_episodes")),
        episodes_read=_number(report.get("episodes_done")),
        failed=failed,
        interrupted=bool(report.get("interrupted")),
    )
    sentences = [f"{words}."]
    bill = _bill(report.get("spent"))
    sentences += [f"{bill}."] if bill else []
    sentences += [plain(str(report["stopped_by"]))] if report.get("stopped_by") else []
    return " ".join(sentences)


def _bill(spent: object) -> str:
    """What a run spent, in words; empty where the report does not say."""
    try:
        return plain(in_words(load(Spending, spent))) if spent else ""
    except ValidationError:
        return ""
