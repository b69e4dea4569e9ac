"""The HTTP status of each error."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from earmark.errors import Forbidden, NotFound, TransientError, UsageError
from ui.access.gate import Refused

if TYPE_CHECKING:
    from earmark.errors import EarmarkError

__all__ = ["status_of"]


def status_of(error: EarmarkError) -> int:
    """The status that an error is answered with."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, UsageError):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, TransientError) else HTTPStatus.INTERNAL_SERVER_ERROR
