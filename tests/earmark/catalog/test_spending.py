"""The bill by day and model."""

from __future__ import annotations

from datetime import date, timedelta

from earmark.catalog import Catalog
from earmark.catalog.work import spending, usage
from earmark.catalog.work.spending import ModelUse, Spending, merged

DAY = date(2026, 11, 22)


def use(model: str, tokens_in: int, tokens_out: int = 0, *, money: float = 0.0, calls: int = 1) -> ModelUse:
    return ModelUse(model=model, calls=calls, tokens_in=tokens_in, tokens_out=tokens_out, money=money)


def test_uses_of_a_model_are_one_and_those_of_most_tokens_come_first() -> None:
    got = merged([use("b", 5), use("a", 3, 2), use("c", 1), use("c", 9, 1, money=0.5, calls=2)])
    assert got == (use("c", 10, 1, money=0.5, calls=3), use("a", 3, 2), use("b", 5))
    assert [entry.tokens for entry in got] == [11, 5, 5]
    assert merged([]) == ()


def test_days_and_models_add_up(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for day in (DAY, DAY, DAY + timedelta(days=1)):
            spending.add(tx, day, use("ollama:qwen3:8b", 10, 5, money=0.25))
        spending.add(tx, DAY, use("large", 100))
        spending.add(tx, DAY, use("never asked", 0, calls=0))
        assert spending.between(tx, DAY, DAY).models == (
            use("large", 100),
            use("ollama:qwen3:8b", 20, 10, money=0.5, calls=2),
        )
        assert spending.between(tx, DAY, DAY + timedelta(days=9)).models[1].calls == 3
        assert spending.between(tx, DAY + timedelta(days=2), DAY + timedelta(days=9)) == Spending()


def test_the_totals_hold_what_was_used_before_models_were_counted(catalog: Catalog) -> None:
    with catalog.write() as tx:
        usage.add(tx, DAY, "llm_tokens", 700.0)
        usage.add(tx, DAY, "money", 1.5)
        usage.add(tx, DAY, "asr_seconds", 60.0)
        usage.hold(tx, DAY, {"llm_tokens": 5000.0, "money": 9.0}, key="open")
        assert spending.between(tx, DAY, DAY) == Spending(tokens=700, money=1.5)


def test_two_bills_are_one() -> None:
    first = Spending(tokens=15, money=0.5, models=(use("a", 10, 5, money=0.5),))
    second = Spending(tokens=30, money=1.0, models=(use("b", 20), use("a", 10, money=1.0)))
    both = first.plus(second)
    assert (both.tokens, both.money) == (45, 1.5)
    assert both.models == (use("a", 20, 5, money=1.5, calls=2), use("b", 20))
    assert first.plus(Spending()) == first
