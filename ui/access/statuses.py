"""The HTTP status of each error, and the headers that go with it."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

from earmark.errors import Forbidden, NotFound, TransientError, UsageError
from ui.access.gate import Refused

if TYPE_CHECKING:
    from earmark.errors import EarmarkError

__all__ = ["headers_of", "status_of"]


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


def headers_of(error: EarmarkError) -> dict[str, str]:
    """What a client has to know beside the status: that a token is asked for, and when to ask again."""
    headers = {"WWW-Authenticate": "Bearer"} if status_of(error) == HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, Refused) and error.retry_after_s is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return headers
