"""`earmark brief`, `insights`, `related`, `search` and `ask`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import StorageFull, UsageError
from earmark.whole_files import write_atomically
from ui.cli.options import After, Before, Episodes, Json, Shows, Speakers
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from earmark.types import Brief, Filters
    from library.ports import LibraryPort

__all__ = [
    "brief",
    "insights",
    "narrowed",
    "print_brief",
    "print_hits",
    "print_insights",
    "print_next",
    "print_related",
    "related",
    "search",
]

FORMATS = ("terminal", "text", "markdown", "html", "json")


def brief(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="A past day, as YYYY-MM-DD.")] = None,
    format_: Annotated[
        str, typer.Option("--format", help="terminal, text, markdown or html.", metavar="FORMAT")
    ] = "terminal",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    send: Annotated[
        bool,
        typer.Option(
            "--send", help="Send today's brief through every channel that is set up (mail), at most once a day."
        ),
    ] = False,
    week: Annotated[
        bool, typer.Option("--digest", help="The week that ends today: themes, disagreements, and what changed.")
    ] = False,
    coming: Annotated[
        bool, typer.Option("--next", help="The next brief as it would be now; nothing of it counts as told.")
    ] = False,
    drop: Annotated[
        str, typer.Option("--drop", metavar="ID", help="Take an idea out of the next brief, for good.")
    ] = "",
    swap: Annotated[
        str, typer.Option("--swap", metavar="ID", help="The same, and have another idea in its place.")
    ] = "",
    undo: Annotated[str, typer.Option("--undo", metavar="ID", help="Let an idea come again that was taken out.")] = "",
    as_json: Json = False,
) -> None:
    """Today's five ideas; made when first asked for, and the same for the rest of the day."""
    with opened(context) as library:
        if week:
            if drop or swap or undo:
                raise UsageError("--drop, --swap and --undo are about the next brief; leave --digest out")
            if send or coming:
                raise UsageError(
                    "the digest is shown; earmark reader set ID --digest DAY has it sent", subject="--digest"
                )
            _print(library.briefs.digest(parse_day(date)), _form(format_, as_json), output)
            return
        if coming or drop or swap or undo:
            if date or send:
                raise UsageError(
                    "--next, --drop, --swap and --undo are about the next brief; leave --date and --send out"
                )
            print_next(library, drop=drop, swap=swap, undo=undo, form=_form(format_, as_json), output=output)
            return
        print_brief(library, date, form=_form(format_, as_json), output=output, send=send)


def insights(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="With --again: only these shows, or episodes by id."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Write the insights of finished episodes again, with the model of today.")
    ] = False,
    show: Annotated[str, typer.Option("--show", help="Only this show, by id, title or address.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most this many.")] = 20,
    as_json: Json = False,
) -> None:
    """Insights, newest first."""
    from ui.cli.working import run_rewrite

    with opened(context) as library:
        if again:
            run_rewrite(library, names or [], as_json=as_json)
            return
        if names:
            raise UsageError("names are for --again; earmark insights --show NAME lists those of one show")
        print_insights(library, show=show, limit=limit, as_json=as_json)


def related(
    context: typer.Context,
    insight_id: Annotated[str, typer.Argument(metavar="ID", help="An insight's id, or its first characters.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="At most this many.")] = 10,
    as_json: Json = False,
) -> None:
    """What other shows said about the same thing."""
    with opened(context) as library:
        print_related(library, insight_id, limit=limit, as_json=as_json)


def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            help='Words or a question; "exact words", show:name, speaker:name, after:2026-03, is:saved, tag:word, -word and OR narrow it.'
        ),
    ],
    show: Shows = None,
    speaker: Speakers = None,
    episode: Episodes = None,
    after: After = None,
    before: Before = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="At most this many.")] = 10,
    as_json: Json = False,
) -> None:
    """Passages in which something was said."""
    with opened(context) as library:
        filters = narrowed(library, show, speaker, episode, after, before)
        print_hits(library, query, filters, limit=limit, as_json=as_json)


def print_brief(library: LibraryPort, day: str | None, *, form: str, output: Path | None, send: bool) -> None:
    """A brief in one of the ``FORMATS``, on stdout or into a file; with ``send``, mailed."""
    if send:
        if day:
            raise UsageError("only today's brief is mailed; leave --date out", subject="--send")
        _send(library)
        return
    _print(library.briefs.get(parse_day(day)), form, output)


def _form(wanted: str, as_json: bool) -> str:
    """The format, checked; raises ``UsageError``."""
    form = "json" if as_json else wanted
    if form not in FORMATS:
        raise UsageError(f"is not a format; choose one of {', '.join(FORMATS[:4])}", subject=form)
    return form


def print_next(
    library: LibraryPort, *, drop: str = "", swap: str = "", undo: str = "", form: str, output: Path | None
) -> None:
    """The next brief as it would be now, after ideas were taken out, swapped or let come again."""
    for insight_id, swapped in ((drop, False), (swap, True)):
        if insight_id:
            library.briefs.drop(insight_id, swap=swapped)
    if undo:
        library.briefs.undrop(undo)
    _print(library.briefs.preview(), form, output)
    gone = library.briefs.dropped() if form == "terminal" else []
    for insight in gone:
        typer.echo(f"Taken out: {safe(insight.claim)} (earmark brief --undo {insight.id[:12]})")


def _print(brief: Brief, form: str, output: Path | None) -> None:
    from ui.cli import page

    if form == "json":
        print_document(brief)
    elif form == "terminal" and output is None:
        page.brief(console(), brief)
    else:
        _write(_rendered(brief, form), output)


def print_insights(library: LibraryPort, *, show: str, limit: int, as_json: bool) -> None:
    """Insights, newest first."""
    from ui.cli import page

    insights = library.insights.newest(show=show, limit=limit)
    if as_json:
        print_document(insights=insights, novelty=library.insights.novelty(insights) if insights else {})
    else:
        page.insights(console(), insights)


def print_related(library: LibraryPort, insight_id: str, *, limit: int, as_json: bool) -> None:
    """An insight and what other shows said about the same thing."""
    from ui.cli import page

    insight = library.insights.get(insight_id)
    related = library.insights.related(insight.id, limit=limit)
    if as_json:
        print_document(insight=insight, related=related)
    else:
        page.related(console(), insight, related)


def print_hits(library: LibraryPort, query: str, filters: Filters, *, limit: int, as_json: bool) -> None:
    """Passages for a query."""
    from ui.cli import page

    results = library.search.page(query, filters=filters, limit=limit)
    if as_json:
        print_document(query=query, understood=str(results.query), hits=results.hits, facets=results.facets)
    else:
        page.hits(console(), results)


def narrowed(
    library: LibraryPort,
    shows: Sequence[str] | None,
    speakers: Sequence[str] | None,
    episodes: Sequence[str] | None,
    after: str | None,
    before: str | None,
) -> Filters:
    """The filters that the options name; raises ``UsageError`` for a show or a day that does not exist."""
    from earmark.types import Filters

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
    for delivery in library.briefs.send():
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
        output.parent.stat()  # a folder that is not there is a slip of the pen
        write_atomically(output, text, mode=0o644)
    except OSError as error:
        raise StorageFull(f"cannot be written ({error.strerror})", subject=str(output)) from error
    typer.echo(f"Wrote {output}")
