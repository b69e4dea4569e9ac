"""`earmark mail …`: who gets the brief by mail, confirmed, tried out and ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.kinds import MailState
from ui.cli.files import read_bytes
from ui.cli.options import ForReader, Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened, opened_for

if TYPE_CHECKING:
    from earmark.types import Mailing, Reader

__all__ = ["mail_app"]

mail_app = typer.Typer(
    help="The brief by mail: who confirmed it, a test, and its end.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@mail_app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Every reader with an address, and whether mail goes there."""
    with opened(context) as library:
        readers = [reader for reader in library.readers.every() if reader.email]
        states = [library.for_reader(reader.id).mail.state() if not reader.disabled_at else None for reader in readers]
        if as_json:
            print_document(readers=readers, states=[state.state if state else "" for state in states])
            return
        for reader, state in zip(readers, states, strict=True):
            typer.echo(f"{reader.id}  {safe(reader.email)}  {_words(reader, state)}")
        if not readers:
            typer.echo("Nobody has a mail address. Set mail.to, or earmark reader set READER --email ADDRESS.")


@mail_app.command()
def confirm(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """Send a reader a link that confirms the address; no brief goes there before."""
    with opened_for(context, reader) as library:
        asked = library.mail.ask()
        if as_json:
            print_document(asked=asked.address)
        else:
            typer.echo(f"A link to confirm went to {safe(asked.address)}")


@mail_app.command()
def test(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """Send the latest brief once more, marked as a test."""
    with opened_for(context, reader) as library:
        address = library.mail.test()
        if as_json:
            print_document(sent=address)
        else:
            typer.echo(f"A test went to {safe(address)}")


@mail_app.command()
def stop(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """End the mails to a reader; `earmark mail confirm` asks whether they are wanted again."""
    with opened_for(context, reader) as library:
        ended = library.mail.stop()
        if as_json:
            print_document(ended=ended.address)
        else:
            typer.echo(f"No more mail goes to {safe(ended.address)}")


@mail_app.command()
def bounce(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The report as a file; - for standard input.", allow_dash=True)] = Path(
        "-"
    ),
    as_json: Json = False,
) -> None:
    """Take in what your mail server sends back undelivered; the third day of that in a row ends the mails there."""
    with opened(context) as library:
        reader = library.mail.bounced(read_bytes(file))
        if as_json:
            print_document(reader=reader.id if reader else "")
        elif reader:
            typer.echo(f"Counted for {reader.id}")
        else:
            typer.echo("Nothing to count: no report about a brief that was sent from here")


def _words(reader: Reader, state: Mailing | None) -> str:
    if reader.disabled_at is not None:
        return "switched off"
    if state is None:
        return "not confirmed: earmark mail confirm"
    if state.state is MailState.CONFIRMED:
        return f"confirmed{f', refused on {state.refusals} days' if state.refusals else ''}"
    return "asked, not confirmed yet" if state.state is MailState.ASKED else f"ended: {safe(state.why)}"
