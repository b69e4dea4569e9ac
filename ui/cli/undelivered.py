"""`earmark undelivered …`: what did not go out to a reader; sent again or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import ForReader, Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened_for

if TYPE_CHECKING:
    from earmark.types import UndeliveredLetter

__all__ = ["letter_line", "undelivered_app"]

undelivered_app = typer.Typer(
    help="Briefs, digests and news that a channel did not take: why, sent again, or forgotten.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Letter = Annotated[str, typer.Argument(metavar="ID", help="The id, as earmark undelivered list shows it.")]


def letter_line(letter: UndeliveredLetter) -> str:
    """What did not go out, along which channel, why, and whether it is tried again."""
    again = f"again {letter.again.astimezone():%a %H:%M}" if letter.again else "given up"
    return f"{letter.what} of {letter.day} by {letter.channel}: {safe(letter.reason)} ({again}; attempts: {letter.attempts})"


@undelivered_app.command(name="list")
def list_(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """What did not go out, the latest day first."""
    with opened_for(context, reader) as library:
        letters = library.undelivered.every()
        if as_json:
            print_document(undelivered=letters)
            return
        for letter in letters:
            typer.echo(f"{letter.id}  {letter_line(letter)}")
        if not letters:
            typer.echo("Everything has gone out.")


@undelivered_app.command()
def again(context: typer.Context, letter: Letter, reader: ForReader = "", as_json: Json = False) -> None:
    """Send it again, now, even if it was refused or may have gone out before."""
    with opened_for(context, reader) as library:
        library.undelivered.again(letter)
        if as_json:
            print_document(sent=letter)
        else:
            typer.echo(f"Sent {safe(letter)}")


@undelivered_app.command()
def forget(context: typer.Context, letter: Letter, reader: ForReader = "", as_json: Json = False) -> None:
    """Let it be: it is neither tried nor shown any more."""
    with opened_for(context, reader) as library:
        library.undelivered.forget(letter)
        if as_json:
            print_document(forgotten=letter)
        else:
            typer.echo(f"Forgot {safe(letter)}")
