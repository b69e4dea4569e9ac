"""A reader's profile: what they wrote down, what their clicks taught, and what a change does to the next brief."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from earmark.errors import LeaseLost
from ui.access.gate import Refused
from ui.api.answering import answer
from ui.api.params import Theirs
from ui.api.schemas import PreviewBody, ProfileBody, TextBody

__all__ = [
    "compare_profile",
    "learned",
    "preview_brief",
    "profile",
    "profile_seeds",
    "profile_with_text",
    "reset_profile",
    "set_profile",
    "undo_profile",
]


def profile(request: Request, library: Theirs) -> Response:
    """`trouble` says why the file is not in force; `notes` what is in force and does nothing."""
    return answer(request, library.profile.get())


def set_profile(request: Request, library: Theirs, body: ProfileBody) -> Response:
    """An error names the line and says what to do; the profile is then as it was. 409: it was changed meanwhile."""
    try:
        return answer(request, library.profile.set(body.text, after=body.version))
    except LeaseLost as error:
        raise Refused(error.message, subject=error.subject, status=409) from error


def undo_profile(request: Request, library: Theirs) -> Response:
    """Done twice, the last change is back."""
    return answer(request, library.profile.undo())


def reset_profile(
    request: Request,
    library: Theirs,
    learned: Annotated[bool, Query(description="take back every click too, for good")] = False,
) -> Response:
    """The text can be taken back, the clicks cannot."""
    return answer(request, library.profile.reset(learned=learned))


def compare_profile(request: Request, library: Theirs, body: TextBody) -> Response:
    """Nothing is stored, and nothing counts as told."""
    return answer(request, library.profile.compare(body.text))


def learned(request: Request, library: Theirs) -> Response:
    """`theme` is empty where the library has no name for it. `DELETE /insights/{insight_id}/wish` takes a click back."""
    return answer(request, library.profile.learned())


def profile_seeds(request: Request, library: Theirs) -> Response:
    """`POST /insights/{insight_id}/wish` picks one."""
    return answer(request, library.profile.seeds())


def profile_with_text(request: Request, library: Theirs, body: TextBody) -> Response:
    """`PUT /profile` stores it."""
    return answer(request, library.profile.with_text(body.text))


def preview_brief(request: Request, library: Theirs, body: PreviewBody) -> Response:
    """Nothing is stored, and nothing counts as told."""
    return answer(request, library.profile.preview(body.day, body.profile))
