"""The day and the machine of each part of a file of results, for files whose parts are measured at different times.

A file that was measured at one go has ``measured`` (a day) and ``machine``. Once a part is measured again, ``measured`` has
the day of each part and ``machines`` the machine of each: a part that was left alone keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Parts", "day_of", "machine_of", "with_parts"]

_ABOUT = frozenset({"measured", "machine", "machines"})
"""Names that are no parts."""


def with_parts(
    kept: Mapping[str, Any], parts: Mapping[str, Any], *, day: str, machine: Mapping[str, Any]
) -> dict[str, Any]:
    """The document ``kept`` with ``parts`` as measured on that day and machine; the other parts keep theirs."""
    values = {name: value for name, value in kept.items() if name not in _ABOUT} | dict(parts)
    days = {name: day_of(kept, name) for name in values} | dict.fromkeys(parts, day)
    machines = {name: machine_of(kept, name) for name in values} | dict.fromkeys(parts, machine)
    return {
        "measured": {name: told for name, told in days.items() if told},
        "machines": {name: told for name, told in machines.items() if told},
        **values,
    }


def day_of(document: Mapping[str, Any], part: str) -> str:
    """The day on which a part was measured; empty where the document does not tell."""
    measured = document.get("measured", "")
    return str(measured.get(part, "") if isinstance(measured, Mapping) else measured)


def machine_of(document: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """The machine that a part was measured on; empty where the document does not tell."""
    machine: Mapping[str, Any] = document.get("machines", {}).get(part) or document.get("machine", {})
    return machine


class Parts(Mapping[str, Any]):
    """A document that remembers which of its parts were read, so that what is told of it is dated by them alone."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._read: dict[str, None] = {}

    def __getitem__(self, part: str) -> Any:
        value = self._document[part]
        self._read[part] = None
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    def days(self) -> list[str]:
        """The days of the parts that were read, earliest first, each once."""
        return sorted({day for part in self._read if (day := day_of(self._document, part))})
