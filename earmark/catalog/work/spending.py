"""What language models were used for, by day and model: the bill that readers are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from earmark.catalog.schema import model_usage as table
from earmark.catalog.work import usage

__all__ = ["ModelUse", "Spending", "add", "between", "merged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """The calls of a language model, the tokens that it read and wrote, and what they cost at the stated prices."""

    model: str
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Tokens and money in all, and the use of each model, most tokens first.

    ``money`` is in the currency of the stated prices, 0 without prices. It holds what transcribing at an endpoint cost too,
    and both totals hold what was used before use was counted by model.
    """

    tokens: int = 0
    money: float = 0.0
    models: tuple[ModelUse, ...] = ()

    def plus(self, other: Spending) -> Spending:
        """Both together."""
        return Spending(
            tokens=self.tokens + other.tokens,
            money=self.money + other.money,
            models=merged((*self.models, *other.models)),
        )


def merged(uses: Iterable[ModelUse]) -> tuple[ModelUse, ...]:
    """One entry a model, most tokens first."""
    total: dict[str, ModelUse] = {}
    for use in uses:
        known = total.get(use.model, ModelUse(model=use.model))
        total[use.model] = ModelUse(
            model=use.model,
            calls=known.calls + use.calls,
            tokens_in=known.tokens_in + use.tokens_in,
            tokens_out=known.tokens_out + use.tokens_out,
            money=known.money + use.money,
        )
    return tuple(sorted(total.values(), key=lambda use: (-use.tokens, use.model)))


def add(tx: sa.Connection, day: date, use: ModelUse) -> None:
    """Adds to what a model was used for on a day."""
    if not use.calls:
        return
    usage.lock(tx)
    mine = table.update().where(table.c.day == day, table.c.model == use.model)
    counts = {"calls": use.calls, "tokens_in": use.tokens_in, "tokens_out": use.tokens_out, "money": use.money}
    if tx.execute(mine.values({name: table.c[name] + count for name, count in counts.items()})).rowcount == 0:
        tx.execute(table.insert().values(day=day, model=use.model, **counts))


def between(tx: sa.Connection, first: date, last: date) -> Spending:
    """What was spent from one day to another, both included."""
    totals = usage.between(tx, first, last)
    query = sa.select(table).where(table.c.day >= first, table.c.day <= last)
    uses = [
        ModelUse(model=row.model, calls=row.calls, tokens_in=row.tokens_in, tokens_out=row.tokens_out, money=row.money)
        for row in tx.execute(query)
    ]
    return Spending(tokens=round(totals.get("llm_tokens", 0)), money=totals.get("money", 0.0), models=merged(uses))
