"""Days are the reader's: an episode around midnight in UTC, seen from both sides of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import chunks, episodes, passages
from earmark.catalog.feeds import shows
from earmark.days import Days, span
from earmark.errors import SettingsError
from earmark.types import EpisodeData, Filters
from tests.making import make_chunk

TOKYO, ANGELES = "Asia/Tokyo", "America/Los_Angeles"
BEFORE, AFTER = datetime(2026, 6, 10, 23, 30, tzinfo=UTC), datetime(2026, 6, 11, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", BEFORE, date(2026, 6, 10)),
        ("UTC", AFTER, date(2026, 6, 11)),
        (TOKYO, BEFORE, date(2026, 6, 11)),
        (TOKYO, AFTER, date(2026, 6, 11)),
        (ANGELES, BEFORE, date(2026, 6, 10)),
        (ANGELES, AFTER, date(2026, 6, 10)),
        (ANGELES, datetime(2026, 3, 8, 7, 59, tzinfo=UTC), date(2026, 3, 7)),  # winter time until the night of the 8th
        (ANGELES, datetime(2026, 3, 9, 7, 0, tzinfo=UTC), date(2026, 3, 9)),  # summer time a day later
    ],
)
def test_the_day_of_a_moment(zone: str, moment: datetime, day: date) -> None:
    days = Days.named(zone)
    assert days.of(moment) == day
    assert days.text(moment) == day.isoformat()
    assert days.start(day) <= moment < days.start(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(ANGELES, date(2026, 3, 8), 23), (ANGELES, date(2026, 11, 1), 25), (TOKYO, date(2026, 3, 8), 24)],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: int) -> None:
    days = Days.named(zone)
    assert days.start(day + timedelta(days=1)) - days.start(day) == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["UTC", TOKYO, ANGELES, ""])
def test_the_ends_of_the_calendar_are_days(zone: str) -> None:
    days = Days.named(zone)
    assert days.start(date.min) < days.start(date.max)
    assert days.of(datetime.min.replace(tzinfo=UTC)) <= date(1, 1, 2)
    assert days.of(datetime.max.replace(tzinfo=UTC)) >= date(9999, 12, 30)


def test_no_such_zone_is_said() -> None:
    with pytest.raises(SettingsError, match="IANA"):
        Days.named("Mars/Olympus")


def test_the_span_of_filters_is_that_of_their_zone() -> None:
    june = Filters(after=date(2026, 6, 10), before=date(2026, 6, 11))
    assert span(Filters()) == (None, None)
    assert span(june) == (datetime(2026, 6, 10, tzinfo=UTC), datetime(2026, 6, 11, tzinfo=UTC))
    assert span(replace(june, zone=TOKYO)) == (
        datetime(2026, 6, 9, 15, tzinfo=UTC),
        datetime(2026, 6, 10, 15, tzinfo=UTC),
    )
    assert span(replace(june, zone=ANGELES)) == (
        datetime(2026, 6, 10, 7, tzinfo=UTC),
        datetime(2026, 6, 11, 7, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("zone", "on_the_tenth"), [(None, ["before"]), ("UTC", ["before"]), (TOKYO, []), (ANGELES, ["after", "before"])]
)
def test_the_catalog_looks_for_a_readers_day(catalog: Catalog, zone: str | None, on_the_tenth: list[str]) -> None:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://night.example/feed", title="Night", now=AFTER)
        for guid, published in (("before", BEFORE), ("after", AFTER)):
            data = EpisodeData(guid=guid, title=guid, published=published)
            episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=AFTER))
            chunks.replace(tx, episode.id, [make_chunk(episode, 0, f"said {guid} midnight")])
    tenth = Filters(after=date(2026, 6, 10), before=date(2026, 6, 11), zone=zone)
    with catalog.read() as tx:
        said = [passage.text for passage in passages.saying(tx, "midnight", tenth, limit=9)]
    assert said == [f"said {guid} midnight" for guid in on_the_tenth]
