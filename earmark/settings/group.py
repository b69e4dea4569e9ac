"""What all groups of settings share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Actors", "Cores", "Group", "web_address"]


Cores = Annotated[int, Field(ge=0, le=256)]
Actors = Annotated[int, Field(ge=1, le=10_000)]


def web_address(value: str) -> str:
    """The address without a slash at its end; raises ``ValueError`` where it is none of the web."""
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("is no web address: it begins with https:// (or http:// on this machine)")
    return value.rstrip("/")


class Group(BaseModel):
    """A group of settings; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
