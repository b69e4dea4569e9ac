"""The table of commands as a group of Typer's: commands are listed as they stand there, and made when one is called.

Typer makes a command of a function by reading the types of all its arguments, which for ninety commands takes as long as
everything else that `earmark --help` does.
"""

from __future__ import annotations

import inspect
from collections import UserDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["CommandTable"]


class CommandTable(TyperGroup):
    """A group whose commands are made when they are asked for; a subclass names them.

    Attributes:
        functions: the commands by name, in the order of ``--help``.
        classes: what the command of a name is made as; `TyperCommand` where none is given.
        groups: the groups of commands by name, which follow.
    """

    functions: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    classes: ClassVar[Mapping[str, type[TyperCommand]]] = {}
    groups: ClassVar[Mapping[str, typer.Typer]] = {}

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = _MadeOnDemand(
            {name: partial(self._command, name) for name in self.functions}
            | {name: partial(self._group, name) for name in self.groups}
        )

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Lists every command by its name and the beginning of its help."""
        helps = {name: inspect.getdoc(function) for name, function in self.functions.items()}
        helps |= {name: group.info.help for name, group in self.groups.items()}
        listed = {name: TyperCommand(name, help=text) for name, text in helps.items()}
        TyperGroup(name=self.name, commands=dict(listed)).format_commands(ctx, formatter)

    def _command(self, name: str) -> Any:
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(name=name, cls=self.classes.get(name))(self.functions[name])
        return typer.main.get_command(alone)

    def _group(self, name: str) -> Any:
        made = typer.main.get_group(self.groups[name])
        made.name = name
        return made


class _MadeOnDemand(UserDict[str, Any]):
    """Commands by name; in place of one that has not been asked for yet lies what makes it."""

    def __getitem__(self, name: str) -> Any:
        if isinstance(maker := self.data[name], partial):
            self.data[name] = maker()
        return self.data[name]
