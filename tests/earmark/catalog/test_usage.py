"""What was used and what is held: a hold counts until it is settled, and work begun again holds once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.work import usage

DAY = date(2026, 11, 22)
NEXT = DAY + timedelta(days=1)


def test_amounts_add_up_by_day_and_kind(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for amount in (3.0, 4.5, 0.0):
            usage.add(tx, DAY, "asr_seconds", amount)
        usage.add(tx, NEXT, "asr_seconds", 1.0)
        usage.add(tx, DAY, "llm_tokens", 10.0)
        assert usage.spent(tx, DAY, "asr_seconds") == 7.5
        assert usage.spent(tx, NEXT, "asr_seconds") == 1.0
        assert usage.spent(tx, DAY, "money") == 0.0


def test_what_is_held_counts_until_it_is_settled(catalog: Catalog) -> None:
    with catalog.write() as tx:
        usage.add(tx, DAY, "money", 1.0)
        usage.hold(tx, DAY, {"money": 5.0, "llm_tokens": 100.0}, key="a")
        usage.hold(tx, DAY, {"money": 2.0}, key="b")
        assert usage.spent(tx, DAY, "money") == 8.0
        assert usage.spent(tx, DAY, "money", but="a") == 3.0
        usage.release(tx, ["money", "llm_tokens"], key="a")
        usage.add(tx, DAY, "money", 0.5)
        assert usage.spent(tx, DAY, "money") == 3.5
        assert usage.spent(tx, DAY, "llm_tokens") == 0.0


def test_work_that_is_begun_again_holds_once(catalog: Catalog) -> None:
    with catalog.write() as tx:
        usage.hold(tx, DAY, {"asr_seconds": 600.0}, key="episode")
        usage.hold(tx, NEXT, {"asr_seconds": 600.0}, key="episode")
        assert usage.spent(tx, DAY, "asr_seconds") == 0.0
        assert usage.spent(tx, NEXT, "asr_seconds") == 600.0


@pytest.mark.parametrize("kind", ["asr", "asr%", "asr_secondsX"])
def test_a_kind_is_not_one_that_begins_alike(catalog: Catalog, kind: str) -> None:
    with catalog.write() as tx:
        usage.add(tx, DAY, "asr_seconds", 9.0)
        usage.hold(tx, DAY, {"asr_seconds": 1.0}, key="x")
        assert usage.spent(tx, DAY, kind) == 0.0


def test_between_two_days_holds_are_left_out(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for day, amount in ((DAY - timedelta(days=1), 1.0), (DAY, 2.0), (NEXT, 4.0)):
            usage.add(tx, day, "money", amount)
        usage.hold(tx, DAY, {"money": 50.0}, key="a")
        assert usage.between(tx, DAY, NEXT) == {"money": 6.0}
        assert usage.between(tx, NEXT + timedelta(days=1), NEXT + timedelta(days=9)) == {}
