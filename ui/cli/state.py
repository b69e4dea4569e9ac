"""`earmark status` and `earmark doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from ui.cli.output import FAILED, console, print_document, safe
from ui.documents import doctor_document, status_document

if TYPE_CHECKING:
    from ui.library import Library
    from ui.status import Failed

__all__ = ["print_doctor", "print_status"]


def print_status(library: Library, *, as_json: bool) -> None:
    """Counts, failures with reasons, and how far the index is behind."""
    status = library.status()
    if as_json:
        print_document(status_document(status))
        return
    out = console()
    if not status.shows:
        out.print("No shows yet. Start with: earmark add https://example.org/feed.xml")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("show", "episodes", "read", "failed", "insights", "newest"):
        table.add_column(name, justify="left" if name in {"show", "newest"} else "right")
    for one in status.shows:
        newest = f"{one.newest:%Y-%m-%d}" if one.newest else ""
        counts = [str(n) for n in (one.episodes, one.done, one.failed, one.insights)]
        table.add_row(Text(safe(one.show.title)), *counts, newest)
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
    for failed in (*status.feed_failures, *status.failures):
        out.print(Text(_failure(failed), style="yellow"), soft_wrap=True)
    if any(failed.gives_up for failed in status.failures):
        out.print("earmark retry lets these be tried again")


def print_doctor(library: Library, *, as_json: bool) -> None:
    """Each check with what it found; exit code 1 when one failed."""
    checks = library.doctor()
    if as_json:
        print_document(doctor_document(checks))
    else:
        out = console()
        for check in checks:
            mark = {True: "ok  ", False: "FAIL", None: "–   "}[check.ok]
            out.print(Text(f"{mark}  {check.name}: {safe(check.message)}"), soft_wrap=True)
    if any(check.ok is False for check in checks):
        raise typer.Exit(FAILED)


def _failure(failed: Failed) -> str:
    where = " — ".join(safe(part) for part in (failed.show, failed.episode) if part)
    later = "" if failed.gives_up else " (will be tried again)"
    return f"{where}: {safe(failed.reason)}{later}"
