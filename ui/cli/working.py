"""`earmark ingest`, `work`, `retry`, `reindex` and `app`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from earmark.errors import IndexBusy, UsageError
from earmark.language.spans import counted
from ui.cli.interrupts import INTERRUPTED, STOPPED
from ui.cli.options import Events, Json, OnlyShows
from ui.cli.output import FAILED, PARTLY, console, print_document, safe
from ui.cli.progress import working
from ui.cli.session import opened
from ui.cli.status import print_model_wait, print_silent

if TYPE_CHECKING:
    from types import FrameType

    from library.ports import LibraryPort
    from library.values import Event, IngestReport

__all__ = [
    "app_",
    "ingest",
    "ingest_with_progress",
    "reindex",
    "retry",
    "run_app",
    "run_ingest",
    "run_reindex",
    "run_retry",
    "run_rewrite",
    "run_work",
    "stopping",
    "work",
]


def ingest(
    context: typer.Context,
    shows: OnlyShows = None,
    as_json: Json = False,
    all_feeds: Annotated[
        bool, typer.Option("--all-feeds", help="Ask every feed, also those that are not due (docs/feeds.md).")
    ] = False,
    events: Events = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would fetch, transcribe and spend; store nothing.")
    ] = False,
) -> None:
    """Check the feeds, transcribe what has no transcript, and find the insights. Ctrl-C stops it; it goes on later."""
    from ui.cli.forecasting import print_forecast

    with opened(context) as library:
        if dry_run:
            print_forecast(library, shows or [], all_feeds=all_feeds, as_json=as_json)
            return
        run_ingest(library, shows or [], as_json=as_json, events=events, all_feeds=all_feeds)


def work(
    context: typer.Context,
    shows: OnlyShows = None,
    forever: Annotated[bool, typer.Option("--forever", help="Wait for more work, until Ctrl-C.")] = False,
    as_json: Json = False,
    events: Events = False,
) -> None:
    """Work on the episodes that are waiting, without asking any feed. Several may run side by side on one library."""
    with opened(context) as library:
        run_work(library, shows or [], forever=forever, as_json=as_json, events=events)


def retry(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAMES]...", help="Only these: shows, or episodes by id.")
    ] = None,
) -> None:
    """Have the next ingest retry what failed or waits."""
    with opened(context) as library:
        run_retry(library, names or [])


def reindex(context: typer.Context) -> None:
    """Build the search index from the catalog."""
    with opened(context) as library:
        run_reindex(library)


def app_(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Its port; 0 takes a free one.")] = None,
) -> None:
    """Open the app: brief, insights, ask, search and shows, as pages on this machine."""
    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if chosen:
        context.obj.overrides["app"] = chosen
    with opened(context) as library:
        run_app(library)


def run_ingest(
    library: LibraryPort, names: Sequence[str], *, as_json: bool, events: bool, all_feeds: bool = False
) -> None:
    """Runs one ingest; exit code 3 when some of it failed, 1 when all of it did."""
    from ui.cli.sample import served_if_marked

    if not library.shows.every():
        raise UsageError("no shows are followed yet; start with: earmark add https://example.org/feed.xml")
    shows = [library.shows.find(name).id for name in names]
    with served_if_marked(library.settings.home):
        if events:
            with stopping() as stop:
                report = library.work.ingest(shows=shows, all_feeds=all_feeds, on_event=_print_event, stop=stop)
            _print_report(report)
        else:
            report = ingest_with_progress(library, shows, all_feeds=all_feeds)
    if as_json:
        print_document(report)
    elif not events:
        _summary(library, report)
    if report.interrupted:
        _leave(library)
    if report.stopped_by or report.failures or _without_room(report):
        anything = report.episodes_done or report.feeds > sum(1 for failure in report.failures if not failure.episode)
        anything = anything and (report.episodes_done or not _without_room(report))
        raise typer.Exit(PARTLY if anything and not report.stopped_by else FAILED)


def ingest_with_progress(library: LibraryPort, shows: Sequence[str] = (), *, all_feeds: bool = False) -> IngestReport:
    """One ingest with progress bars on stderr, and failures as they happen, unless these go into a log of JSON.

    The index follows at the end.
    """
    with working(console(stderr=True)) as shown, stopping() as stop:
        on_event = None if library.settings.log_json else shown.event
        report = library.work.ingest(shows=shows, all_feeds=all_feeds, on_event=on_event, stop=stop)
        if not report.stopped_by and library.index.behind():
            follow_index(library, shown.index)
    return report


def follow_index(library: LibraryPort, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Brings the index up to date, unless another process holds it: then that one does."""
    try:
        library.index.follow(on_progress)
    except IndexBusy:
        return


def run_work(library: LibraryPort, names: Sequence[str], *, forever: bool, as_json: bool, events: bool) -> None:
    """Works on what is waiting; exit codes as for an ingest."""
    from ui.cli.sample import served_if_marked

    shows = [library.shows.find(name).id for name in names]
    with served_if_marked(library.settings.home), stopping() as stop:
        if events:
            report = library.work.run(shows=shows, forever=forever, on_event=_print_event, stop=stop)
            _print_report(report)
        else:
            with working(console(stderr=True)) as shown:
                on_event = None if library.settings.log_json else shown.event
                report = library.work.run(shows=shows, forever=forever, on_event=on_event, stop=stop)
                if not report.stopped_by and library.index.behind():
                    follow_index(library, shown.index)
    if as_json:
        print_document(report)
    elif not events:
        _summary(library, report, feeds=False)
    if report.interrupted:
        _leave(library)
    if report.stopped_by or report.failures or _without_room(report):
        raise typer.Exit(PARTLY if report.episodes_done and not report.stopped_by else FAILED)


def _leave(library: LibraryPort) -> NoReturn:
    """Ends the process after a clean stop, without waiting for model threads whose results are no longer needed."""
    library.close()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)


def run_retry(library: LibraryPort, names: Sequence[str] = ()) -> None:
    """Has what failed or waits tried again."""
    count = library.work.retry(names)
    typer.echo(f"{counted(count, 'episode')} will be tried again by the next earmark ingest")


def run_rewrite(library: LibraryPort, names: Sequence[str], *, as_json: bool) -> None:
    """Writes the insights of finished episodes again and works until it is done; `earmark work` goes on after a Ctrl-C."""
    count = library.work.rewrite(names)
    sys.stderr.write(f"{counted(count, 'episode')} to be written again; what they have stays until then\n")
    if count:
        run_work(library, [], forever=False, as_json=as_json, events=False)


def run_reindex(library: LibraryPort) -> None:
    """Builds the index from the catalog, with a progress bar."""
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("index", total=None)
        points = library.index.rebuild(
            on_progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
    typer.echo(f"The index holds {points:,} points")


def run_app(library: LibraryPort) -> None:
    """Serves the app until Ctrl-C."""
    from ui.app.serve import serve

    serve(library)


def _summary(library: LibraryPort, report: IngestReport, *, feeds: bool = True) -> None:
    new, done, failed, put_off = report.new_episodes, report.episodes_done, len(report.failures), len(report.postponed)
    checked = f"{counted(report.feeds, 'feed')} checked ({report.feeds_unchanged} unchanged{_waiting(report)}), {new} new episodes, "
    typer.echo(
        (checked if feeds else "")
        + f"{done} read"
        + (f", {failed} failed" if failed else "")
        + (f", {put_off} waiting (earmark status says for what)" if put_off else "")
        + f", in {report.seconds:.0f} s"
    )
    print_silent(console(), report.silent)
    _print_bill(library, report)
    if report.stopped_by:
        sys.stderr.write(f"earmark: {safe(report.stopped_by)}\n")
    if without := _without_room(report):
        home = safe(str(library.settings.home))
        sys.stderr.write(
            f"earmark: {home}: no space is left on the disk; {counted(without, 'episode')} {'waits' if without == 1 else 'wait'} for room\n"
        )
    if report.interrupted:
        typer.echo("Stopped as asked; earmark ingest goes on from here.")
    elif done:
        typer.echo("Next: earmark brief")
    if failed:
        typer.echo("What failed and why: earmark status")


def _without_room(report: IngestReport) -> int:
    """How many episodes wait for room on the disk."""
    return sum(wait.for_room for wait in report.postponed)


def _print_bill(library: LibraryPort, report: IngestReport) -> None:
    """What waits for the language model, what the run cost, and the limits that are near."""
    from library.spending import in_words

    for wait in report.waiting_for_model:
        print_model_wait(console(), wait.episodes, wait.reason)
    spent = in_words(report.spent)
    if spent:
        typer.echo(f"This run: {safe(spent)}")
    for words in (*report.warnings, *library.work.spending().near_limits):
        typer.echo(safe(words))


def _waiting(report: IngestReport) -> str:
    if not report.feeds_waiting:
        return ""
    when = f" before {report.next_check.astimezone():%a %H:%M}" if report.next_check else ""
    return f"; {report.feeds_waiting} not due{when}, --all-feeds asks them too"


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; a second one ends the process at once (nothing is lost)."""
    stop = threading.Event()

    def first(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            # At once, without waiting for any thread: the same as a power cut, which is safe by design.
            sys.stderr.write(STOPPED)
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        stop.set()
        sys.stderr.write("\nstopping after the current work (Ctrl-C again stops at once)\n")

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


def _print_report(report: IngestReport) -> None:
    """The last of the events, with the fields of the report's document."""
    from earmark.documents import document

    _print_line({"kind": "report", **document(report)})
