"""`earmark demo`: the bundled sample library, taken in through the real path.

An HTTP server on loopback serves the sample's feeds, transcripts and audio; everything else is what any feed goes
through. The sample has a folder of its own, so that it never mixes with shows that somebody really follows.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import PermanentError, UsageError
from ui.cli.models import offer_lines
from ui.cli.output import FAILED, INTERRUPTED, PARTLY, console, reported, safe
from ui.cli.working import ingest_with_progress

if TYPE_CHECKING:
    from ui.cli.session import Session

__all__ = ["demo", "run_demo"]

LEAST_QUALITY = 0.05
"""The sample's conversations are short and dense; the usual floor, which keeps small talk out, would leave a dozen ideas."""


def demo(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, help="Where the sample is served (8753, or as before).")
    ] = None,
) -> None:
    """Fetch the bundled sample library over loopback and print today's brief from it."""
    with reported():
        run_demo(context.obj, port=port)


def run_demo(session: Session, *, port: int | None) -> None:
    """Follows the sample's shows, ingests them and prints today's brief."""
    from earmark.settings import default_home, load_settings
    from ui.cli import page
    from ui.cli.sample import ADDRESS, PORT, SAMPLE, mark, marked_port, sample_feeds, serving

    began = time.monotonic()
    home = session.home or default_home(os.environ) / "demo"
    chosen = {"fetch": {"allow_private": [ADDRESS]}, "insights": {"min_quality": LEAST_QUALITY}}
    settings = load_settings({**session.overrides, **chosen}, home=home)
    number = port or marked_port(home) or PORT
    with session.library(settings) as library, serving(SAMPLE, number) as address:
        out = console()
        feeds = [f"{address}/{name}/feed.xml" for name in sample_feeds()]
        known = {show.feed_url for show in library.shows.every()}
        if known - set(feeds):
            raise UsageError("holds other shows; give the demo a folder of its own with --home", subject=str(home))
        mark(home, number)
        for feed in feeds:
            if feed not in known:
                library.shows.add(feed)
        report = ingest_with_progress(library, all_feeds=True)
        if report.interrupted:
            typer.echo("Stopped as asked; the same command goes on from here.")
            raise typer.Exit(INTERRUPTED)
        if report.stopped_by:
            raise PermanentError(report.stopped_by)
        if report.episodes_done:
            done = f"{report.episodes_done} episodes from {report.feeds} feeds"
            out.print(f"Read {done} in {time.monotonic() - began:.0f} s (a sample library of invented shows).\n")
        else:
            out.print(f"Nothing new in {report.feeds} feeds.\n")
        page.brief(out, library.briefs.get())
        program = _program()
        typer.echo(f"Open these pages:    {program} --home {safe(_short(home))} app")
        typer.echo(f"Follow a real show:  {program} add https://example.org/feed.xml, then {program} ingest")
        for line in offer_lines(library):
            typer.echo(f"A language model:    {line}")
        if report.failures:
            raise typer.Exit(PARTLY if report.episodes_done else FAILED)


def _program() -> str:
    """The command that started this program, so that the lines it prints last can be typed unchanged."""
    called = Path(sys.argv[0])
    if called.name != "earmark" or shutil.which("earmark"):
        return "earmark"
    return _short(called)


def _short(path: Path) -> str:
    """The path relative to the current folder if it lies below it, else unchanged."""
    full = path.absolute()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)
