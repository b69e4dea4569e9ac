"""The parameters of a request, read from its query string."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from earmark.errors import UsageError
from earmark.types import Filters
from library.remote import LONGEST

__all__ = ["MOST", "filters_of", "limit_of", "query_of", "to_date"]

MOST = 200
"""Most results that one request gets."""


class QueryParams(Protocol):
    """A query string, in which a name can occur more than once."""

    def getlist(self, key: str) -> list[str]:
        """Every value of a name, in order."""
        ...


def query_of(params: QueryParams) -> str:
    """``q``, without spaces around it; raises ``UsageError`` if it is missing or too long."""
    query = _one(params, "q").strip()
    if not query:
        raise UsageError("q is missing: say what to look for", subject="q")
    if len(query) > LONGEST:
        raise UsageError(f"is longer than {LONGEST:,} characters", subject="q")
    return query


def limit_of(params: QueryParams, *, default: int) -> int:
    """``limit``, in 1..200."""
    given = _one(params, "limit")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= MOST):
        raise UsageError(f"takes a whole number from 1 to {MOST}", subject="limit")
    return int(given)


def filters_of(params: QueryParams, show_ids: Sequence[str]) -> Filters:
    """``show`` (resolved to ids by the caller), ``speaker``, ``episode``, ``after`` and ``before``."""
    return Filters(
        shows=tuple(show_ids),
        speakers=tuple(filter(None, params.getlist("speaker"))),
        episodes=tuple(filter(None, params.getlist("episode"))),
        after=to_date(_one(params, "after"), "after"),
        before=to_date(_one(params, "before"), "before"),
    )


def to_date(given: str, name: str) -> date | None:
    """An ISO date, or ``None`` for nothing; raises ``UsageError`` for anything else."""
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UsageError("takes a date like 2026-11-02", subject=name) from None


def _one(params: QueryParams, name: str) -> str:
    values = params.getlist(name)
    return values[0] if values else ""
