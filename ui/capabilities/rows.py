"""What a row of the table says."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Capability", "Omission"]


@dataclass(frozen=True, slots=True)
class Omission:
    """Why a face does not offer something."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that Earmark does.

    Attributes:
        name: of the capability, unique.
        about: what it does, in one sentence: the summary of the route.
        library: methods of the library behind it, as ``part.method``.
        rest: method and path below ``/api/v1``.
        mcp: a tool, or the URI of a resource.
        cli: commands.
    """

    name: str
    about: str
    library: tuple[str, ...] = ()
    rest: str | Omission
    mcp: str | Omission
    cli: tuple[str, ...] | Omission
