"""`earmark demo`: the bundled sample library, taken in through the real path.

An HTTP server on loopback serves the sample's feeds, transcripts and audio; everything else is what any feed goes
through. The sample has a folder of its own, so that it never mixes with shows that somebody really follows.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from earmark.errors import PermanentError, UsageError
from earmark.settings import default_home, load_settings
from ui.cli import page
from ui.cli.output import FAILED, PARTLY, console, safe
from ui.cli.working import ingest_with_progress
from ui.library import Library

if TYPE_CHECKING:
    from ui.cli.main import State

__all__ = ["SAMPLE", "run_demo", "sample_feeds", "serving"]

SAMPLE = Path(__file__).parents[2] / "sample"
"""The bundled sample library: one folder a show."""


def run_demo(state: State, *, port: int) -> None:
    """Follows the sample's shows, ingests them and prints today's brief."""
    began = time.monotonic()
    home = state.home or default_home(os.environ) / "demo"
    settings = load_settings({**state.overrides, "fetch": {"allow_private": ["127.0.0.1"]}}, home=home)
    with Library.open(settings=settings) as library, serving(SAMPLE, port) as address:
        out = console()
        feeds = [f"{address}/{name}/feed.xml" for name in sample_feeds()]
        known = {one.show.feed_url for one in library.shows()}
        if known - set(feeds):
            raise UsageError(f"holds shows from elsewhere; remove {home} or give --home", subject="demo")
        for feed in feeds:
            if feed not in known:
                library.add(feed)
        report = ingest_with_progress(library)
        if report.interrupted:
            typer.echo("Stopped as asked; the same command goes on from here.")
            raise typer.Exit(130)
        if report.stopped_by:
            raise PermanentError(report.stopped_by)
        if report.episodes_done:
            done = f"{report.episodes_done} episodes from {report.feeds} feeds"
            out.print(f"Read {done} in {time.monotonic() - began:.0f} s (a sample library of invented shows).\n")
        else:
            out.print(f"Nothing new in {report.feeds} feeds.\n")
        page.brief(out, library.brief())
        program = _program()
        typer.echo(f"Open these pages:    {program} --home {safe(_short(home))} app")
        typer.echo(f"Follow a real show:  {program} add https://example.org/feed.xml, then {program} ingest")
        if report.failures:
            raise typer.Exit(PARTLY if report.episodes_done else FAILED)


def sample_feeds() -> list[str]:
    """The folder names of the sample's shows."""
    names = sorted(path.parent.name for path in SAMPLE.glob("*/feed.xml"))
    if not names:
        raise PermanentError(
            "the sample library is missing from this installation; reinstall Earmark", subject=str(SAMPLE)
        )
    return names


def _program() -> str:
    """How this program was called, so that the lines it ends with can be typed as they stand."""
    called = Path(sys.argv[0])
    if called.name != "earmark" or shutil.which("earmark"):
        return "earmark"
    return _short(called)


def _short(path: Path) -> str:
    """The path from here where it lies below, else as it is."""
    full = path.absolute()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Serves a folder over HTTP on loopback while the block runs; the value is its address. Port 0 takes a free one."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        raise UsageError(f"port {port} is taken; give another with --port", subject="demo") from error
    thread = threading.Thread(target=server.serve_forever, name="sample", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files with ``Last-Modified`` and answers 304; says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        return

    def list_directory(self, _path: Any) -> None:
        self.send_error(404)
