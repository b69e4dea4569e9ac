"""`earmark profile …`: what you want to read, as a text that you edit, and what your clicks taught beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from earmark.kinds import Direction
from earmark.language.spans import counted
from ui.cli.files import read_text
from ui.cli.options import ForReader, Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened_for

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.profile import BriefChange, Learned, ReaderProfile

__all__ = ["profile_app"]

profile_app = typer.Typer(
    help="What you want to read: a text that you edit, and what your clicks taught beside it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do to your next brief.")]


@profile_app.command()
def show(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """The text, what it says, and what your clicks taught."""
    with opened_for(context, reader) as library:
        profile, learned = library.profile.get(), library.profile.learned()
        if as_json:
            print_document(profile=profile, learned=learned)
            return
        typer.echo(safe(profile.text, newlines=True))
        _say_state(profile)
        _say_learned(learned)


@profile_app.command()
def edit(context: typer.Context, dry_run: DryRun = False, reader: ForReader = "") -> None:
    """Edit the text in your editor ($VISUAL or $EDITOR), and see what that does to your next brief."""
    import click

    with opened_for(context, reader) as library:
        profile = library.profile.get()
        edited = click.edit(profile.text, extension=".md")
        if edited is None or edited == profile.text:
            typer.echo("Nothing was changed.")
            return
        _change(library, edited, after=profile.version, dry_run=dry_run)


@profile_app.command(name="set")
def set_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A Markdown file; - reads standard input.", allow_dash=True)],
    dry_run: DryRun = False,
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Take the text from a file, and see what that does to your next brief."""
    with opened_for(context, reader) as library:
        _change(library, read_text(file), dry_run=dry_run, as_json=as_json)


@profile_app.command()
def undo(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """Put the text before the last change back. Done twice, the last change is back."""
    with opened_for(context, reader) as library:
        undoable = library.profile.get().undoable
        profile = library.profile.undo()
        told = (
            "The text before the last change is back." if undoable else "Nothing was changed that could be taken back."
        )
        print_document(profile) if as_json else typer.echo(told)


@profile_app.command()
def reset(
    context: typer.Context,
    learned: Annotated[
        bool, typer.Option("--learned", help="Forget what your clicks taught too; that cannot be taken back.")
    ] = False,
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Empty the text. `earmark profile undo` brings it back."""
    with opened_for(context, reader) as library:
        profile = library.profile.reset(learned=learned)
        clicks = " What your clicks taught is forgotten." if learned else ""
        if as_json:
            print_document(profile)
        else:
            typer.echo(f"Your profile is empty.{clicks} Take it back with: earmark profile undo{_of(reader)}")


@profile_app.command()
def seed(
    context: typer.Context,
    pick: Annotated[
        list[str] | None,
        typer.Option(
            "--pick", metavar="ID", help="An idea of the ten that you want more of; may be given several times."
        ),
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            help="A file with subjects or sentences on what you read; - reads standard input.",
            allow_dash=True,
        ),
    ] = None,
    dry_run: DryRun = False,
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Begin a profile: pick from ten ideas, or give a text about what you read. Without either, the ten ideas."""
    with opened_for(context, reader) as library:
        for insight in [library.insights.get(given) for given in pick or []]:
            if not dry_run:
                library.marks.wish(insight.id, Direction.MORE)
            typer.echo(f"More like it: {safe(insight.claim)}", err=as_json)
        if text is not None:
            longer = library.profile.with_text(read_text(text))
            if longer == library.profile.get().text:
                raise UsageError(
                    "names no new subject; give a list of them, or sentences on what you read", subject="--text"
                )
            _change(library, longer, dry_run=dry_run, as_json=as_json)
        elif not pick:
            _offer(library, reader, as_json=as_json)


def _offer(library: LibraryPort, reader: str, *, as_json: bool) -> None:
    ideas = library.profile.seeds()
    if as_json:
        print_document(ideas=ideas)
        return
    for insight in ideas:
        typer.echo(f"{insight.id[:12]}  {safe(insight.claim)}\n{'':14}{safe(insight.show)}")
    if ideas:
        typer.echo(f"Pick what you want more of: earmark profile seed --pick {ideas[0].id[:12]}{_of(reader)}")
    else:
        typer.echo("There are no ideas to pick from yet. earmark ingest reads the shows that you follow.")


def _change(
    library: LibraryPort, text: str, *, after: int | None = None, dry_run: bool = False, as_json: bool = False
) -> None:
    change = library.profile.compare(text)
    profile = library.profile.get() if dry_run else library.profile.set(text, after=after)
    if as_json:
        print_document(profile=profile, change=change)
        return
    _say_change(change, dry_run=dry_run)
    if not dry_run:
        _say_state(profile)


def _say_change(change: BriefChange, *, dry_run: bool) -> None:
    day = f"the brief of {change.day.isoformat()}"
    if not change.come and not change.go:
        typer.echo(f"{'It would change' if dry_run else 'It changes'} nothing in {day}.")
        return
    typer.echo(f"In {day}, as things are now:")
    for mark, items in (("+", change.come), ("-", change.go), (" ", change.stay)):
        for item in items:
            typer.echo(f"{mark} {safe(item.insight.claim)} ({safe(item.insight.show)})")


def _say_state(profile: ReaderProfile) -> None:
    if profile.trouble:
        typer.echo(f"The file cannot be read, so the text before it is in force: {safe(profile.trouble)}")
    for note in profile.notes:
        typer.echo(safe(note))
    if profile.path:
        typer.echo(f"The file: {safe(profile.path)}")


def _say_learned(learned: Sequence[Learned]) -> None:
    if not learned:
        typer.echo("Your clicks taught nothing yet. earmark more ID and earmark less ID do.")
    for group in learned:
        about = f" about {safe(group.theme)}" if group.theme else ""
        typer.echo(f"{group.direction.capitalize()} like {counted(len(group.insights), 'idea')}{about}:")
        for insight in group.insights:
            typer.echo(f"  {insight.id[:12]}  {safe(insight.claim)}")


def _of(reader: str) -> str:
    """What is put behind a command that is meant for the same reader."""
    return f" --reader {safe(reader)}" if reader else ""
