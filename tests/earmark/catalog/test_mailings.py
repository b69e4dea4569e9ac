"""Whether a reader wants mail: one wish a reader, opened by its two secrets, and an empty secret opens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, mailings
from earmark.clock import FixedClock
from earmark.types import Mailing, MailState, Reader


@pytest.fixture(autouse=True)
def _readers(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))


def asked(clock: FixedClock, reader: str = "ada") -> Mailing:
    return Mailing(
        reader_id=reader,
        address=f"{reader}@kettle.example",
        state=MailState.ASKED,
        confirm_key=f"confirm-{reader}",
        confirm_until=clock.now() + timedelta(days=3),
        asked_at=clock.now(),
    )


def confirmed(clock: FixedClock, reader: str = "ada") -> Mailing:
    return replace(
        asked(clock, reader),
        state=MailState.CONFIRMED,
        confirm_key="",
        confirm_until=None,
        leave_key=f"leave-{reader}",
        confirmed_at=clock.now(),
    )


def test_a_reader_who_was_never_asked_has_no_wish(catalog: Catalog) -> None:
    with catalog.read() as tx:
        assert mailings.get(tx, "ada") is None


def test_what_is_known_now_takes_the_place_of_what_was(catalog: Catalog, clock: FixedClock) -> None:
    ended = replace(
        confirmed(clock),
        state=MailState.ENDED,
        ended_at=clock.now(),
        why="refused three days in a row — ünïcode",
        refusals=3,
        refused_on=date(2026, 11, 22),
    )
    for known in (asked(clock), confirmed(clock), ended, asked(clock)):
        with catalog.write() as tx:
            mailings.put(tx, known)
            mailings.put(tx, known)
        with catalog.read() as tx:
            assert mailings.get(tx, "ada") == known
            assert mailings.get(tx, "ben") is None


def test_each_secret_opens_its_own_step_of_its_own_reader(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        mailings.put(tx, asked(clock))
        mailings.put(tx, confirmed(clock, "ben"))
    with catalog.read() as tx:
        assert mailings.asked_by(tx, "confirm-ada") == asked(clock)
        assert mailings.left_by(tx, "leave-ben") == confirmed(clock, "ben")
        assert mailings.left_by(tx, "confirm-ada") is None
        assert mailings.asked_by(tx, "leave-ben") is None
        assert mailings.asked_by(tx, "confirm-ben") is None  # used


@pytest.mark.parametrize("secret", ["", "%", "confirm", "confirm-ada ", "CONFIRM-ADA"])
def test_an_empty_secret_or_a_part_of_one_opens_nothing(catalog: Catalog, clock: FixedClock, secret: str) -> None:
    with catalog.write() as tx:
        mailings.put(tx, asked(clock))  # has no secret to leave by yet
        mailings.put(tx, confirmed(clock, "ben"))  # and this no secret to confirm by
    with catalog.read() as tx:
        assert mailings.asked_by(tx, secret) is None
        assert mailings.left_by(tx, secret) is None


def test_a_wish_goes_with_its_reader(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        mailings.put(tx, confirmed(clock))
        accounts.remove(tx, "ada")
        assert mailings.get(tx, "ada") is None
        assert mailings.left_by(tx, "leave-ada") is None
