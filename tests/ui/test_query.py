"""A query on the command line may begin with a minus."""

from __future__ import annotations

import click
import pytest
import typer
from typer.testing import CliRunner

from ui.cli.query import QueryCommand

app = typer.Typer()


@app.command(cls=QueryCommand)
def search(
    query: str, limit: int = typer.Option(10, "--limit", "-n"), as_json: bool = typer.Option(False, "--json")
) -> None:
    click.echo(f"{query}|{limit}|{as_json}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-word"], "-word|10|False"),
        (["-word and more", "--limit", "3"], "-word and more|3|False"),
        (["--json", "-night", "-n5"], "-night|5|True"),
        (["-n", "7", "--", "-word"], "-word|7|False"),
        (['-"exact words" tea'], '-"exact words" tea|10|False'),
        (["plain", "-n", "2"], "plain|2|False"),
        (["-日本語"], "-日本語|10|False"),
    ],
)
def test_a_query_with_a_minus_is_a_query(given: list[str], said: str) -> None:
    result = CliRunner().invoke(app, given)
    assert (result.exit_code, result.output.strip()) == (0, said)


@pytest.mark.parametrize("given", [["--word"], ["-x"], ["-one", "-two"], []])
def test_an_option_that_does_not_exist_is_still_said(given: list[str]) -> None:
    assert CliRunner().invoke(app, given).exit_code == 2
