"""`earmark add` and `earmark import`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from earmark.errors import EarmarkError, UsageError
from earmark.types import Show
from ui.cli.output import FAILED, PARTLY, print_document, safe
from ui.documents import import_document
from ui.library import ImportReport

if TYPE_CHECKING:
    from ui.library import Library

__all__ = ["add_shows", "import_shows"]


def add_shows(library: Library, urls: Sequence[str], *, as_json: bool) -> None:
    """Follows each address; one that cannot be followed is reported and the rest go on."""
    known_before = {one.show.id for one in library.shows()}
    added: list[Show] = []
    known: list[Show] = []
    failed: list[tuple[str, str]] = []
    for url in urls:
        try:
            show = library.add(url)
        except EarmarkError as error:
            if len(urls) == 1:
                raise
            failed.append((url, str(error)))
        else:
            (known if show.id in known_before else added).append(show)
    _report(library, ImportReport(added=tuple(added), known=tuple(known), failed=tuple(failed)), as_json=as_json)


def import_shows(library: Library, file: Path, *, as_json: bool) -> None:
    """Follows every feed of an OPML file."""
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError("cannot be read", subject=str(file)) from error
    _report(library, library.import_opml(body, on_each=_checked), as_json=as_json)


def _checked(title: str) -> None:
    sys.stderr.write(f"  checked {safe(title)}\n")


def _report(library: Library, report: ImportReport, *, as_json: bool) -> None:
    for _, reason in report.failed:
        sys.stderr.write(f"earmark: {safe(reason)}\n")
    if as_json:
        print_document(import_document(report))
    else:
        for show in report.added:
            count = len(library.episodes(show.id))
            typer.echo(f"Following {safe(show.title)} ({count} episode{'s' if count != 1 else ''} to read)")
        for show in report.known:
            typer.echo(f"Already following {safe(show.title)}")
        if report.added:
            typer.echo("Next: earmark ingest")
    if report.failed:
        raise typer.Exit(PARTLY if report.added or report.known else FAILED)
