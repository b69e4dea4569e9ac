"""`earmark show …`: the state of the followed shows, and what can be done with each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import FAILED, PARTLY, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from earmark.types import Show
    from library.ports import LibraryPort
    from library.status import ShowSummary
    from library.values import Event, RemovalReport

__all__ = ["print_removed", "show_app"]

show_app = typer.Typer(
    help="The shows you follow: their state, and pausing, resuming, refreshing or removing one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="SHOW", help="A show, by id, title or address.")]


@show_app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Every show, when its feed is checked next, and what went wrong."""
    with opened(context) as library:
        summaries = library.shows.summaries()
        if as_json:
            print_document(shows=summaries)
        elif not summaries:
            typer.echo("No shows yet. Start with: earmark add https://example.org/feed.xml")
        for summary in () if as_json else summaries:
            _print_show(library, summary)


@show_app.command()
def info(context: typer.Context, show: Name, as_json: Json = False) -> None:
    """One show: where it comes from, which of its episodes are read, and its state."""
    with opened(context) as library:
        wanted = library.shows.find(show)
        summary = next(candidate for candidate in library.shows.summaries() if candidate.show.id == wanted.id)
        if as_json:
            print_document(shows=[summary])
        else:
            _print_show(library, summary, whole=True)


@show_app.command()
def pause(context: typer.Context, show: Name, as_json: Json = False) -> None:
    """Stop checking a show for new episodes until it is resumed; its episodes stay."""
    with opened(context) as library:
        paused = library.shows.pause(library.shows.find(show).id)
        _said(f"Paused {safe(paused.title)}; earmark show resume goes on", paused, as_json=as_json)


@show_app.command()
def resume(context: typer.Context, show: Name, as_json: Json = False) -> None:
    """Check a show for new episodes again, after a pause or after its host closed it."""
    with opened(context) as library:
        resumed = library.shows.resume(library.shows.find(show).id)
        _said(f"Following {safe(resumed.title)} again. Next: earmark ingest", resumed, as_json=as_json)


@show_app.command()
def backfill(
    context: typer.Context,
    show: Name,
    backfill: Annotated[str, typer.Argument(help="newest:25, since:2026-01-31 or all.")],
    as_json: Json = False,
) -> None:
    """Read more (or fewer) of a show's episodes from its next check on; episodes already there stay."""
    from library.standing import taken

    with opened(context) as library:
        changed = library.shows.set_backfill(library.shows.find(show).id, backfill)
        words = taken(changed, library.settings.ingest.backfill)
        _said(f"{safe(changed.title)}: {words}. Next: earmark ingest", changed, as_json=as_json)


@show_app.command()
def refresh(
    context: typer.Context,
    shows: Annotated[list[str] | None, typer.Argument(metavar="SHOW", help="Shows, by id, title or address.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All shows that are not paused.")] = False,
    as_json: Json = False,
) -> None:
    """Check feeds now, not when they are due. A server that asked us to wait is left alone."""
    from earmark.errors import UsageError

    with opened(context) as library:
        if not shows and not every:
            raise UsageError("name a show, or ask for all of them with --all")
        wanted = [library.shows.find(name).id for name in shows or ()]
        report = library.shows.refresh(wanted, on_event=None if as_json else _print_event)
        if as_json:
            print_document(checked=report.checked, failed=report.failed, held=report.held)
        for show in () if as_json else report.held:
            typer.echo(
                f"{safe(show.title)}: its server asks to be left alone until {show.hold_until:%Y-%m-%d %H:%M} UTC"
            )
        new = sum(check.new_episodes for check in report.checked)
        if new and not as_json:
            typer.echo(f"{counted(new, 'new episode')}. Next: earmark ingest")
        if report.failed:
            raise typer.Exit(PARTLY if report.checked else FAILED)


@show_app.command()
def remove(
    context: typer.Context,
    show: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Stop following a show and remove all that came from it, also from past briefs and conversations."""
    from earmark.errors import UsageError

    with opened(context) as library:
        doomed = library.shows.find(show)
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("removing cannot be undone; say --yes to do it", subject=doomed.title)
            if not typer.confirm(f"Remove {safe(doomed.title)} with all that came from it?", err=True):
                raise typer.Exit(FAILED)
        removed = library.shows.remove(doomed.id)
        _clear_index(library)
        if as_json:
            print_document(removed, episodes=removed.episodes)
        else:
            print_removed(removed)


def print_removed(removed: RemovalReport) -> None:
    """What was removed, in words."""
    counts = (
        (removed.episodes, "episode"),
        (removed.transcripts, "transcript"),
        (removed.passages, "passage"),
        (removed.insights, "insight"),
    )
    typer.echo(f"Removed {safe(removed.title)}: " + ", ".join(counted(count, word) for count, word in counts))
    if removed.kept:
        ideas = counted(removed.kept, "idea")
        typer.echo(f"{ideas} that readers have stay (keep.removed_shows); the show is paused")
    if removed.briefs or removed.answers:
        told = [
            counted(count, word) for count, word in ((removed.briefs, "brief"), (removed.answers, "answer")) if count
        ]
        typer.echo(f"Taken out of {' and '.join(told)}")
    if removed.revived:
        typer.echo(
            f"{counted(removed.revived, 'episode')} of other shows had stood for the same: earmark ingest reads them"
        )


def _clear_index(library: LibraryPort) -> None:
    """Takes removed texts out of the index; if another process owns the index, that process does it."""
    from earmark.errors import EarmarkError

    try:
        if not library.index.clear():
            sys.stderr.write("earmark: earmark reindex also clears what the files of the index still hold of it\n")
    except EarmarkError as error:
        sys.stderr.write(f"earmark: the index will follow later: {safe(str(error))}\n")


def _print_show(library: LibraryPort, summary: ShowSummary, *, whole: bool = False) -> None:
    from library.standing import standing, taken

    show = summary.show
    state = standing(show, library.clock.now())
    private = " (private)" if show.private else ""
    typer.echo(f"{safe(show.title)}{private}: {counted(summary.episodes, 'episode')}, {summary.done} read")
    typer.echo(f"  {safe(state.text)}" + (f" ({safe(state.trouble)})" if state.trouble else ""))
    if whole:
        typer.echo(f"  takes {taken(show, library.settings.ingest.backfill)}")
        typer.echo(f"  address {safe(show.feed_url)}")
        typer.echo(f"  folder {safe(show.folder) or 'none'}, id {show.id}")


def _print_event(event: Event) -> None:
    typer.echo(f"{safe(event.subject)}: {safe(event.message)}", err=event.kind == "failure")


def _said(text: str, show: Show, *, as_json: bool) -> None:
    if as_json:
        print_document(show=show)
    else:
        typer.echo(text)
