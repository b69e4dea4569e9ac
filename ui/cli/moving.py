"""`earmark move`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened

__all__ = ["move"]


def move(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="An empty database: postgresql://user@host/name or sqlite:////path/catalog.sqlite. "
            "A password is better in PGPASSWORD or ~/.pgpass, where no other user sees it.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Copy the library into another database and compare every row; run again, it goes on where it was cut off."""

    def copied(table: str, rows: int) -> None:
        if rows and not as_json and sys.stderr.isatty():
            typer.echo(f"{table}: {counted(rows, 'row')}", err=True)

    with opened(context) as library:
        report = library.move(to, on_table=copied)
    if as_json:
        print_document(report)
        return
    rows = sum(report.rows.values())
    typer.echo(f"Moved {counted(rows, 'row')} to {safe(report.target)}, and compared each with what it was")
    typer.echo("From now on name that address: database_url in earmark.toml, or EARMARK_DATABASE_URL")
    typer.echo(f"What was moved is still at {safe(report.source)}; remove it when you no longer need it")
