"""Fetching: a simulated week, bombs, private addresses, and 1,000 unchanged feeds."""

from __future__ import annotations

import pytest

from tests.campaigns.conftest import Record
from tests.campaigns.fetching.bombs import MOST_MB, bombs
from tests.campaigns.fetching.private import private_addresses
from tests.campaigns.fetching.scan import FEEDS, scan
from tests.campaigns.fetching.week import COPIES, MOST_A_DAY, week

pytestmark = pytest.mark.campaign


def test_no_trick_leads_to_a_private_address(record: Record) -> None:
    measured = private_addresses()
    record("trust/fetching", {"private_addresses": measured})
    assert measured["public_reached"]
    assert measured["connections"] == 0
    assert measured["let_through"] == []
    assert measured["dialled_elsewhere"] == []
    assert measured["crashed"] == {}


def test_no_bomb_takes_much_memory(record: Record, small: bool) -> None:
    measured = bombs(3 if small else None)
    record("trust/fetching", {"bombs": measured})
    assert [name for name, bomb in measured["each"].items() if bomb["crashed"]] == []
    assert {name: bomb["growth_mb"] for name, bomb in measured["each"].items() if bomb["growth_mb"] >= MOST_MB} == {}


def test_unchanged_feeds_are_all_looked_at(record: Record, small: bool) -> None:
    """How long it takes is recorded; the promise is that nothing is fetched twice and nothing fails."""
    measured = scan(feeds=40 if small else FEEDS)
    record("trust/fetching", {"scan": measured})
    assert measured["unchanged"] == measured["feeds"]
    assert measured["requests"] == measured["feeds"]
    assert measured["failures"] == 0


def test_a_week_of_eager_runs_bothers_no_host(record: Record, small: bool) -> None:
    measured, offences = week(days=1 if small else 7)
    record("trust/fetching", {"week": measured})
    assert measured["most_scheduled_requests_of_a_feed_in_24_h"] <= MOST_A_DAY
    assert measured["asked_against_retry_after"] == 0
    assert offences.moved_but_kept == []
    assert offences.moved_for_a_while_but_changed == []
    assert offences.asked_at_the_old_address == []
    assert offences.asked_though_gone == {}
    assert offences.closed == COPIES
