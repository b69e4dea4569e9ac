"""Feeds without dates, from the newest to the oldest or the other way round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.settings import FetchSettings
from earmark.types import EpisodeData
from ingest.feeds.order import newest_first
from ingest.feeds.parse import parse_feed
from ingest.feeds.refresh import follow_show, refresh_show
from ingest.fetching.fetch import Fetcher


def titled(*titles: str) -> list[EpisodeData]:
    return [EpisodeData(guid=f"g{'x' * n}", title=title) for n, title in enumerate(titles)]


@pytest.mark.parametrize(
    "titles",
    [
        ["Episode 1: Ice", "Episode 2: Three lakes", "Episode 3: Snow"],
        ["#9 Ice", "#10 Lakes"],
        ["S01E09 Ice", "S01E10 Lakes", "S02E01 Snow", "S02E02 Rain"],
        ["Folge 07 – Eis", "Trailer", "Folge 08 – Seen", "Folge 09 – Schnee"],
        ["第1話 氷", "第2話 湖", "第3話 雪"],
        ["الحلقة ٣", "الحلقة ٤", "الحلقة ٥"],
        ["2019-01-04 Ice", "2019-02-01 Lakes", "2019-03-08 Snow", "2020-01-03 Rain", "2020-05-01 Hail"],
        ["Talk 3", "Talk 20", "Talk 31", "Talk 40", "Talk 77"],
    ],
)
def test_numbers_that_rise_turn_a_feed_round(titles: list[str]) -> None:
    listed = titled(*titles)
    assert newest_first(listed) == list(reversed(listed))
    assert newest_first(list(reversed(listed))) == list(reversed(listed))


@pytest.mark.parametrize(
    "titles",
    [
        ["Ice", "Lakes", "Snow"],
        ["5 reasons for ice", "9 lakes", "70 years of snow"],
        ["Episode 3", "Episode 1", "Episode 4", "Episode 2", "Episode 9"],
        ["Ice", "Lakes", "Snow 1", "Snow 2"],
        ["Part 1", "Part 1"],
        ["Only 1"],
        [],
    ],
)
def test_what_says_nothing_stays_as_it_is(titles: list[str]) -> None:
    listed = titled(*titles)
    assert newest_first(listed) == listed


@pytest.mark.parametrize("field", ["audio_url", "link", "guid"])
def test_numbers_may_be_in_the_names_of_files_and_pages(field: str) -> None:
    names = [f"https://example.org/7/show-{number:03}.mp3?size={10 - number}" for number in (1, 2, 3)]
    named: list[dict[str, Any]] = [{field: name} for name in names]
    listed = [EpisodeData(**{"guid": "x" * place, "title": "Ice"} | each) for place, each in enumerate(named)]
    assert newest_first(listed) == list(reversed(listed))


def test_dates_need_no_numbers() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    listed = [
        EpisodeData(guid=f"g{n}", title=f"Episode {n}", published=start + timedelta(days=n) if n < 3 else None)
        for n in range(1, 6)
    ]
    assert newest_first(listed) == listed


def document(numbers: range) -> bytes:
    items = "".join(
        f"<item><title>{escape(f'Episode {n}: the ice')}</title><guid>e{n}</guid>"
        f'<enclosure url="https://example.org/{n}.mp3" type="audio/mpeg" length="1"/></item>'
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>Ice</title>{items}</channel></rss>'.encode()


def test_the_newest_of_an_undated_feed_are_its_last_then_and_later(
    catalog: Catalog, clock: FixedClock, httpserver: HTTPServer
) -> None:
    assert [episode.guid for episode in parse_feed(document(range(1, 4)), url="https://a.example/").episodes] == [
        "e3",
        "e2",
        "e1",
    ]
    url = httpserver.url_for("/feed")
    fetcher = Fetcher(FetchSettings(allow_private=("127.0.0.1",), attempts=1))
    httpserver.expect_ordered_request("/feed").respond_with_data(document(range(1, 31)))
    httpserver.expect_ordered_request("/feed").respond_with_data(document(range(1, 33)))
    show = follow_show(catalog, fetcher, url, default_backfill=3, clock=clock)[0].show
    with catalog.read() as tx:
        assert [episode.data.guid for episode in episodes.of_show(tx, show.id)] == ["e30", "e29", "e28"]
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
        assert lease is not None
        assert episodes.get(tx, lease.episode_id).data.guid == "e30"
    clock.at += timedelta(days=2)
    assert refresh_show(catalog, fetcher, show, default_backfill=3, clock=clock).new_episodes == 2
    with catalog.read() as tx:
        guids = [episode.data.guid for episode in episodes.of_show(tx, show.id)]
    assert guids == ["e32", "e31", "e30", "e29", "e28"]
