"""`earmark run`: the schedule without pages."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import IndexBusy, UsageError
from ui.cli.options import Json
from ui.cli.output import indented, print_document, safe
from ui.cli.session import opened
from ui.cli.working import stopping

if TYPE_CHECKING:
    from library.background import IngestProcess
    from library.ports import LibraryPort
    from library.schedule import ReaderSchedule
    from library.scheduler import Scheduler

__all__ = ["keep_schedule", "print_plan", "run"]

_EVERY_S = 20.0
"""Seconds between two looks at the clock."""
_LINKS_AFTER_S = 300.0
"""Seconds after which links are checked for the first time, beside what is due."""
_CLOSE_S = 1.0
"""Seconds between two looks while a fetch is under way."""


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now and end: for cron and timers.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent to whom and when; send and store nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch, read, and send each reader's brief at its hour, until Ctrl-C. `earmark app` does the same, with pages."""
    with opened(context) as library:
        if dry_run:
            print_plan(library, as_json=as_json)
            return
        if as_json and not once:
            raise UsageError("goes with --once or --dry-run; without them there is no end to print", subject="--json")
        keep_schedule(library, once=once, as_json=as_json)


def keep_schedule(library: LibraryPort, *, once: bool, as_json: bool = False) -> None:
    """Keeps the schedule until Ctrl-C or SIGTERM, or until what is due has been done."""
    from library.background import IngestProcess, ingest_command
    from library.remote import find_app
    from library.schedule_words import last_words
    from library.scheduler import Scheduler as Keeper

    home = library.settings.home
    app = find_app(home)
    if app is not None and once:
        if as_json:
            print_document(library.schedule.status())
        else:
            typer.echo(f"The app at {app.url} keeps the schedule; there is nothing to do here.")
        return
    ingest = IngestProcess(home, module=ingest_command(library.settings))

    def said(made: Sequence[ReaderSchedule]) -> None:
        library.index.let_go()
        for entry in made if not as_json else ():
            if entry.last is not None:
                typer.echo(indented(f"{entry.name or entry.reader_id}: {last_words(entry.last, entry.timezone)}"))

    with stopping() as stop:
        if not once:
            typer.echo("Keeping the schedule (Ctrl-C stops it); earmark status says when briefs come", err=True)
        scheduler = Keeper(
            library,
            fetch=lambda: ingest.start(all_feeds=False),
            elsewhere=lambda: find_app(home) is not None,
            done=said,
            stop=stop,
            links_after_s=math.inf if once else _LINKS_AFTER_S,
        )
        try:
            _Rounds(library, scheduler, ingest, quiet=as_json).until(stop, once=once)
        finally:
            scheduler.stop()
            ingest.stop(wait_s=20.0)
    if as_json:
        print_document(library.schedule.status())


def print_plan(library: LibraryPort, *, as_json: bool) -> None:
    """The briefs that would be sent, soonest first, and what each would hold as things are."""
    from library.schedule_words import plan_lines

    planned = library.schedule.plan()
    if as_json:
        print_document(planned=planned)
        return
    for plan in planned:
        for line in plan_lines(plan):
            typer.echo(indented(line))
    if not planned:
        typer.echo("Nobody gets briefs: every reader is switched off.")


class _Rounds:
    """The looks at the clock of one `earmark run`, and what follows when a fetch has ended."""

    def __init__(self, library: LibraryPort, scheduler: Scheduler, ingest: IngestProcess, *, quiet: bool) -> None:
        self._library = library
        self._scheduler = scheduler
        self._ingest = ingest
        self._quiet = quiet
        self._fetching = False

    def until(self, stop: threading.Event, *, once: bool) -> None:
        """Looks until it is stopped; with ``once`` until what was due is done and no fetch is under way."""
        while not stop.is_set():
            self._scheduler.look()
            ended = self._fetching and not self._ingest.state().running
            self._fetching = self._ingest.state().running
            if ended:
                self._take_in()
                self._scheduler.look()
            if once and not self._fetching:
                return
            stop.wait(_CLOSE_S if self._fetching else _EVERY_S)

    def _take_in(self) -> None:
        """Brings index and themes up with what was fetched, and lets other commands have the index."""
        if not self._quiet:
            typer.echo(safe(self._ingest.state().summary) or "The fetch broke off; earmark status says what failed")
        try:
            self._library.index.follow()
            self._library.themes.tend()
        except IndexBusy:
            return  # whoever holds it follows
        finally:
            self._library.index.let_go()
