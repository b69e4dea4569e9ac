"""`earmark takeout …`: notes for Obsidian, highlights for Readwise, cards for Anki, and everything as one document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from earmark.errors import UsageError
from earmark.kinds import SelectionKind
from earmark.language.spans import counted
from earmark.whole_files import write_atomically
from ui.cli.files import read_text
from ui.cli.options import ForReader, Json
from ui.cli.output import print_document
from ui.cli.session import opened_for

__all__ = ["takeout_app"]

takeout_app = typer.Typer(
    help="Take out what you keep: notes for Obsidian, highlights for Readwise, cards for Anki, or everything.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Of = Annotated[SelectionKind, typer.Option("--of", help="Of what.")]
Value = Annotated[str, typer.Option("--value", help="Of a theme its id, of a person the name, of a search the query.")]
File = Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")]


@takeout_app.command()
def notes(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder, such as one of your vault.")],
    of: Of = SelectionKind.SAVED,
    value: Value = "",
    by_day: Annotated[bool, typer.Option("--by-day", help="One note a day in place of one an idea.")] = False,
    template: Annotated[Path | None, typer.Option("--template", help="What a note looks like (Jinja).")] = None,
    show_template: Annotated[
        bool, typer.Option("--show-template", help="Print the template in use, to begin yours with; write nothing.")
    ] = False,
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Write notes in Markdown with front matter and wikilinks; what is there is never changed, and nothing comes twice."""
    from briefs.exports.notes import DEFAULT_TEMPLATE
    from earmark.types import Selection

    if show_template:
        typer.echo(DEFAULT_TEMPLATE, nl=False)
        return
    with opened_for(context, reader) as library:
        given = read_text(template) if template else ""
        done = library.takeout.notes(Selection(kind=of, value=value), folder, by_day=by_day, template=given)
        if as_json:
            print_document(done)
        else:
            typer.echo(f"Wrote {counted(done.written, 'idea')}; {done.known} had been written before")


@takeout_app.command()
def readwise(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="A CSV file to import; without it they are sent (readwise.token).")
    ] = None,
    of: Of = SelectionKind.SAVED,
    value: Value = "",
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Send quotes to Readwise as highlights, or write them into a CSV file; sent again they are not doubled."""
    from earmark.types import Selection

    with opened_for(context, reader) as library:
        selection = Selection(kind=of, value=value)
        if file is not None:
            _write(file, library.takeout.readwise_csv(selection))
            _said(f"Wrote {file}", as_json, written=str(file))
            return
        sent = library.takeout.to_readwise(selection)
        _said(f"Sent {counted(sent, 'highlight')}", as_json, sent=sent)


@takeout_app.command()
def anki(
    context: typer.Context,
    file: File,
    of: Of = SelectionKind.SAVED,
    value: Value = "",
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Write cards as a text file that Anki imports; a second import changes cards in place of adding them."""
    from earmark.types import Selection

    with opened_for(context, reader) as library:
        _write(file, library.takeout.anki(Selection(kind=of, value=value)))
        _said(f"Wrote {file}", as_json, written=str(file))


@takeout_app.command()
def everything(context: typer.Context, file: File, reader: ForReader = "", as_json: Json = False) -> None:
    """Write all that is a reader's own as JSON: profile, saved with notes, hidden, wishes, conversations, briefs, alerts."""
    from earmark.documents import document

    with opened_for(context, reader) as library:
        _write(
            file, json.dumps(document(result=library.takeout.everything()), ensure_ascii=False, indent=1), private=True
        )
        _said(f"Wrote {file}", as_json, written=str(file))


@takeout_app.command(name="import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `earmark takeout everything` wrote.")],
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Add what such a file holds to what a reader has, which stays."""
    from earmark.documents import result_in
    from earmark.types import Archive

    with opened_for(context, reader) as library:
        try:
            archive = result_in(Archive, json.loads(read_text(file)))
        except (ValueError, AttributeError, RecursionError):  # no JSON, or none of ours
            raise UsageError("is no export of this version of Earmark", subject=str(file)) from None
        new = library.takeout.put_back(archive)
        _said(f"Added {counted(new, 'thing')}", as_json, added=new)


def _said(words: str, as_json: bool, **parts: object) -> None:
    if as_json:
        print_document(**parts)
    else:
        typer.echo(words)


def _write(path: Path, text: str, *, private: bool = False) -> None:
    """Writes a file, ``private`` to this user alone, into a folder that is there: a missing one is a slip of the pen."""
    try:
        path.parent.stat()
        write_atomically(path, text, mode=0o600 if private else 0o644)
    except OSError as error:
        raise UsageError(f"cannot be written ({error.strerror})", subject=str(path)) from None
