"""`earmark disagreements`: who contradicts whom, with both quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import Json
from ui.cli.output import console, print_document
from ui.cli.reading import parse_day
from ui.cli.session import opened

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["disagreements"]


def disagreements(
    context: typer.Context,
    show: Annotated[str, typer.Option("--show", help="Only with a side on this show, by id, title or address.")] = "",
    since: Annotated[
        str | None, typer.Option("--since", help="Only with a later side of this day or later, as YYYY-MM-DD.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="At most this many.")] = 20,
    as_json: Json = False,
) -> None:
    """Who contradicts whom on two shows, with what each said, the latest first.

    A pair is here because the language model said so when it was asked about the two, or because the words make it sure.
    """
    from ui.cli import page

    with opened(context) as library:
        pairs = library.insights.disagreements(show=show, since=parse_day(since), limit=limit)
        if as_json:
            print_document(disagreements=pairs)
        elif pairs:
            page.disagreements(console(), pairs)
        else:
            typer.echo(_nothing(library, narrowed=bool(show or since)))


def _nothing(library: LibraryPort, *, narrowed: bool) -> str:
    """Why the list is empty."""
    if not library.insights.newest(limit=1):
        return "No insights yet. earmark ingest finds them."
    where = "of these" if narrowed else "in your library"
    return f"No two ideas {where} are sure to contradict each other. Without a model's word only plain words tell."
