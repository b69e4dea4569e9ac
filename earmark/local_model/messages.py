"""What a local model's process and its parent say to each other."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Failed", "Listening", "Start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Which file to run, with how many tokens of context, for whom: the server answers only to the ``key``."""

    path: str
    context: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The model is loaded, and its server listens here."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It cannot be run, and why."""

    reason: str
