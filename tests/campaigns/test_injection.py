"""Two hundred planted orders against a language model that obeys every one: nothing but text comes out where answers do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.conftest import Record
from tests.injection.exits import measure
from tests.injection.orders import orders

pytestmark = pytest.mark.campaign


def test_no_order_of_two_hundred_gets_through(record: Record, small: bool, tmp_path: Path) -> None:
    measured = measure(orders()[: 20 if small else None], tmp_path)
    record("injection", measured)
    assert measured["problems"] == {}
    assert measured["honest_sentence_kept"] == measured["orders"]
