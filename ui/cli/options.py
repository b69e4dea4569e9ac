"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "After",
    "Before",
    "Episodes",
    "Events",
    "ForReader",
    "Json",
    "OnlyShows",
    "Shows",
    "Speakers",
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Events = Annotated[bool, typer.Option("--events", help="Print progress as JSON lines on stdout.")]
OnlyShows = Annotated[list[str] | None, typer.Argument(help="Only these shows, by id, title or address.")]

Shows = Annotated[list[str] | None, typer.Option("--show", help="Only this show; may be given several times.")]
Speakers = Annotated[list[str] | None, typer.Option("--speaker", help="Only what this person said.")]
Episodes = Annotated[list[str] | None, typer.Option("--episode", help="Only this episode, by id.")]
After = Annotated[str | None, typer.Option("--after", help="Only from this day on, as YYYY-MM-DD.")]
Before = Annotated[str | None, typer.Option("--before", help="Only before this day, as YYYY-MM-DD.")]

ForReader = Annotated[
    str, typer.Option("--reader", help="Of this reader, by id; without it, of the reader of this machine.")
]
"""Whose things a command is about."""
