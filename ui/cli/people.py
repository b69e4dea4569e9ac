"""`earmark people`: who speaks, what somebody claims, whom they agree and differ with, and what an owner says they are called."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened
from ui.cli.timelines import print_timeline
from ui.roles import role_words

if TYPE_CHECKING:
    from library.people import Person
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
    timeline: Annotated[
        bool,
        typer.Option("--timeline", help="What they said when, their predictions, and what was said later about each."),
    ] = False,
    rename: Annotated[str | None, typer.Option("--rename", metavar="TO", help="Call them otherwise.")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Their name is right, however it is written later.")
    ] = False,
    join: Annotated[
        str | None, typer.Option("--join", metavar="OTHER", help="Another name is theirs too: the two are one person.")
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="WRITTEN", help="Whoever is written so is somebody else.")
    ] = None,
    called: Annotated[
        str,
        typer.Option("--as", metavar="NAME", help="What the other of --split is called, if not as they are written."),
    ] = "",
    show: Annotated[
        str, typer.Option("--show", help="With --rename, --join or --split: on this show alone, by title or id.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Who speaks in your shows; with a name, what they claim, by what it is about and over time.

    An owner says what people are called: it holds wherever a name is shown or looked for, for new episodes too. What was said
    stays as it is, and a former name still leads to them.
    """
    options = {
        "--ties": ties,
        "--timeline": timeline,
        "--rename": rename is not None,
        "--confirm": confirm,
        "--join": join is not None,
        "--split": split is not None,
    }
    given = [option for option, is_given in options.items() if is_given]
    with opened(context) as library:
        _check_options(given, name=name, called=called, show=show)
        if name is None:
            _print_people(library, as_json=as_json)
        elif ties:
            _print_ties(library, name, as_json=as_json)
        elif timeline:
            claims = library.people.timeline(name)
            print_timeline(claims, nothing="Nothing that they say has a date.", named=False, as_json=as_json)
        elif given:
            decided = _decide(library, name, rename=rename, join=join, split=split, called=called, show=show)
            _print_decided(decided, as_json=as_json)
        else:
            _print_person(library, name, as_json=as_json)


def _check_options(given: list[str], *, name: str | None, called: str, show: str) -> None:
    """Raises ``UsageError`` for options that do not go together."""
    if len(given) > 1:
        words = "takes one of --ties, --timeline, --rename, --confirm, --join and --split at a time"
        raise UsageError(words, subject="people")
    if called and "--split" not in given:
        raise UsageError("goes with --split", subject="--as")
    if show and not {"--rename", "--join", "--split"} & set(given):
        raise UsageError("goes with --rename, --join or --split", subject="--show")
    if given and name is None:
        raise UsageError("say whom: earmark people NAME …", subject="people")


def _decide(
    library: LibraryPort,
    name: str,
    *,
    rename: str | None,
    join: str | None,
    split: str | None,
    called: str,
    show: str,
) -> Person:
    """The person after an owner's word on the name: another one, or, if the owner gives none, that it is right."""
    if rename is not None:
        return library.people.rename(name, rename, show=show)
    if join is not None:
        return library.people.join(name, join, show=show)
    if split is not None:
        return library.people.split(name, split, called=called, show=show)
    return library.people.confirm(name)


def _print_decided(person: Person, *, as_json: bool) -> None:
    if as_json:
        print_document(person)
        return
    typer.echo(f"{safe(person.name)}: {_written(person) or 'no insight'}")


def _written(person: Person) -> str:
    """How transcripts write somebody, and in how many insights."""
    return ", ".join(f"{safe(way.name)} in {counted(way.insights, 'insight')}" for way in person.spellings)


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
    if [way.name for way in person.spellings] not in ([], [person.name]) or person.labels:
        labels = ", ".join(f"{safe(label.label)} in {counted(label.episodes, 'episode')}" for label in person.labels)
        ways = f"Written {_written(person)}" + (f"; taken for them: {labels}" if labels else "")
        out.print(Text(ways, style="dim"))
    if person.shows:
        out.print(Text(safe(role_words(person.shows))))
    if not person.spellings:
        out.print(Text(f"No insight in your library is theirs; try: earmark search {shlex.quote(safe(person.name))}"))
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
