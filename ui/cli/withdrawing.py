"""`earmark wrong`: withdrawing an insight, bringing it back, and the list of the withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.days import Days
from earmark.errors import UsageError
from earmark.kinds import Because
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from earmark.types import Withdrawn
    from library.ports import LibraryPort

__all__ = ["print_withdrawn", "run_wrong", "wrong"]

_REASONS = ", ".join(Because)


def wrong(
    context: typer.Context,
    insight_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="An insight's id, or its first characters.")
    ] = None,
    because: Annotated[str, typer.Option("--because", help=f"Why: {_REASONS}.", metavar="REASON")] = "",
    note: Annotated[str, typer.Option("--note", help="What is wrong, in your own words.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back.")] = False,
    as_json: Json = False,
) -> None:
    """Withdraw an insight that is wrong: it is shown nowhere any more. Without an id, those that were withdrawn."""
    with opened(context) as library:
        if insight_id is None:
            print_withdrawn(library, as_json=as_json)
            return
        run_wrong(library, insight_id, because=because, note=note, undo=undo, as_json=as_json)


def run_wrong(library: LibraryPort, insight_id: str, *, because: str, note: str, undo: bool, as_json: bool) -> None:
    """Withdraws an insight, or brings it back."""
    if undo:
        if because or note:
            raise UsageError("needs neither --because nor --note", subject="--undo")
        insight = library.insights.restore(insight_id)
        if as_json:
            print_document(restored=insight)
        else:
            typer.echo(f"Back again: {safe(insight.claim)}")
        return
    if not because:
        raise UsageError(f"say why: --because {' or '.join(Because)}", subject="wrong")
    withdrawn = library.insights.withdraw(insight_id, because=because, note=note)
    if as_json:
        print_document(withdrawn=withdrawn)
        return
    typer.echo(f"Withdrawn: {safe(withdrawn.insight.claim)}")
    typer.echo(f"Bring it back with: earmark wrong {withdrawn.insight.id[:12]} --undo")


def print_withdrawn(library: LibraryPort, *, as_json: bool) -> None:
    """What was withdrawn, the latest first, each with the reason."""
    withdrawn = library.insights.withdrawn()
    if as_json:
        print_document(withdrawn=withdrawn)
    elif withdrawn:
        _list(withdrawn, Days.named(library.reader.timezone))
    else:
        typer.echo(f"Nothing has been withdrawn. earmark wrong ID --because {Because.NOT_MEANT} does it.")


def _list(withdrawn: Sequence[Withdrawn], days: Days) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    for entry in withdrawn:
        said, insight = entry.withdrawal, entry.insight
        note = f" “{safe(said.note)}”" if said.note else ""
        out.print(Text(f"Withdrawn on {days.text(said.at)}: {said.because.words}.{note}"))
        out.print(Padding(Text(f"It read: “{safe(insight.claim)}”", style="dim"), (0, 0, 0, 2)))
        place = " · ".join(safe(part) for part in (insight.speaker, said.show, said.episode) if part)
        out.print(Padding(Text(f"{insight.id}  {place}", style="dim"), (0, 0, 1, 2)))
