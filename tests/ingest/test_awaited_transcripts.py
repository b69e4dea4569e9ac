"""A young episode waits for its publisher's transcript, and which shows are waited for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from earmark.catalog.content import episodes, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import jobs as jobs_table
from earmark.catalog.work import jobs, troubles
from earmark.errors import NotYet
from earmark.settings import Settings
from earmark.types import EpisodeData, FeedData, TranscriptLink
from ingest.episodes.recognition import take_over
from ingest.events import Event
from ingest.obtaining import usually_publishes
from ingest.run import work
from ingest.stages import Stages
from tests.ingest.obtaining import World, no_encoder, stages_of, talk
from tests.ingest.obtaining import world as world  # noqa: PLC0414 - a fixture


def history(world: World, *with_links: bool) -> None:
    for number, links in enumerate(with_links):
        world.episode(*(["t.vtt"] if links else []), guid=f"old {number}", age_h=100 + number)


def test_a_young_episode_waits_for_its_publisher(world: World) -> None:
    history(world, True, False, True)
    young = world.episode(age_h=2)
    with pytest.raises(NotYet, match="usually publishes a transcript") as error:
        world.obtain(young)
    assert error.value.until == world.clock.now() + timedelta(hours=4)
    assert not world.fetched
    world.clock.at += timedelta(hours=5)
    assert world.obtain(young).transcript.source == "ear 1.0"


def test_a_young_episode_waits_for_a_file_that_is_announced(world: World) -> None:
    world.server.expect_oneshot_request("/t.vtt").respond_with_data("not yet", status=404)
    young = world.episode("t.vtt", age_h=2)
    with pytest.raises(NotYet, match="announced but not there yet") as error:
        world.obtain(young)
    assert error.value.until == world.clock.now() + timedelta(hours=1)
    world.serve("t.vtt", talk())
    assert world.obtain(young).transcript.source == "vtt"
    assert "/a.mp3" not in world.fetched


@pytest.mark.parametrize("case", ["no history", "rarely", "old", "off", "undated"])
def test_who_does_not_wait(world: World, case: str) -> None:
    if case == "rarely":
        history(world, True, False, False)
    elif case != "no history":
        history(world, True, True)
    if case == "off":
        world.settings = {"ingest": {"transcript_wait_h": 0}}
    episode = world.episode(age_h=7 if case == "old" else 2, guid="new")
    if case == "undated":
        episode = world.episode(guid="undated", age_h=2)
        data = EpisodeData(guid="undated", title="u", audio_url=episode.data.audio_url)
        with world.catalog.write() as tx:
            tx.execute(episodes_table.update().where(episodes_table.c.id == episode.id).values(published=None))
            episode = episodes.get(tx, episode.id)
        assert episode.data.published is None and data.published is None
    assert world.obtain(episode).transcript.source == "ear 1.0"


def test_a_date_in_the_future_waits_no_longer_than_others(world: World) -> None:
    history(world, True)
    with pytest.raises(NotYet) as error:
        world.obtain(world.episode(age_h=-500))
    assert error.value.until == world.clock.now() + timedelta(hours=6)


def test_a_waiting_episode_is_postponed_without_a_try(world: World) -> None:
    episode = world.episode(age_h=2)
    until = world.clock.now() + timedelta(hours=4)
    with world.catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=world.clock.now(), lease_s=60)
        assert lease is not None
        jobs.postpone(tx, lease, "for its transcript", until=until)
        (waits,) = troubles.postponed(tx, now=world.clock.now())
        assert (waits.episode_id, waits.note, waits.again) == (episode.id, "for its transcript", until)
        assert jobs.claim(tx, owner="w", now=world.clock.now(), lease_s=60) is None
        again = episodes.get(tx, episode.id)
        assert again.attempts == 0 and not again.failed and not again.last_error
        assert jobs.claim(tx, owner="w", now=until, lease_s=60) is not None


@pytest.mark.heavy
def test_news_of_a_transcript_wakes_the_episode_that_waits_for_it(world: World) -> None:
    young = world.episode(age_h=2)
    links = (TranscriptLink(url=world.server.url_for("/t.vtt"), type="text/vtt"),)
    with world.catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=world.clock.now(), lease_s=60)
        assert lease is not None
        jobs.postpone(tx, lease, "for its transcript", until=world.clock.now() + timedelta(hours=4))
        feed = FeedData(title="Ice", episodes=(replace(young.data, transcripts=links),))
        assert take_over(tx, shows.get(tx, world.show_id), feed, default_backfill=25, clock=world.clock) == 0
        again = jobs.claim(tx, owner="w", now=world.clock.now(), lease_s=60)
        assert again is not None and again.episode_id == young.id
        assert episodes.get(tx, young.id).data.transcripts == links


@pytest.mark.parametrize(
    ("known", "usual"), [([], False), ([True], True), ([True, False], True), ([True, False, False], False)]
)
def test_usually_publishes(known: list[bool], usual: bool) -> None:
    assert usually_publishes(known) is usual


@pytest.mark.heavy
def test_a_run_reports_what_waits_and_goes_on_when_it_is_due(world: World) -> None:
    history(world, True, True)
    with world.catalog.write() as tx:
        tx.execute(jobs_table.update().values(failed=True))  # only the new one is to be worked on
    episode = world.episode(age_h=2, guid="new")

    settings = Settings(home=world.home, fetch={"allow_private": ("127.0.0.1",), "attempts": 1})

    def stages() -> Stages:
        return stages_of(world, settings, no_encoder)

    events: list[Event] = []
    report = work(world.catalog, stages, world.clock, on_event=events.append)
    assert not report.failures
    assert [waiting.episode for waiting in report.postponed] == ["Lakes new"]
    assert "usually publishes a transcript" in report.postponed[0].reason
    assert events[-1].kind == "postponed"
    assert not work(world.catalog, stages, world.clock).postponed  # not looked at again before its time
    world.clock.at += timedelta(hours=5)
    again = work(world.catalog, stages, world.clock)
    assert not again.postponed and len(world.ear.heard) == 1
    with world.catalog.read() as tx:
        assert transcripts.get(tx, episode.id).source == "ear 1.0"
