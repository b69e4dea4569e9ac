"""The bill in words, for today and this month, and the warning before a limit is reached."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from earmark.catalog import Catalog
from earmark.catalog.work import spending, usage
from earmark.catalog.work.spending import ModelUse, Spending
from earmark.clock import FixedClock
from earmark.settings import BudgetSettings
from library.spending import in_words, read_spending

SMALL = ModelUse(model="small", calls=3, tokens_in=10_000, tokens_out=2_000)
LARGE = ModelUse(model="large", calls=1, tokens_in=300, tokens_out=45, money=0.42)


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (Spending(), ""),
        (Spending(tokens=12_000, models=(SMALL,)), "12,000 tokens"),
        (Spending(tokens=345, money=0.42, models=(LARGE,)), "345 tokens, 0.42 spent"),
        (Spending(tokens=345, money=0.0042), "345 tokens, 0.0042 spent"),
        (
            Spending(tokens=12_345, money=1234.5, models=(SMALL, LARGE)),
            "12,345 tokens (small 12,000, large 345), 1,234.50 spent",
        ),
        (Spending(money=2.0), "2.00 spent"),
    ],
)
def test_the_bill_in_words(spent: Spending, words: str) -> None:
    assert in_words(spent) == words


def test_today_and_this_month(catalog: Catalog, clock: FixedClock) -> None:
    today = clock.now().date()
    with catalog.write() as tx:
        for day, tokens in ((today, 5), (today.replace(day=1), 70), (date(2026, 10, 31), 900)):
            usage.add(tx, day, "llm_tokens", float(tokens))
            spending.add(tx, day, ModelUse(model="m", calls=1, tokens_in=tokens))
    with catalog.read() as tx:
        report = read_spending(tx, BudgetSettings(), now=clock.now())
    assert (report.today.tokens, report.month.tokens, report.month.models[0].tokens) == (5, 75, 75)
    assert report.near_limits == ()


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"llm_tokens_per_day": 1000}, ()),
        (
            {"llm_tokens_per_day": 100},
            ("Today's budget for language model tokens is used up to 80 % (budget.llm_tokens_per_day).",),
        ),
        (
            {"llm_tokens_per_day": 79},
            ("Today's budget for language model tokens is spent (budget.llm_tokens_per_day).",),
        ),
        (
            {"money_per_day": 1.0, "llm_tokens_per_run": 10},
            ("Today's budget for money is used up to 90 % (budget.money_per_day).",),
        ),
    ],
)
def test_a_limit_that_is_near_is_said(
    catalog: Catalog, clock: FixedClock, limits: dict[str, Any], said: tuple[str, ...]
) -> None:
    with catalog.write() as tx:
        usage.add(tx, clock.now().date(), "llm_tokens", 70.0)
        usage.hold(tx, clock.now().date(), {"llm_tokens": 10.0}, key="under way")
        usage.add(tx, clock.now().date(), "money", 0.9)
    with catalog.read() as tx:
        assert read_spending(tx, BudgetSettings(**limits), now=clock.now()).near_limits == said
