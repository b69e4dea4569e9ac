"""`earmark brief`, `insights`, `related`, `search` and `ask`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from earmark.errors import StorageFull, UsageError
from earmark.types import Filters
from ui.cli import page
from ui.cli.output import console, print_document, safe
from ui.words.documents import brief_document, insights_document, related_document, search_document

if TYPE_CHECKING:
    from earmark.types import Brief
    from library.ports import LibraryPort

__all__ = ["narrowed", "print_brief", "print_hits", "print_insights", "print_related"]

FORMATS = ("terminal", "text", "markdown", "html", "json")


def print_brief(library: LibraryPort, day: str | None, *, form: str, output: Path | None, send: bool) -> None:
    """A brief in one of the ``FORMATS``, on stdout or into a file; with ``send``, mailed."""
    if form not in FORMATS:
        raise UsageError(f"is not a format; choose one of {', '.join(FORMATS[:4])}", subject=form)
    if send:
        if day:
            raise UsageError("only today's brief is mailed; leave --date out", subject="--send")
        _send(library)
        return
    brief = library.briefs.get(parse_day(day))
    if form == "json":
        print_document(brief_document(brief))
    elif form == "terminal" and output is None:
        page.brief(console(), brief)
    else:
        _write(_rendered(brief, form), output)


def print_insights(library: LibraryPort, *, show: str, limit: int, as_json: bool) -> None:
    """Insights, newest first."""
    found = library.insights.newest(show=show, limit=limit)
    if as_json:
        print_document(insights_document(found, library.insights.novelty(found) if found else {}))
    else:
        page.insights(console(), found)


def print_related(library: LibraryPort, insight_id: str, *, limit: int, as_json: bool) -> None:
    """An insight and what other shows said about the same thing."""
    insight = library.insights.get(insight_id)
    related = library.insights.related(insight.id, limit=limit)
    if as_json:
        print_document(related_document(insight, related))
    else:
        page.related(console(), insight, related)


def print_hits(library: LibraryPort, query: str, filters: Filters, *, limit: int, as_json: bool) -> None:
    """Passages for a query."""
    found = library.search.page(query, filters=filters, limit=limit)
    if as_json:
        print_document(search_document(query, found))
    else:
        page.hits(console(), found)


def narrowed(
    library: LibraryPort,
    shows: Sequence[str] | None,
    speakers: Sequence[str] | None,
    episodes: Sequence[str] | None,
    after: str | None,
    before: str | None,
) -> Filters:
    """The filters that the options name; raises ``UsageError`` for a show or a day that does not exist."""
    return Filters(
        shows=tuple(library.shows.find(name).id for name in shows or ()),
        speakers=tuple(speakers or ()),
        episodes=tuple(library.episodes.get(key).id for key in episodes or ()),
        after=parse_day(after),
        before=parse_day(before),
    )


def parse_day(text: str | None) -> date | None:
    """The day that ``YYYY-MM-DD`` names; raises ``UsageError``."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("is not a day; write it as 2026-01-31", subject=text) from None


def _send(library: LibraryPort) -> None:
    before = library.clock.now()
    delivery = library.briefs.send()
    sent = delivery.sent_at
    if sent is None:
        typer.echo("Another process is sending today's brief.")
    elif sent < before:
        typer.echo(f"Today's brief was sent to {safe(delivery.recipient)} at {sent:%H:%M} UTC already.")
    else:
        typer.echo(f"Sent to {safe(delivery.recipient)}")


def _rendered(brief: Brief, form: str) -> str:
    from briefs.render import to_html, to_markdown, to_text

    match form:
        case "html":
            return to_html(brief, mail=False)
        case "markdown":
            return to_markdown(brief)
        case _:
            return to_text(brief)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageFull("cannot be written", subject=str(output)) from error
    typer.echo(f"Wrote {output}")
