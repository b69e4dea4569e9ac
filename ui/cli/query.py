"""Queries on the command line: a query may begin with a minus without being taken for an option."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

__all__ = ["QueryCommand"]

_MINUS = re.compile(r"-(?!-)(?!\w[\d.]*$)\S.*", re.DOTALL)
"""``-word``, ``-show:name`` or ``"-word and more"``; not ``--option``, ``-n`` or ``-n5``."""


class QueryCommand(TyperCommand):
    """A command whose argument may begin with a minus, as ``-word`` does, which leaves out what has that word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments as click takes them, after queries were put behind ``--``."""
        if "--" not in args:
            queries = [arg for arg in args if _MINUS.fullmatch(arg)]
            args = [arg for arg in args if arg not in queries] + (["--", *queries] if queries else [])
        return super().parse_args(ctx, args)
