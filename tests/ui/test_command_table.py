"""Commands are made when they are called; whoever only lists them sees what the made ones say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperCommand
from typer.testing import CliRunner

from ui.cli import main
from ui.cli.query import QueryCommand


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the commands as they are made."""
    names: list[str] = []
    make = typer.main.get_command_from_info

    def noted(*args: Any, **options: Any) -> Any:
        command = make(*args, **options)
        names.append(str(command.name))
        return command

    monkeypatch.setattr(typer.main, "get_command_from_info", noted)
    yield names


def run(*words: str) -> str:
    """What the command line prints, with no command made before."""
    app = typer.Typer(name="earmark", cls=main.app.info.cls, rich_markup_mode=None)
    app.callback()(main.options)
    return CliRunner().invoke(app, list(words)).output


def test_help_makes_no_command_and_a_call_makes_one(made: list[str]) -> None:
    assert "demo" in run("--help")
    assert made == []
    assert "--json" in run("search", "--help")
    assert made == ["search"]
    assert "list" in run("feed", "--help")
    assert made == ["search", "add", "list", "remove"]


def test_what_is_listed_is_what_the_made_commands_say() -> None:
    table = typer.main.get_command(main.app)
    listed = run("--help")
    for name, command in table.commands.items():  # type: ignore[attr-defined]
        assert command.name == name
        begins = command.get_short_help_str().removesuffix("...")
        assert f"  {name} " in listed
        assert begins in " ".join(listed.split()), name


def test_a_slip_is_answered_with_names_that_are_near(made: list[str]) -> None:
    assert "No such command 'serach'. Did you mean 'search'?" in " ".join(run("serach").split())
    assert made == []


def test_a_query_may_begin_with_a_minus() -> None:
    commands = typer.main.get_command(main.app).commands  # type: ignore[attr-defined]
    classes = {name: type(command) for name, command in commands.items() if isinstance(command, TyperCommand)}
    assert {name for name, kind in classes.items() if kind is QueryCommand} == {"search", "ask"}
