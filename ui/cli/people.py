"""`earmark people`: who speaks, what somebody claims, and whom they agree and differ with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["people"]

_LISTED = 40
_CLAIMS = 10


def people(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Somebody, in any case; without a name, everybody.")
    ] = None,
    ties: Annotated[bool, typer.Option("--ties", help="Who says the same as they do, and who the opposite.")] = False,
    as_json: Json = False,
) -> None:
    """Who speaks in your shows; with a name, what they claim, by what it is about and over time."""
    with opened(context) as library:
        if name is None:
            if ties:
                raise UsageError("needs a name", subject="--ties")
            _print_people(library, as_json=as_json)
        elif ties:
            _print_ties(library, name, as_json=as_json)
        else:
            _print_person(library, name, as_json=as_json)


def _print_people(library: LibraryPort, *, as_json: bool) -> None:
    every = library.people.every()
    if as_json:
        print_document(people=every)
        return
    for speaker in every[:_LISTED]:
        where = f"{counted(speaker.insights, 'insight')} in {counted(speaker.episodes, 'episode')}"
        typer.echo(f"{safe(speaker.name)}: {where}")
    if len(every) > _LISTED:
        typer.echo(f"{len(every) - _LISTED} more; --json lists all.")
    if not every:
        typer.echo("No speaker is known by name yet.")


def _print_person(library: LibraryPort, name: str, *, as_json: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    person = library.people.get(name, claims=_CLAIMS)
    if as_json:
        print_document(person)
        return
    out = console()
    out.print(Text(safe(person.name), style="bold"))
    for theme in person.themes:
        out.print()
        out.print(Text(f"{safe(theme.label) or 'In no theme'}  {theme.count}", style="bold cyan"))
        for insight in theme.insights:
            when = f"{insight.published:%d %b %Y}  " if insight.published else ""
            out.print(Padding(Text(f"{when}{safe(insight.claim)}"), (0, 0, 0, 2)))
            out.print(Padding(Text(f"{insight.id}  {safe(insight.show)}", style="dim"), (0, 0, 0, 2)))


def _print_ties(library: LibraryPort, name: str, *, as_json: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from earmark.relations import RELATION_WORDS, utterance

    ties = library.people.ties(name)
    if as_json:
        print_document(ties=ties)
        return
    out = console()
    if not ties:
        out.print("Nobody in your library says the same or the opposite.")
    for tie in ties:
        told = f"{tie.agreements} the same, {tie.differences} the opposite"
        out.print(Text(f"{safe(tie.name)}: {told}", style="bold"))
        for example in tie.examples:
            word = RELATION_WORDS.get(example.other.relation, "")
            out.print(Padding(Text(safe(example.insight.claim)), (0, 0, 0, 2)))
            out.print(Padding(Text(f"{word}: {safe(utterance(example.other).text)}", style="dim"), (0, 0, 1, 4)))
