"""What did not go out to a reader."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from ui.api.answering import answer
from ui.api.params import Theirs

__all__ = ["forget_undelivered", "send_again", "undelivered"]

LetterId = Annotated[str, Path(max_length=64, description="an id")]


def undelivered(request: Request, library: Theirs) -> Response:
    """The latest day first; `again` is the time of the next try, empty where Earmark gave up."""
    return answer(request, library.undelivered.every())


def send_again(library: Theirs, letter_id: LetterId) -> Response:
    """It goes out now, even if it may have gone out before."""
    library.undelivered.again(letter_id)
    return Response(status_code=204)


def forget_undelivered(library: Theirs, letter_id: LetterId) -> Response:
    """It is not tried any more."""
    library.undelivered.forget(letter_id)
    return Response(status_code=204)
