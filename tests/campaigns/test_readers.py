"""Nothing of one reader is seen by another: 1,000 pairs of readers and routes (REST, mail, lists, answers), 0 leaks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.campaigns.conftest import Record
from tests.campaigns.readers.pairs import campaign

pytestmark = pytest.mark.campaign


def test_nothing_of_one_reader_is_seen_by_another(record: Record, small: bool, tmp_path: Path) -> None:
    outcome = campaign(tmp_path, readers=4 if small else 50, pairs=50 if small else 1000)
    record("trust/readers", {"pairs": asdict(outcome)})
    assert outcome.leaks == ()
    assert outcome.with_own_words > outcome.pairs // 4  # the routes do answer
