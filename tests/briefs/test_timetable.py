"""The hour of a brief, in the reader's own days: over changes of the clocks, and after a machine slept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from briefs.timetable import Due, due_at, due_now, next_due, next_unmade
from earmark.types import Reader, Rhythm

BERLIN = Reader(id="ada", timezone="Europe/Berlin", brief_at=time(2, 30))
FRIDAYS = Reader(id="ben", timezone="America/New_York", brief_at=time(7, 0), rhythm=Rhythm.WEEKLY, weekday=4)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("Europe/Berlin", time(2, 30), date(2026, 3, 28), "2026-03-28T01:30"),
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:30"),  # not there: it is 03:30
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30"),  # there twice: the first
        ("America/New_York", time(2, 30), date(2026, 3, 8), "2026-03-08T07:30"),
        ("America/New_York", time(1, 30), date(2026, 11, 1), "2026-11-01T05:30"),
        ("Asia/Kolkata", time(6, 0), date(2026, 3, 29), "2026-03-29T00:30"),
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), "2026-10-03T15:45"),  # a change of half an hour
    ],
)
def test_the_hour_of_a_day_in_a_zone(zone: str, at: time, day: date, expected: str) -> None:
    assert due_at(Reader(id="ada", timezone=zone, brief_at=at), day) == utc(expected)


def test_an_hour_that_comes_twice_is_due_once() -> None:
    moments = [utc("2026-10-25T00:00") + timedelta(minutes=minutes) for minutes in range(0, 180, 10)]
    due = [due_now(BERLIN, now) for now in moments]
    assert [None if slot is None else slot.day.day for slot in due] == [None] * 3 + [25] * 15


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-06-05T01:00", date(2026, 6, 5)),
        ("2026-06-05T12:29", date(2026, 6, 5)),  # eleven hours and 59 minutes late
        ("2026-06-05T12:30", None),  # tomorrow's is nearer
        ("2026-06-05T00:29", None),
    ],
)
def test_a_brief_that_was_missed_is_made_up_for_until_the_next_is_nearer(now: str, day: date | None) -> None:
    due = due_now(BERLIN, utc(now))
    assert (due and due.day) == day


def test_after_days_of_sleep_only_the_latest_is_due() -> None:
    evening = replace(BERLIN, brief_at=time(23, 0))
    assert due_now(evening, utc("2026-06-05T00:10")) == Due(day=date(2026, 6, 4), at=utc("2026-06-04T21:00"))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-06-05T10:59", None),
        ("2026-06-05T11:00", date(2026, 6, 5)),
        ("2026-06-08T22:59", date(2026, 6, 5)),  # on Monday, still for Friday
        ("2026-06-08T23:00", None),
    ],
)
def test_a_weekly_brief_is_due_on_its_day(now: str, day: date | None) -> None:
    due = due_now(FRIDAYS, utc(now))
    assert (due and due.day) == day
    assert next_due(FRIDAYS, utc(now)).day == (date(2026, 6, 12) if now >= "2026-06-05T11:00" else date(2026, 6, 5))


def test_who_comes_after_the_hour_waits_for_the_next() -> None:
    late = replace(BERLIN, created_at=utc("2026-06-05T08:00"))
    assert due_now(late, utc("2026-06-05T08:01")) is None
    assert next_due(late, utc("2026-06-05T08:01")).day == date(2026, 6, 6)
    assert due_now(late, utc("2026-06-06T08:01")) is not None


@pytest.mark.heavy
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("at", [time(0, 0), time(2, 30), time(23, 59)])
def test_in_a_year_each_day_is_due_once_and_none_is_left_out(zone: str, at: time) -> None:
    reader = Reader(id="ada", timezone=zone, brief_at=at)
    now, days = utc("2026-01-01T00:00"), list[date]()
    while now < utc("2027-01-01T00:00"):
        coming = next_due(reader, now)
        due = due_now(reader, coming.at)
        assert due == coming
        days.append(coming.day)
        now = coming.at
    assert len(days) in {365, 366}
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=1)}


@pytest.mark.parametrize(
    ("now", "made", "expected"),
    [
        ("2026-08-04T20:00", "", "2026-08-07"),  # a Tuesday: what is more than half a week late is not made up for
        ("2026-08-07T08:00", "", "2026-08-07"),  # before the hour of its day
        ("2026-08-08T15:00", "", "2026-08-07"),  # due, and made up for
        ("2026-08-08T15:00", "2026-08-07", "2026-08-14"),
        ("2026-08-08T15:00", "2026-08-07 2026-08-08", "2026-08-14"),  # somebody looked at another day's
        ("2026-08-07T08:00", "2026-08-07", "2026-08-14"),  # it was made before its hour
    ],
)
def test_the_next_brief_that_is_not_made_of_a_weekly_reader_is_of_the_chosen_weekday(
    now: str, made: str, expected: str
) -> None:
    days = {date.fromisoformat(day) for day in made.split()}
    assert next_unmade(FRIDAYS, utc(now), days) == date.fromisoformat(expected)


def test_the_next_brief_that_is_not_made_of_a_daily_reader_is_todays_or_tomorrows() -> None:
    now, today, tomorrow = utc("2026-08-03T20:00"), date(2026, 8, 3), date(2026, 8, 4)
    assert next_unmade(BERLIN, now, []) == today
    assert next_unmade(BERLIN, now, [today]) == tomorrow
