"""A publisher's transcript that comes later takes the place of a recognised one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from earmark.catalog.content import insights, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs
from earmark.settings import Settings
from earmark.types import Episode, FeedData, InsightDraft, Transcript, TranscriptLink
from ingest.episodes.recognition import take_over
from ingest.fetching.fetch import Fetcher
from ingest.limits.budget import Budget
from ingest.run import work
from ingest.stages import Stages
from tests.ingest.obtaining import Even, World, talk
from tests.ingest.obtaining import world as world  # noqa: PLC0414 - a fixture
from tests.ingest.test_choose import SENTENCES
from tests.world import vtt

pytestmark = pytest.mark.heavy


class FirstSentence:
    """An extractor for which the first sentence is the idea of every episode."""

    name = "first sentence"

    def extract(self, episode: Episode, transcript: Transcript) -> list[InsightDraft]:
        first = transcript.segments[0].text
        return [InsightDraft(claim=first, body="", quote=first, quality=0.9)]


def _read(world: World) -> None:
    """Brings every open episode through all its stages."""

    def stages() -> Stages:
        settings = Settings(
            home=world.home, fetch={"allow_private": ("127.0.0.1",), "attempts": 1}, insights={"min_quality": 0}
        )
        return Stages(
            catalog=world.catalog,
            fetcher=Fetcher(settings.fetch),
            encoder=Even,
            extractor=FirstSentence(),
            transcriber=world.ear,
            settings=settings,
            budget=Budget(world.catalog, settings, world.clock),
            clock=world.clock,
            model_lock=threading.Lock(),
        )

    assert not work(world.catalog, stages, world.clock).failures


def _feed_brings(world: World, episode: Episode, *names: str) -> int:
    """The feed links to transcripts now; returns how many episodes wait to be read."""
    links = tuple(TranscriptLink(url=world.server.url_for(f"/{name}"), type="text/vtt") for name in names)
    with world.catalog.write() as tx:
        feed = FeedData(title="Ice", episodes=(replace(episode.data, transcripts=links),))
        take_over(tx, shows.get(tx, world.show_id), feed, default_backfill=25, clock=world.clock)
        return jobs.waiting(tx, now=world.clock.now())


def _ideas(world: World) -> dict[str, str]:
    with world.catalog.read() as tx:
        return {insight.quote: insight.id for insight in insights.listed(tx, show_id=world.show_id)}


def test_a_transcript_that_comes_later_takes_the_place_of_a_recognised_one(world: World) -> None:
    episode = world.episode(duration_s=26.0)
    _read(world)
    with world.catalog.read() as tx:
        assert transcripts.get(tx, episode.id).source == "ear 1.0"
    told = _ideas(world)
    assert told
    world.serve("t.vtt", vtt(tuple(("Ada Finch", text) for text in SENTENCES), seconds=6.0))
    assert _feed_brings(world, episode, "t.vtt") == 1
    assert _ideas(world) == told  # until the new ones are there
    _read(world)
    now = _ideas(world)
    assert now == told  # the same quotes, so the same ideas
    with world.catalog.read() as tx:
        transcript = transcripts.get(tx, episode.id)
    assert transcript.source == "vtt" and {s.speaker for s in transcript.segments} == {"Ada Finch"}
    assert len(world.ear.heard) == 1
    assert _feed_brings(world, episode, "t.vtt") == 0  # once
    assert _feed_brings(world, episode, "other.vtt") == 0  # a publisher's own is not fetched again and again


@pytest.mark.parametrize("body", ["WEBVTT\n\n", "gone", "short"])
def test_a_recognised_transcript_stays_where_the_later_one_is_no_good(world: World, body: str) -> None:
    episode = world.episode()
    _read(world)
    world.serve("t.vtt", talk(60) if body == "short" else body, status=404 if body == "gone" else 200)
    assert _feed_brings(world, episode, "t.vtt") == 1
    _read(world)
    with world.catalog.read() as tx:
        transcript = transcripts.get(tx, episode.id)
    assert transcript.source == "ear 1.0" and len(world.ear.heard) == 1
    assert transcript.provenance["chosen_because"].startswith("the one published later is no good")
    assert transcript.provenance["model"] == "ear"
