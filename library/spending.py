"""The bill: what was spent today and this month, in words, and limits that are nearly reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from earmark.catalog import Connection
from earmark.catalog.work import spending, usage
from earmark.catalog.work.spending import Spending

if TYPE_CHECKING:
    from earmark.settings import BudgetSettings

__all__ = ["SpendingReport", "in_words", "read_spending"]

_SMALL = 0.1
"""Money below which four digits are shown in place of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingReport:
    """What was spent today, since the month's first day and ever, by days of UTC as budgets count them.

    ``near_limits`` has a sentence for each budget of the day of which four fifths or more are used.
    """

    today: Spending = field(default_factory=Spending)
    month: Spending = field(default_factory=Spending)
    ever: Spending = field(default_factory=Spending)
    near_limits: tuple[str, ...] = ()


def read_spending(tx: Connection, budget: BudgetSettings, *, now: datetime) -> SpendingReport:
    """The report of this moment."""
    from ingest.limits.budget import limits, nearly_reached

    day, by_kind = now.date(), limits(budget)
    used = {kind: usage.spent(tx, day, kind) for kind, limit in by_kind.items() if limit.per_day}
    return SpendingReport(
        today=spending.between(tx, day, day),
        month=spending.between(tx, day.replace(day=1), day),
        ever=spending.between(tx, date.min, day),
        near_limits=tuple(nearly_reached(by_kind, used, "day").values()),
    )


def in_words(spent: Spending) -> str:
    """``12,345 tokens (small 10,000, large 2,345), 0.42 spent``; empty where nothing was used."""
    parts: list[str] = []
    if spent.tokens:
        models = ", ".join(f"{use.model} {use.tokens:,}" for use in spent.models) if len(spent.models) > 1 else ""
        parts.append(f"{spent.tokens:,} tokens" + (f" ({models})" if models else ""))
    if spent.money:
        parts.append(f"{spent.money:,.{4 if spent.money < _SMALL else 2}f} spent")
    return ", ".join(parts)
