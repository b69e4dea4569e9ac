"""Calls of a Qdrant server: the client, which version it must have, failures in our words, and further tries."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import stamina

from earmark.errors import EarmarkError, PermanentError, TransientError

__all__ = ["answered", "check_version", "connect"]

T = TypeVar("T")

_OLDEST = (1, 16)
"""The first version that writes a point only if a filter fits what is there (``update_filter``)."""
_TIMEOUT_S = 30
_ATTEMPTS = 4
"""Tries of a call. Every call of ours may be made twice: what is written says to which change it belongs."""
_WAIT_S = 0.2
"""Wait before the second try, in seconds; it grows with each further one."""


def connect(url: str, *, api_key: str = "") -> Any:
    """A client of the server at a URL; nothing is sent yet."""
    from qdrant_client import QdrantClient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a key without TLS; the settings' documentation says so too
        return QdrantClient(url=url, api_key=api_key or None, timeout=_TIMEOUT_S, check_compatibility=False)


def answered(call: Callable[[], T]) -> T:
    """What a call of the server returns, tried again where the server does not answer or is busy.

    Raises:
        TransientError: the server does not answer, in none of the tries.
        PermanentError: it refuses.
    """
    for attempt in stamina.retry_context(on=TransientError, attempts=_ATTEMPTS, wait_initial=_WAIT_S, timeout=None):
        with attempt, _in_our_words():
            return call()
    raise TransientError("the server does not answer", subject="Qdrant")


def check_version(client: Any) -> None:
    """Refuses a server that would take a late write of an older state.

    Raises:
        PermanentError: the server is too old.
        TransientError: it does not answer.
    """
    version = str(answered(client.info).version)
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < _OLDEST:
        oldest = ".".join(str(number) for number in _OLDEST)
        raise PermanentError(f"version {version} is too old; Earmark needs {oldest} or newer", subject="Qdrant")


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

    try:
        yield
    except EarmarkError:
        raise
    except UnexpectedResponse as error:
        status = error.status_code or 0
        if status in (401, 403):
            raise PermanentError("the server refuses the key; set index.qdrant_api_key", subject="Qdrant") from error
        if status == 404:
            raise TransientError("another process has built the next index; try again", subject="Qdrant") from error
        if status == 429 or status >= 500:
            raise TransientError(f"the server answered {status}; try again", subject="Qdrant") from error
        raise PermanentError(f"the server answered {status}: {error.reason_phrase}", subject="Qdrant") from error
    except ApiException as error:
        raise TransientError("the server does not answer; is index.qdrant_url right?", subject="Qdrant") from error
