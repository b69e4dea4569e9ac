"""The dry run: what would be fetched, transcribed and spent, and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import metadata
from earmark.catalog.work import jobs, usage
from earmark.clock import FixedClock
from earmark.errors import NotYet
from earmark.settings import Settings
from earmark.types import Episode, EpisodeData, Show, Stage, TranscriptLink
from ingest.feeds.refresh import follow_show, refresh_show
from ingest.fetching.fetch import Fetcher
from ingest.forecast.dry_run import dry_run
from ingest.forecast.estimate import SPEED, UNKNOWN_S, Forecast, Rates, forecast, rates
from ingest.forecast.preview import FeedLook, PendingEpisode
from ingest.forecast.shortfall import shortfalls
from ingest.limits.budget import ASR

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
VTT = (TranscriptLink(url="http://x/a.vtt", type="text/vtt"),)


def episode(number: int, *, age_h: float = 100, stage: Stage = Stage.DISCOVERED, **data: Any) -> Episode:
    given: dict[str, Any] = {"audio_url": "http://x/a.mp3", "duration_s": 1800.0, "audio_bytes": 20_000_000} | data
    published = NOW - timedelta(hours=age_h)
    return Episode(
        id=f"e{number}",
        show_id="s",
        show="Kettles",
        data=EpisodeData(guid=str(number), title=str(number), published=published, **given),
        stage=stage,
        discovered_at=published,
    )


def foreseen(
    *given: PendingEpisode, spent: dict[str, float] | None = None, measured: Rates | None = None, **kinds: Any
) -> Forecast:
    return forecast([], given, Settings(**kinds), now=NOW, spent=spent or {}, measured=measured or Rates())


def test_each_episode_counts_as_what_would_be_fetched_for_it() -> None:
    outlook = foreseen(
        PendingEpisode(episode=episode(1, transcripts=VTT)),
        PendingEpisode(episode=episode(2)),
        PendingEpisode(episode=episode(3, duration_s=None, audio_bytes=None)),
        PendingEpisode(episode=episode(4, age_h=1), history=(True, True)),
        PendingEpisode(episode=episode(5, age_h=1), history=(True, False, False)),
        PendingEpisode(episode=episode(6, audio_url="")),
        PendingEpisode(episode=episode(7, stage=Stage.CHUNKS)),
    )
    (show,) = outlook.shows
    assert (show.episodes, show.transcripts, show.audio) == (7, {"vtt": 1}, 3)
    assert (show.waiting, show.hopeless, show.guessed) == (1, 1, 1)
    assert outlook.audio_s == 3 * 1800  # the unknown one takes the show's usual length
    assert outlook.audio_bytes == pytest.approx(2 * 20e6 + 1800 * 16_000)
    assert outlook.transcribing_s == pytest.approx(outlook.audio_s / SPEED)
    assert outlook.llm_calls == outlook.money == 0


def test_nothing_known_of_a_show_is_an_hour() -> None:
    assert foreseen(PendingEpisode(episode=episode(1, duration_s=None))).audio_s == UNKNOWN_S


def test_without_speech_recognition_no_audio_is_foreseen() -> None:
    outlook = foreseen(PendingEpisode(episode=episode(1)), asr={"enabled": False})
    assert outlook.audio == 0 and outlook.hopeless == 1


def test_the_language_model_and_money() -> None:
    llm = {"model": "m", "price_in": 1.0, "price_out": 2.0}
    measured = Rates(tokens_in=1000, tokens_out=500)
    outlook = foreseen(PendingEpisode(episode=episode(1, duration_s=3600.0)), llm=llm, measured=measured)
    assert outlook.llm_calls == pytest.approx(3600 / 60 * 165 / 2400 + 5)
    assert outlook.llm_tokens == pytest.approx(outlook.llm_calls * 1500)
    assert outlook.money == pytest.approx(outlook.llm_calls * 2000 / 1e6)
    endpoint = foreseen(PendingEpisode(episode=episode(1)), asr={"engine": "openai", "price_per_minute": 0.006})
    assert endpoint.money == pytest.approx(30 * 0.006)
    assert foreseen(PendingEpisode(episode=episode(1)), llm=llm | {"max_calls": 2}).llm_calls == 2
    wide = foreseen(PendingEpisode(episode=episode(1, duration_s=7200.0)), llm=llm, insights={"window_words": 9900})
    assert wide.llm_calls == pytest.approx(7200 / 60 * 165 / 9900 + 5)


def test_budgets_that_would_stop_it_are_named() -> None:
    todo = [PendingEpisode(episode=episode(n)) for n in range(4)]
    outlook = foreseen(*todo, spent={ASR: 3000}, budget={"asr_seconds_per_day": 7200, "asr_seconds_per_run": 9000})
    run, day = outlook.budgets
    assert (run.period, run.enough, run.needed) == ("run", True, 7200)
    assert (day.period, day.enough, day.spent) == ("day", False, 3000)


@pytest.mark.parametrize(
    ("counted", "speed", "known"),
    [({}, SPEED, False), ({ASR: 30.0, "asr_busy_s": 1.0}, SPEED, False), ({ASR: 3000, "asr_busy_s": 100}, 30.0, True)],
)
def test_the_speed_is_this_machines_own_where_it_is_known(counted: dict[str, float], speed: float, known: bool) -> None:
    measured = rates(counted)
    assert (measured.speed, measured.speed_measured) == (speed, known)


def test_tokens_a_call_are_those_that_were_counted() -> None:
    measured = rates({"llm_calls": 10, "llm_tokens_in": 20_000, "llm_tokens_out": 5_000})
    assert (measured.tokens_in, measured.tokens_out, measured.tokens_measured) == (2000, 500, True)


def test_what_a_feed_says_is_told() -> None:
    show = Show(id="s", feed_url="http://x", title="Kettles", added_at=NOW)
    looks = [
        FeedLook(show=show, new=(PendingEpisode(episode=episode(1)),)),
        FeedLook(show=replace(show, id="t", title="A"), unchanged=True),
        FeedLook(show=replace(show, id="u", title="B"), problem="the server answered 503"),
    ]
    outlook = forecast(looks, [], Settings(), now=NOW, spent={}, measured=Rates())
    assert [asked.feed for asked in outlook.shows] == ["unchanged", "the server answered 503", "1 new"]
    assert outlook.feeds_asked == 3 and outlook.audio == 1


ITEM = """<item><guid>{guid}</guid><title>Kettle {guid}</title><pubDate>{date}</pubDate>
<itunes:duration>1800</itunes:duration>{more}</item>"""


def feed(base: str, *guids: str, linked: bool = False) -> str:
    items = "".join(
        ITEM.format(
            guid=guid,
            date=f"Sat, {n + 1:02} Nov 2026 08:00:00 GMT",
            more=f'<podcast:transcript url="{base}/{guid}.vtt" type="text/vtt"/>'
            if linked
            else f'<enclosure url="{base}/{guid}.mp3" length="1000000" type="audio/mpeg"/>',
        )
        for n, guid in enumerate(guids)
    )
    return (
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Kettles</title>'
        f"<language>en</language>{items}</channel></rss>"
    )


@dataclass
class World:
    """A followed show over loopback."""

    catalog: Catalog
    clock: FixedClock
    server: HTTPServer
    settings: Settings
    fetcher: Fetcher

    def dry_run(self, **given: Any) -> Forecast:
        settings = self.settings.model_copy(update=given)
        return dry_run(self.catalog, self.fetcher, self.clock, settings, all_feeds=True)

    def contents(self) -> dict[str, list[Any]]:
        with self.catalog.read() as tx:
            return {name: sorted(map(repr, tx.execute(sa.select(table)))) for name, table in metadata.tables.items()}


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path) -> Iterator[World]:
    base = httpserver.url_for("").rstrip("/")
    settings = Settings(home=tmp_path, fetch={"allow_private": ("127.0.0.1",), "attempts": 1})
    fetcher = Fetcher(settings.fetch, now=clock.now)
    httpserver.expect_oneshot_request("/feed.xml").respond_with_data(
        feed(base, "a", "b"), headers={"ETag": '"one"', "Content-Type": "application/rss+xml"}
    )
    follow_show(catalog, fetcher, f"{base}/feed.xml", default_backfill=25, clock=clock)
    yield World(catalog, clock, httpserver, settings, fetcher)


def test_a_dry_run_sees_what_is_new_and_stores_nothing(world: World) -> None:
    base = world.server.url_for("").rstrip("/")
    world.server.expect_request("/feed.xml").respond_with_data(feed(base, "a", "b", "c", linked=True))
    before = world.contents()
    outlook = world.dry_run()
    assert world.contents() == before
    (show,) = outlook.shows
    assert outlook.checked and show.feed == "1 new" and show.new_episodes == 1
    assert (show.episodes, show.audio, show.transcripts) == (3, 2, {"vtt": 1})
    assert not (world.settings.audio_dir).exists()
    assert {request.path for request, _ in world.server.log} == {"/feed.xml"}


def test_a_dry_run_remembers_a_server_that_wants_to_be_left_alone(world: World) -> None:
    world.server.expect_request("/feed.xml").respond_with_data(status=429, headers={"Retry-After": "7200"})
    (show,) = world.dry_run().shows
    assert "429" in show.feed or "left alone" in show.feed
    asked = len(world.server.log)
    with world.catalog.read() as tx:
        (stored,) = shows.every(tx)
    assert stored.hold_until == NOW + timedelta(hours=2)
    again = world.dry_run()
    assert again.feeds_waiting == 1
    fresh = Fetcher(world.settings.fetch, now=world.clock.now)
    with pytest.raises(NotYet, match="left alone"):
        refresh_show(world.catalog, fresh, stored, default_backfill=25, clock=world.clock)
    assert len(world.server.log) == asked


def test_an_unchanged_feed_is_asked_conditionally(world: World) -> None:
    world.server.expect_request("/feed.xml", headers={"If-None-Match": '"one"'}).respond_with_data("", status=304)
    (show,) = world.dry_run().shows
    assert show.feed == "unchanged" and show.episodes == 2


def test_a_feed_that_cannot_be_read_is_told_and_not_noted(world: World) -> None:
    world.server.expect_request("/feed.xml").respond_with_data("busy", status=503)
    before = world.contents()
    (show,) = world.dry_run().shows
    assert "503" in show.feed and show.episodes == 2
    assert world.contents() == before


def test_offline_counts_only_what_is_waiting(world: World) -> None:
    before = len(world.server.log)
    outlook = world.dry_run(offline=True)
    assert not outlook.checked and outlook.feeds_asked == 0 and outlook.audio == 2
    assert len(world.server.log) == before


def test_it_counts_neither_what_is_done_nor_what_failed_for_good(world: World) -> None:
    with world.catalog.write() as tx:
        first, second = (stored.id for stored in episodes.of_show(tx, shows.every(tx)[0].id))
        tx.execute(sa.update(metadata.tables["episodes"]).where(sa.column("id") == first).values(stage="insights"))
        tx.execute(sa.update(metadata.tables["jobs"]).where(sa.column("episode_id") == second).values(failed=True))
        usage.add(tx, world.clock.now().date(), ASR, 1200)
        usage.add(tx, world.clock.now().date(), "asr_busy_s", 60)
        assert jobs.waiting(tx, now=world.clock.now()) == 0
    outlook = world.dry_run(offline=True)
    assert outlook.audio == 0 and outlook.shows == ()
    assert outlook.rates.speed == 20 and outlook.rates.speed_measured


def test_files_of_this_machine_are_looked_at_too(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "first.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nThe lake freezes from the edges.\n")
    follow_show(world.catalog, world.fetcher, str(folder), default_backfill=25, clock=world.clock)
    (folder / "second.mp3").write_bytes(b"sound, perhaps")
    world.server.expect_request("/feed.xml").respond_with_data("", status=304)
    before = world.contents()
    outlook = next(show for show in world.dry_run().shows if show.feed == "1 new")
    assert (outlook.new_episodes, outlook.transcripts, outlook.audio, outlook.audio_bytes) == (1, {"vtt": 1}, 1, 0)
    assert world.contents() == before


def test_readings_are_forecast_at_the_price_of_the_model_that_reads() -> None:
    pending = PendingEpisode(episode=episode(1, duration_s=7200.0))
    dear = {"model": "m", "price_in": 10.0, "price_out": 0.0}
    alone = foreseen(pending, llm=dear)
    mixed = foreseen(pending, llm={**dear, "reader_model": "cheap", "reader_price_in": 0.0, "reader_price_out": 0.0})
    same = foreseen(pending, llm={**dear, "reader_model": "cheap"})
    (show,) = alone.shows
    assert 0 < show.reading_calls < show.llm_calls
    assert mixed.llm_calls == alone.llm_calls
    assert mixed.money == pytest.approx(alone.money * (1 - show.reading_calls / show.llm_calls))
    assert same.money == pytest.approx(alone.money)


def test_what_is_too_small_for_the_work_that_waits_is_said_before_it_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="ingest.forecast.shortfall")
    catalog, clock = open_catalog(f"sqlite:///{tmp_path / 'c.sqlite'}"), FixedClock(NOW)
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://one.example/feed.xml", title="One", now=NOW)
        data = [
            EpisodeData(guid=str(n), title=f"E{n}", audio_url=f"http://one.example/{n}.mp3", duration_s=3600.0)
            for n in range(3)
        ]
        episodes.add_new(tx, show.id, data, language="en", now=NOW)

    def told(**changes: Any) -> tuple[str, ...]:
        return shortfalls(catalog, Settings(home=tmp_path, **changes), clock)

    assert told() == ()
    assert told(budget={"asr_seconds_per_day": 20_000}) == ()
    (asr,) = told(budget={"asr_seconds_per_day": 6_000})
    assert asr == (
        "What waits wants about 180 minutes of speech recognition, and 100 minutes are left "
        "(budget.asr_seconds_per_day): the rest waits for the next day."
    )
    llm = {"model": "m", "base_url": "http://127.0.0.1:9/v1", "max_calls": 10}
    (calls,) = told(llm=llm)
    assert "llm.max_calls" in calls and "a run makes 10" in calls
    (tokens,) = told(llm={**llm, "max_calls": 1000}, budget={"llm_tokens_per_run": 100})
    assert "(budget.llm_tokens_per_run): the rest waits for the next run." in tokens
    assert caplog.messages == [asr, calls, tokens]
    catalog.close()
