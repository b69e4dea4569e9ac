"""What a reader does with an insight: `earmark save`, `saved`, `hide`, `more` and `less`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from earmark.kinds import Direction
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from earmark.types import Insight

__all__ = ["hide", "less", "more", "save", "saved"]

Id = Annotated[str, typer.Argument(metavar="ID", help="An insight's id, or its first characters.")]
IdOrList = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="An insight's id, or its first characters; without one, the list.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back.")]


def save(
    context: typer.Context,
    insight_id: Id,
    note: Annotated[str | None, typer.Option("--note", help="A note on it, in place of an earlier one.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A tag; may be given several times.")] = None,
    undo: Undo = False,
    as_json: Json = False,
) -> None:
    """Save an insight, with a note and tags if you like. `earmark saved` lists what you saved."""
    with opened(context) as library:
        if undo and (note or tag):
            raise UsageError("needs neither --note nor --tag", subject="--undo")
        insight = library.insights.get(insight_id)
        state = library.marks.save(insight.id, on=not undo)
        if note is not None or tag is not None:
            words, tags = state.note if note is None else note, state.tags if tag is None else tag
            state = library.marks.annotate(insight.id, note=words, tags=tags)
        if as_json:
            print_document(state)
        else:
            _say("No longer saved" if undo else "Saved", insight, f"earmark save {insight.id[:12]}", undo)


def saved(
    context: typer.Context,
    tag: Annotated[str, typer.Option("--tag", help="Only what has this tag.")] = "",
    as_json: Json = False,
) -> None:
    """What you saved, the latest first, with your notes and tags."""
    with opened(context) as library:
        kept = [(insight, state) for insight, state in library.marks.saved() if not tag or tag in state.tags]
        if as_json:
            print_document(saved=[insight for insight, _ in kept], states=[state for _, state in kept])
        elif kept:
            notes = [" ".join([state.note, *(f"#{tag}" for tag in state.tags)]).strip() for _, state in kept]
            _list([insight for insight, _ in kept], notes)
        else:
            typer.echo("Nothing is saved. earmark save ID saves an insight.")


def hide(context: typer.Context, insight_id: IdOrList = None, undo: Undo = False, as_json: Json = False) -> None:
    """Hide an insight from your lists and briefs, and from no other reader's. Without an id, what you hid."""
    with opened(context) as library:
        if insight_id is None:
            _require_no_undo(undo)
            hidden = [insight for insight, _ in library.marks.hidden()]
            if as_json:
                print_document(hidden=hidden)
            else:
                _list(hidden) if hidden else typer.echo("Nothing is hidden. earmark hide ID hides an insight.")
            return
        insight = library.insights.get(insight_id)
        state = library.marks.hide(insight.id, on=not undo)
        if as_json:
            print_document(state)
        else:
            _say("Shown again" if undo else "Hidden", insight, f"earmark hide {insight.id[:12]}", undo)


def more(context: typer.Context, insight_id: IdOrList = None, undo: Undo = False, as_json: Json = False) -> None:
    """Ask for more like an insight in coming briefs. Without an id, what you asked for."""
    _wish(context, Direction.MORE, insight_id, undo=undo, as_json=as_json)


def less(context: typer.Context, insight_id: IdOrList = None, undo: Undo = False, as_json: Json = False) -> None:
    """Ask for less like an insight in coming briefs. Without an id, what you asked for."""
    _wish(context, Direction.LESS, insight_id, undo=undo, as_json=as_json)


def _wish(context: typer.Context, direction: Direction, insight_id: str | None, *, undo: bool, as_json: bool) -> None:
    with opened(context) as library:
        if insight_id is None:
            _require_no_undo(undo)
            asked = [insight for insight, click in library.marks.wishes() if click.direction is direction]
            if as_json:
                print_document(wishes=asked)
            else:
                nothing = f"You asked for {direction} of nothing yet. earmark {direction} ID does it."
                _list(asked) if asked else typer.echo(nothing)
            return
        insight = library.insights.get(insight_id)
        click = library.marks.unwish(insight.id) if undo else library.marks.wish(insight.id, direction)
        if as_json:
            print_document(wish=click)
        else:
            done = "Taken back" if undo else f"Coming briefs will hold {direction} like it"
            _say(done, insight, f"earmark {direction} {insight.id[:12]}", undo)


def _require_no_undo(undo: bool) -> None:
    if undo:
        raise UsageError("say of which insight: give its id", subject="--undo")


def _say(done: str, insight: Insight, command: str, undone: bool) -> None:
    typer.echo(f"{done}: {safe(insight.claim)}")
    if not undone:
        typer.echo(f"Take it back with: {command} --undo")


def _list(insights: Sequence[Insight], notes: Sequence[str] = ()) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    for n, insight in enumerate(insights):
        out.print(Text(safe(insight.claim), style="bold"))
        if notes and notes[n]:
            out.print(Padding(Text(safe(notes[n])), (0, 0, 0, 2)))
        place = " · ".join(safe(part) for part in (insight.speaker, insight.show, insight.episode) if part)
        out.print(Padding(Text(f"{insight.id}  {place}", style="dim"), (0, 0, 1, 2)))
