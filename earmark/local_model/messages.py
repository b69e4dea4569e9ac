"""What a local model's process and its parent say to each other."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LoadFailure", "LoadedModel", "Start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Which file to run, with how many tokens of context, for whom: the server answers only to the ``key``."""

    path: str
    context: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """The model is loaded; ``url`` is where its server listens."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFailure:
    """The model cannot be run; ``reason`` says why."""

    reason: str
