"""`earmark alert …`: be told of new claims on a search, a person or a theme."""

from __future__ import annotations

from typing import Annotated

import typer

from earmark.kinds import SelectionKind
from earmark.language.spans import counted
from ui.cli.options import ForReader, Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened_for

__all__ = ["alert_app"]

alert_app = typer.Typer(
    help="Be told of new claims on a search, a person or a theme: at most one message a day, each claim once.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@alert_app.command()
def add(
    context: typer.Context,
    kind: Annotated[SelectionKind, typer.Argument(help="search, person or theme.")],
    value: Annotated[
        str,
        typer.Argument(help="Of a theme its id, of a person the whole name, of a search what you would search for."),
    ],
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Have new claims told from now on, after the brief of each day, wherever the brief goes; old claims are not told."""
    from earmark.types import Selection

    with opened_for(context, reader) as library:
        alert = library.alerts.add(Selection(kind=kind, value=value))
        if as_json:
            print_document(alert=alert)
        else:
            typer.echo(f"{alert.id}  {safe(alert.title)}")


@alert_app.command(name="list")
def list_(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """The alerts there are, and what the next message would tell."""
    with opened_for(context, reader) as library:
        alerts, coming = library.alerts.every(), library.alerts.coming()
        if as_json:
            print_document(alerts=alerts, coming=coming, told=library.alerts.told())
            return
        new = {entry.alert.id: entry.insights for entry in coming.news}
        for alert in alerts:
            insights = new.get(alert.id, ())
            typer.echo(f"{alert.id}  {safe(alert.title)}, {counted(len(insights), 'new claim')}")
            for insight in insights[:_SHOWN]:
                typer.echo(f"          {safe(insight.claim)}")
        if not alerts:
            typer.echo('There is no alert yet. earmark alert add search "kelp credits" makes one.')


@alert_app.command()
def remove(
    context: typer.Context,
    alert: Annotated[str, typer.Argument(metavar="ID", help="The id of the alert.")],
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """End an alert."""
    with opened_for(context, reader) as library:
        library.alerts.remove(alert)
        if as_json:
            print_document(removed=alert)
        else:
            typer.echo(f"Removed {safe(alert)}")


_SHOWN = 3
"""New claims that are listed of an alert."""
