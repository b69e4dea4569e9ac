"""`earmark ingest`, `retry`, `reindex` and `app`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from earmark.errors import IndexBusy, UsageError
from ui.cli.output import FAILED, PARTLY, console, print_document, safe
from ui.cli.sample import served_if_marked
from ui.documents import ingest_document

if TYPE_CHECKING:
    from types import FrameType

    from ingest.run import IngestReport
    from ingest.worker import Event
    from ui.library import Library

__all__ = ["ingest_with_progress", "run_app", "run_ingest", "run_reindex", "run_retry"]


def run_ingest(library: Library, names: Sequence[str], *, as_json: bool, events: bool) -> None:
    """Runs one ingest; exit code 3 when some of it failed, 1 when all of it did."""
    if not library.shows():
        raise UsageError("no shows are followed yet; start with: earmark add https://example.org/feed.xml")
    shows = [library.find_show(name).id for name in names]
    with served_if_marked(library.settings.home):
        if events:
            with _stopping() as stop:
                report = library.ingest(shows=shows, on_event=_print_event, stop=stop)
            _print_line({"kind": "report", **ingest_document(report)})
        else:
            report = ingest_with_progress(library, shows)
    if as_json:
        print_document(ingest_document(report))
    elif not events:
        _summary(library, report)
    if report.interrupted:
        raise typer.Exit(130)
    if report.stopped_by or report.failures:
        anything = report.episodes_done or report.feeds > sum(1 for one in report.failures if not one.episode)
        raise typer.Exit(PARTLY if anything and not report.stopped_by else FAILED)


def ingest_with_progress(library: Library, shows: Sequence[str] = ()) -> IngestReport:
    """One ingest with progress bars on stderr; failures are printed as they happen. The index follows at the end."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    err = console(stderr=True)
    columns = (
        TextColumn("{task.fields[what]:<9}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=err, transient=True) as progress, _stopping() as stop:
        feeds = progress.add_task("", what="feeds", now="", total=None)
        work = progress.add_task("", what="episodes", now="", total=None, visible=False)
        index = progress.add_task("", what="index", now="", total=None, visible=False)

        def show(event: Event) -> None:
            now = safe(f"{event.subject}: {event.message}")[:60]
            if event.kind == "failure":
                progress.print(f"earmark: {safe(event.subject)}: {safe(event.message)}", markup=False, soft_wrap=True)
            task = feeds if event.kind == "feed" else work
            progress.update(task, completed=event.done, total=event.total, now=now, visible=True)

        report = library.ingest(shows=shows, on_event=show, stop=stop)
        if not report.stopped_by and library.index_behind():
            follow_index(library, lambda done, total: progress.update(index, completed=done, total=total, visible=True))
    return report


def follow_index(library: Library, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Brings the index up to date, unless another process holds it: then that one does."""
    try:
        library.follow(on_progress)
    except IndexBusy:
        return


def run_retry(library: Library) -> None:
    """Lets what failed be tried again."""
    count = library.retry()
    typer.echo(f"{count} episode{'s' if count != 1 else ''} will be tried again by the next earmark ingest")


def run_reindex(library: Library) -> None:
    """Builds the index anew, with a progress bar."""
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("index", total=None)
        points = library.reindex(on_progress=lambda done, total: progress.update(task, completed=done, total=total))
    typer.echo(f"The index holds {points:,} points")


def run_app(library: Library) -> None:
    """Serves the app until Ctrl-C."""
    from ui.app import serve

    serve(library)


def _summary(library: Library, report: IngestReport) -> None:
    new, done, failed = report.new_episodes, report.episodes_done, len(report.failures)
    typer.echo(
        f"{report.feeds} feeds checked ({report.feeds_unchanged} unchanged), {new} new episodes, {done} read"
        + (f", {failed} failed" if failed else "")
        + f", in {report.seconds:.0f} s"
    )
    if report.stopped_by:
        sys.stderr.write(f"earmark: {safe(report.stopped_by)}\n")
    if report.interrupted:
        typer.echo("Stopped as asked; earmark ingest goes on from here.")
    elif done:
        typer.echo("Next: earmark brief")
    if failed:
        typer.echo("What failed and why: earmark status")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; a second one ends the process at once (nothing is lost)."""
    stop = threading.Event()

    def first(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            # At once: no thread is waited for. It is what a power cut does, and that is safe by design.
            sys.stderr.write("stopped; nothing is lost, earmark ingest goes on from here\n")
            sys.stderr.flush()
            os._exit(130)
        stop.set()
        sys.stderr.write("\nstopping after what is in hand (Ctrl-C again stops at once)\n")

    before = [(number, signal.signal(number, first)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _print_event(event: Event) -> None:
    _print_line(asdict(event))


def _print_line(values: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(values, default=str) + "\n")
    sys.stdout.flush()
