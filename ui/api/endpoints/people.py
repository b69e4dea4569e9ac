"""Who speaks: everybody, one person with their claims, and whom they agree and differ with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, Theirs

__all__ = ["people", "person", "ties"]

Name = Annotated[
    str,
    Path(
        max_length=500,
        description="a name in any case, with or without accents; or as `/p/…` writes it, where it has a slash",
    ),
]
_MOST_CLAIMS = 100


def people(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Each name as it is written: two spellings are two entries."""
    return page(request, library.people.every(), cursor, limit, lambda speaker: speaker.name)


def person(
    request: Request,
    library: Theirs,
    name: Name,
    claims: Annotated[int, Query(ge=1, le=_MOST_CLAIMS, description="most claims of each theme, the latest")] = 10,
) -> Response:
    """`themes` hold the claims by what they are about, each list from the earliest to the latest; `months` count them."""
    return answer(request, library.people.get(name, claims=claims))


def ties(request: Request, library: Theirs, name: Name) -> Response:
    """By their latest twenty claims, each compared with what other shows said about the same."""
    return answer(request, library.people.ties(name))
