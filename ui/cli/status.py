"""`earmark status` and `earmark doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.days import Days
from earmark.language.spans import megabytes
from ui.cli.models import print_trial
from ui.cli.options import Json
from ui.cli.output import FAILED, console, indented, print_document, safe
from ui.cli.session import opened
from ui.cli.undelivered import letter_line

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from earmark.types import UndeliveredLetter
    from library.ports import LibraryPort
    from library.spending import SpendingReport
    from library.status import FailedAttempt, SilentEpisode, WaitingEpisode
    from library.values import Silence

__all__ = ["doctor", "print_doctor", "print_failures", "print_model_wait", "print_silent", "print_status", "status"]

_AFTER = {"discovered": "getting the text", "transcript": "cutting passages", "chunks": "finding insights"}
"""The work that follows the last completed stage."""


def status(
    context: typer.Context,
    failures: Annotated[
        bool, typer.Option("--failures", "-v", help="Only what failed, each with its traceback.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The state of the library: what failed and why, and which episodes wait for what."""
    with opened(context) as library:
        if failures and not as_json:
            print_failures(library)
        else:
            print_status(library, as_json=as_json)


def doctor(
    context: typer.Context,
    model: Annotated[
        bool, typer.Option("--model", help="Try the language model on five windows: what works, tokens and seconds.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Whether each part that Earmark needs is there and works."""
    with opened(context) as library:
        if model:
            print_trial(library, as_json=as_json)
            return
        print_doctor(library, as_json=as_json)


def print_status(library: LibraryPort, *, as_json: bool) -> None:
    """Counts, failures with reasons, and how far the index is behind."""
    from rich.table import Table
    from rich.text import Text

    from library.schedule_words import status_lines

    status = library.status()
    if as_json:
        print_document(status)
        return
    out, days = console(), Days.named(library.reader.timezone)
    if not status.shows:
        out.print("No shows yet. Start with: earmark add https://example.org/feed.xml")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("show", "episodes", "read", "failed", "insights", "newest"):
        table.add_column(name, justify="left" if name in {"show", "newest"} else "right")
    for row in status.shows:
        newest = days.text(row.newest)
        counts = [str(n) for n in (row.episodes, row.done, row.failed, row.insights)]
        table.add_row(Text(safe(row.show.title)), *counts, newest)
    out.print(table)
    stages = ", ".join(f"{count} {stage}" for stage, count in status.episodes_by_stage.items() if count)
    out.print(f"\nEpisodes by stage: {stages or 'none'}")
    out.print(
        f"{status.chunks:,} passages, {status.insights:,} insights; the index holds {status.index_points:,} points"
    )
    if status.index_behind:
        out.print(f"and is {status.index_behind:,} changes behind (the next command that reads it catches up)")
    if status.dropped:
        out.print("Drafts the gate dropped: " + ", ".join(f"{n} {reason}" for reason, n in status.dropped.items()))
    if any(status.disk.values()):
        parts = ", ".join(f"{part} {megabytes(size)}" for part, size in status.disk.items() if size)
        out.print(f"On the disk: {parts}")
    if status.in_hand:
        out.print(f"{status.in_hand} {'episode is' if status.in_hand == 1 else 'episodes are'} being worked on now")
    _print_waiting(status.waiting)
    print_silent(out, status.silent)
    _print_spending(out, status.spending)
    for line in status_lines(library.schedule.status(), library.reader.timezone):
        out.print(Text(indented(line)), soft_wrap=True)
    for failed in (*status.feed_failures, *status.failures):
        out.print(Text(_failure(failed), style="yellow"), soft_wrap=True)
    _print_undelivered(out, status.undelivered)
    if any(failed.gives_up for failed in status.failures):
        out.print("earmark retry lets these be tried again; earmark status --failures shows where they failed")


def _print_undelivered(out: Console, letters: Sequence[UndeliveredLetter]) -> None:
    from rich.text import Text

    for letter in letters:
        out.print(Text(f"Not sent to {safe(letter.reader_id)}: {letter_line(letter)}", style="yellow"), soft_wrap=True)
    if letters:
        out.print("earmark undelivered sends what did not go out again, or forgets it")


def print_failures(library: LibraryPort) -> None:
    """What failed: each with stage, attempts, time, reason and traceback."""
    from rich.text import Text

    status = library.status()
    out = console()
    if not status.feed_failures and not status.failures:
        out.print("Nothing has failed")
        return
    for failed in (*status.feed_failures, *status.failures):
        out.print(Text(_failure(failed), style="yellow"), soft_wrap=True)
        if failed.episode_id:
            out.print(Text(f"  episode {failed.episode_id}: earmark retry {failed.episode_id[:12]}"), soft_wrap=True)
        for line in safe(failed.detail, newlines=True).splitlines():
            out.print(Text(f"  {line}", style="dim"), soft_wrap=True)


def _print_waiting(waiting: Sequence[WaitingEpisode]) -> None:
    """One line for each reason: hundreds of episodes may wait for tomorrow's budget."""
    from rich.text import Text

    groups: dict[str, list[WaitingEpisode]] = {}
    for item in waiting:
        groups.setdefault(item.reason, []).append(item)
    out = console()
    for reason, those in groups.items():
        first = those[0]
        if first.for_model:
            print_model_wait(out, len(those), reason, until=first.until)
            continue
        who = f"{safe(first.show)} — {safe(first.episode)}" if len(those) == 1 else f"{len(those)} episodes"
        until = f", until {first.until.astimezone():%a %d %b %H:%M}" if first.until else ""
        out.print(Text(f"Waiting: {who}: {safe(reason)}{until}"), soft_wrap=True)


def print_silent(out: Console, silent: Sequence[SilentEpisode | Silence]) -> None:
    """Why episodes gave no insight: a line for each reason, whatever is in brackets at its end."""
    from rich.text import Text

    groups: dict[str, list[SilentEpisode | Silence]] = {}
    for item in silent:
        groups.setdefault(item.reason.partition(" (")[0], []).append(item)
    for reason, those in groups.items():
        first = those[0]
        if len(those) == 1:
            who, why = f"{safe(first.show)} — {safe(first.episode)}", first.reason
        else:
            who, why = f"{len(those):,} episodes, {safe(first.show)} — {safe(first.episode)} among them", reason
        out.print(Text(f"No insight: {who}: {safe(why)}"), soft_wrap=True)


def print_model_wait(out: Console, episodes: int, reason: str, *, until: datetime | None = None) -> None:
    """How many episodes wait for the language model, and why; ``until`` when the first of them is tried again."""
    from rich.text import Text

    who = "1 episode waits" if episodes == 1 else f"{episodes:,} episodes wait"
    when = f", until {until.astimezone():%a %d %b %H:%M}" if until else ""
    out.print(Text(f"{who} for the model: {safe(reason)}{when}"), soft_wrap=True)


def _print_spending(out: Console, report: SpendingReport) -> None:
    """The bill: a line for today and one for the month where anything was used, and the limits that are near."""
    from rich.text import Text

    from library.spending import in_words

    for when, spent in (("Today", report.today), ("This month", report.month)):
        words = in_words(spent)
        if words:
            out.print(Text(f"{when}: {safe(words)}"), soft_wrap=True)
    for words in report.near_limits:
        out.print(Text(words, style="yellow"), soft_wrap=True)


def print_doctor(library: LibraryPort, *, as_json: bool) -> None:
    """Each check with what it found; exit code 1 when one failed."""
    from rich.text import Text

    checks = library.doctor()
    if as_json:
        print_document(ok=all(check.ok is not False for check in checks), checks=checks)
    else:
        out = console()
        for check in checks:
            mark = {True: "ok  ", False: "FAIL", None: "–   "}[check.ok]
            out.print(Text(f"{mark}  {check.name}: {safe(check.message)}"), soft_wrap=True)
    if any(check.ok is False for check in checks):
        raise typer.Exit(FAILED)


def _failure(failed: FailedAttempt) -> str:
    where = " — ".join(safe(part) for part in (failed.show, failed.episode) if part)
    if not failed.episode_id:
        if failed.gives_up:
            return f"{where}: {safe(failed.reason)} (closed; earmark show resume checks it again)"
        row = f"failed {failed.attempts} times in a row, " if failed.attempts > 1 else ""
        due = f" after {failed.again.astimezone():%a %d %b %H:%M}" if failed.again else ""
        return f"{where}: {safe(failed.reason)} ({row}next check{due})"
    tries = f"{failed.attempts} {'attempt' if failed.attempts == 1 else 'attempts'}"
    when = f", {failed.at.astimezone():%d %b %H:%M}" if failed.at else ""
    again = f"; again {failed.again.astimezone():%a %H:%M}" if failed.again else ""
    state = "given up" if failed.gives_up else f"will be tried again{again}"
    return f"{where}: {safe(failed.reason)} ({state}; {_AFTER.get(failed.stage, failed.stage)}, {tries}{when})"
