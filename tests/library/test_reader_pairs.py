"""Fifty pairs of readers and routes: the short version of the campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.readers.pairs import campaign

pytestmark = pytest.mark.heavy


@pytest.mark.slow
def test_fifty_pairs_of_readers_and_routes_show_nothing_of_others(tmp_path: Path) -> None:
    outcome = campaign(tmp_path, readers=4, pairs=50)
    assert outcome.leaks == ()
    assert outcome.with_own_words > 12
