"""What Earmark is installed with: its requirements, theirs, and so on, by what is installed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

__all__ = ["BUILD", "EXTRAS", "closure", "normal", "pinned"]

EXTRAS = {"run": ("fast",), "dev": ("fast", "test", "dev")}
"""The extras of the two commands of the Makefile: `make demo` and `make test`."""
BUILD = ("hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
"""What builds Earmark itself, so that pip fetches nothing for it beside what is locked."""
CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"


def closure(extras: Iterable[str], needs: Callable[[str], list[str] | None] = requires) -> set[str]:
    """The normal names of all that Earmark needs on this machine with these extras, itself left out.

    ``needs`` gives the requirements of a distribution; it raises ``PackageNotFoundError`` for those that are not known.
    """
    todo = [("earmark", extra) for extra in ("", *extras)]
    seen = set[tuple[str, str]]()
    while todo:
        name, extra = key = todo.pop()
        if key in seen:
            continue
        try:
            wanted = [Requirement(line) for line in needs(name) or []]
        except PackageNotFoundError:
            continue  # of another platform, or taken out on purpose
        seen.add(key)
        for requirement in wanted:
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                todo += [(normal(requirement.name), needed) for needed in ("", *requirement.extras)]
    return {name for name, _ in seen} - {"earmark"}


def pinned() -> dict[str, str]:
    """The versions of ``constraints.txt`` by normal name."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return {
        normal(line.partition("==")[0]): line.partition("==")[2] for line in lines if "==" in line and line[0] != "#"
    }


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
