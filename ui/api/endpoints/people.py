"""Who speaks: everybody, one person with their claims, and whom they agree and differ with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from earmark.errors import Forbidden, NotFound, UsageError
from ui.access.gate import Refused
from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, Theirs
from ui.api.schemas import JoinBody, PersonNameBody, SplitBody

__all__ = ["confirm_person", "join_people", "people", "person", "rename_person", "split_person", "ties", "timeline"]

Name = Annotated[
    str,
    Path(
        max_length=500,
        description="a name, present or former, in any case, with or without accents; or as `/p/…` writes it, where it has a slash",
    ),
]
_MOST_CLAIMS = 100


def people(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """By the name that is shown: two spellings that nobody joined are two entries."""
    return page(request, library.people.every(), cursor, limit, lambda speaker: speaker.name)


def person(
    request: Request,
    library: Theirs,
    name: Name,
    claims: Annotated[int, Query(ge=1, le=_MOST_CLAIMS, description="most claims of each theme, the latest")] = 10,
) -> Response:
    """`themes` hold the claims by what they are about, each list from the earliest to the latest; `months` count them.

    `shows` say where they speak, and as what: `host`, `guest`, or empty where nothing tells.
    """
    return answer(request, library.people.get(name, claims=claims))


def ties(request: Request, library: Theirs, name: Name) -> Response:
    """By their latest twenty claims, each compared with what other shows said about the same."""
    return answer(request, library.people.ties(name))


def timeline(request: Request, library: Theirs, name: Name) -> Response:
    """Their latest sixty claims, the earliest first; what others said is looked up for twenty, predictions first."""
    return answer(request, library.people.timeline(name))


def rename_person(request: Request, library: Theirs, name: Name, body: PersonNameBody) -> Response:
    """For an owner. What was said stays as it is, and the former name leads to them. 409: nobody can be called so, or somebody is."""
    with _as_conflict():
        return answer(request, library.people.rename(name, body.name, show=body.show))


def confirm_person(request: Request, library: Theirs, name: Name) -> Response:
    """For an owner."""
    with _as_conflict():
        return answer(request, library.people.confirm(name))


def join_people(request: Request, library: Theirs, name: Name, body: JoinBody) -> Response:
    """For an owner. 409: both are one person already."""
    with _as_conflict():
        return answer(request, library.people.join(name, body.other, show=body.show))


def split_person(request: Request, library: Theirs, name: Name, body: SplitBody) -> Response:
    """For an owner. The other person. 409: they are not written so, or it is the only way."""
    with _as_conflict():
        return answer(request, library.people.split(name, body.written, called=body.called, show=body.show))


@contextmanager
def _as_conflict() -> Iterator[None]:
    """What is a name by its form, and does not fit the people that there are, is a conflict and no wrong request."""
    try:
        yield
    except (Forbidden, NotFound):
        raise
    except UsageError as error:
        raise Refused(error.message, subject=error.subject, status=409) from error
