"""What a forecast reads of the past: how fast this machine worked lately, and what was spent today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from earmark.catalog import Connection
from earmark.catalog.work import usage
from ingest.forecast.estimate import Rates, rates
from ingest.limits.budget import ASR, MONEY, TOKENS

__all__ = ["Past", "read_past"]

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The rates of the last 30 days, and what was spent today by kind."""

    measured: Rates
    spent: dict[str, float]


def read_past(tx: Connection, *, now: datetime) -> Past:
    """What the catalog has counted up to now."""
    return Past(
        measured=rates(usage.between(tx, (now - _LATELY).date(), now.date())),
        spent={kind: usage.spent(tx, now.date(), kind) for kind in (ASR, TOKENS, MONEY)},
    )
