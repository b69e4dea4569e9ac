"""What is stored of a failure: one line, the traceback after it, and no secret in either."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable

from earmark.errors import EarmarkError
from earmark.net import redact
from earmark.secret_names import CREDENTIAL
from earmark.settings import Group, secret_values

__all__ = ["Unexpected", "note_of", "secrets_in"]

_TRACEBACK = 6000
"""Characters that are kept of a traceback: its end, which says where it happened."""

_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>\\\])}]+", re.IGNORECASE)
_LEAST = 6
"""Shorter secrets are not looked for in texts: they would be found in any word."""


class Unexpected(EarmarkError):
    """A bug of ours; the cause says which."""

    @classmethod
    def of(cls, cause: BaseException) -> Unexpected:
        """The error that an exception of another kind becomes."""
        error = cls(f"unexpected: {type(cause).__name__}: {cause}")
        error.__cause__ = cause
        return error


def note_of(error: EarmarkError, hide: Callable[[str], str], known: Iterable[str] = ()) -> str:
    """The error's line and, after a line feed, its traceback, as they may be stored and shown.

    Args:
        error: what was raised.
        hide: takes the secrets of a private feed out of a text (`earmark.catalog.feeds.secrets`).
        known: further secrets, those of the settings.
    """
    cause = error.__cause__ if isinstance(error, Unexpected) and error.__cause__ is not None else error
    where = "".join(traceback.format_exception(cause)).rstrip()
    if len(where) > _TRACEBACK:
        where = "…" + where[-_TRACEBACK:]
    line, _, rest = error.note().partition("\n")
    parts = (line, rest, where) if rest else (line, where)
    return "\n".join(_clean(part, hide, known) for part in parts)


def secrets_in(settings: Group) -> tuple[str, ...]:
    """The values of all settings that are secret and are set."""
    return tuple(secret for secret in secret_values(settings) if len(secret) >= _LEAST)


def _clean(text: str, hide: Callable[[str], str], known: Iterable[str]) -> str:
    for secret in known:
        text = text.replace(secret, "***")
    text = _URL.sub(lambda match: redact(match[0]), hide(text))
    return CREDENTIAL.sub(r"\1\2***", text)
