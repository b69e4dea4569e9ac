"""Where an episode's text comes from: publishers first, audio last, and when neither is due yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import jobs as jobs_table
from earmark.catalog.work import jobs, troubles, usage
from earmark.clock import FixedClock
from earmark.errors import AudioError, FetchError, FetchRefused, ModelNotFound, NotYet, PermanentError, TranscriptError
from earmark.ports import Encoder
from earmark.settings import Settings
from earmark.types import Episode, EpisodeData, FeedData, InsightDraft, Segment, Transcript, TranscriptLink
from ingest.episodes.recognition import take_over
from ingest.events import Event
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractive import ExtractiveExtractor
from ingest.limits.budget import ASR, Budget
from ingest.limits.throughput import Throughput
from ingest.obtaining import ObtainedTranscript, TranscriptTools, usually_publishes
from ingest.run import work
from ingest.stages import Stages
from tests.ingest.test_choose import SENTENCES
from tests.world import vtt

DURATION = 600.0


@dataclass
class Ear:
    """A transcriber that hears what it is told."""

    error: Exception | None = None
    heard: list[Path] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "ear 1.0"

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        self.heard.append(audio)
        if self.error is not None:
            raise self.error
        if on_progress is not None:
            on_progress(1.0, 2.0)
        said = tuple(Segment(text=text, start_s=n * 6.0, end_s=n * 6.0 + 5) for n, text in enumerate(SENTENCES))
        return Transcript(segments=said, source=self.name, language="en", provenance={"model": "ear"})


@dataclass
class World:
    """A show whose files are served over loopback."""

    catalog: Catalog
    clock: FixedClock
    server: HTTPServer
    home: Path
    show_id: str
    ear: Ear
    settings: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def episode(self, *names: str, guid: str = "one", age_h: float = 48.0, audio: bool = True, **data: Any) -> Episode:
        """An episode in the catalog whose transcripts have these names."""
        kinds = {"vtt": "text/vtt", "txt": "text/plain", "srt": "application/x-subrip", "json": "application/json"}
        links = tuple(
            TranscriptLink(url=self.server.url_for(f"/{name}"), type=kinds[name.partition("?")[0].rpartition(".")[2]])
            for name in names
        )
        given = EpisodeData(
            guid=guid,
            title=f"Lakes {guid}",
            published=self.clock.now() - timedelta(hours=age_h),
            audio_url=self.server.url_for("/a.mp3") if audio else "",
            transcripts=links,
            **{"duration_s": DURATION, **data},
        )
        with self.catalog.write() as tx:
            (added,) = episodes.add_new(tx, self.show_id, [given], language="en", now=self.clock.now())[:1]
            return episodes.get(tx, str(added))

    def serve(self, name: str, body: str | bytes, *, status: int = 200) -> None:
        self.server.expect_request(f"/{name}").respond_with_data(body, status=status)

    def obtaining_settings(self) -> Settings:
        return Settings(
            home=self.home,
            fetch={"allow_private": ("127.0.0.1",), "attempts": 1},
            **self.settings,
        )

    def obtain(self, episode: Episode, *, hears: bool = True) -> ObtainedTranscript:
        settings = self.obtaining_settings()
        obtaining = TranscriptTools(
            catalog=self.catalog,
            fetcher=Fetcher(settings.fetch),
            transcriber=self.ear if hears else None,
            settings=settings,
            budget=Budget(self.catalog, settings, self.clock),
            clock=self.clock,
            throughput=Throughput(),
        )
        return obtaining.obtain(episode, self.said.append)

    @property
    def fetched(self) -> list[str]:
        return [request.path for request, _ in self.server.log]


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path) -> Iterator[World]:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://example.org/feed.xml", title="Ice", now=clock.now())
    httpserver.expect_request("/a.mp3").respond_with_data(b"not really sound")
    yield World(catalog, clock, httpserver, tmp_path / "home", show.id, Ear())


def talk(until: float = DURATION, *, speakers: bool = True) -> str:
    turns = tuple((("Ada Finch", "Ben Osprey")[n % 2], SENTENCES[n % 4]) for n in range(int(until / 6.5)))
    text = vtt(turns, seconds=6.5)
    return text if speakers else text.replace("<v Ada Finch>", "").replace("<v Ben Osprey>", "")


def test_a_published_transcript_is_taken_and_no_audio_fetched(world: World) -> None:
    world.serve("t.vtt", talk())
    got = world.obtain(world.episode("t.vtt"))
    assert got.transcript.source == "vtt" and got.audio is None
    assert got.transcript.language == "en"
    assert world.fetched == ["/t.vtt"] and not world.ear.heard
    provenance = got.transcript.provenance
    assert provenance["format"] == "vtt" and provenance["completeness"] > 0.9
    assert provenance["chosen_because"].startswith("the only one")


def test_provenance_is_stored(world: World) -> None:
    world.serve("t.vtt", talk())
    episode = world.episode("t.vtt")
    got = world.obtain(episode)
    with world.catalog.write() as tx:
        transcripts.put(tx, episode.id, got.transcript)
        assert transcripts.get(tx, episode.id).provenance == got.transcript.provenance


@pytest.mark.parametrize("broken", ["WEBVTT\n\n", "", "<html><body><p>Log in to read this.</p></body></html>"])
def test_a_file_without_cues_is_an_error_and_the_next_is_tried(world: World, broken: str) -> None:
    world.serve("t.vtt", broken)
    world.serve("t.txt", "\n\n".join(f"Ada Finch: {text}" for text in SENTENCES * 25))
    got = world.obtain(world.episode("t.vtt", "t.txt"))
    assert got.transcript.source == "text" and not world.ear.heard
    assert len(got.transcript.provenance["tried"]) == 2


def test_a_file_without_cues_and_nothing_else_says_so(world: World) -> None:
    world.serve("t.vtt", "WEBVTT\n\nNOTE nothing here\n")
    with pytest.raises(TranscriptError, match="no cues"):
        world.obtain(world.episode("t.vtt", audio=False))


def test_a_missing_transcript_leads_to_the_audio(world: World) -> None:
    world.serve("t.vtt", "gone", status=404)
    got = world.obtain(world.episode("t.vtt"))
    assert got.transcript.source == "ear 1.0" and got.audio is not None and got.audio.exists()
    assert got.transcript.provenance["model"] == "ear"
    assert "404" in got.transcript.provenance["tried"][0]["outcome"]
    assert world.said == ["fetching the transcript", "fetching the audio", "transcribing"]


def test_what_was_heard_can_be_told_from_a_later_file_of_the_host(world: World) -> None:
    said = {"ETag": '"first"', "Last-Modified": "Sat, 28 Nov 2026 06:00:00 GMT"}
    world.server.clear()
    world.server.expect_request("/a.mp3").respond_with_data(b"not really sound", headers=said)
    provenance = world.obtain(world.episode()).transcript.provenance
    assert provenance["recording"] == {"bytes": 16, "etag": '"first"', "last_modified": said["Last-Modified"]}


def test_a_partial_transcript_gives_way_to_the_audio(world: World) -> None:
    world.serve("t.vtt", talk(120))
    got = world.obtain(world.episode("t.vtt"))
    assert got.transcript.source == "ear 1.0"
    assert "the published one was no good: covers" in got.transcript.provenance["chosen_because"]


@pytest.mark.parametrize("why", ["no ear", "no audio", "bad audio", "no file"])
def test_a_partial_transcript_is_better_than_nothing(world: World, why: str) -> None:
    world.serve("t.vtt", talk(120))
    if why == "bad audio":
        world.ear.error = AudioError("cannot be decoded as audio")
    episode = world.episode("t.vtt", audio=why != "no audio")
    if why == "no file":
        world.server.clear_all_handlers()
        world.serve("t.vtt", talk(120))
        world.serve("a.mp3", "gone", status=410)
    got = world.obtain(episode, hears=why != "no ear")
    assert got.transcript.source == "vtt" and got.transcript.provenance["partial"] is True
    assert ("audio" in got.transcript.provenance) is (why in {"bad audio", "no file"})


def test_a_failure_that_passes_does_not_lead_to_the_audio(world: World) -> None:
    world.serve("t.vtt", "busy", status=503)
    with pytest.raises(FetchError):
        world.obtain(world.episode("t.vtt"))
    assert not world.ear.heard and "/a.mp3" not in world.fetched


def test_until_all_tries_are_used_up(world: World) -> None:
    world.serve("t.vtt", "busy", status=503)
    world.settings = {"ingest": {"attempts": 1}}
    assert world.obtain(world.episode("t.vtt")).transcript.source == "ear 1.0"


def test_a_host_that_wants_rest_does_not_lead_to_the_audio(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise NotYet("asks to be left alone", until=world.clock.now() + timedelta(hours=5))

    monkeypatch.setattr(Fetcher, "_refuse_held", held)
    world.settings = {"ingest": {"attempts": 1}}
    with pytest.raises(NotYet, match="left alone"):
        world.obtain(world.episode("t.vtt"))


def test_neither_transcript_nor_audio(world: World) -> None:
    with pytest.raises(PermanentError, match="neither transcript nor audio"):
        world.obtain(world.episode(audio=False))
    with pytest.raises(PermanentError, match="speech recognition is off"):
        world.obtain(world.episode(guid="two"), hears=False)


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


def test_a_private_address_is_not_kept_in_provenance(world: World) -> None:
    world.server.expect_request("/t.vtt").respond_with_data(talk())
    got = world.obtain(world.episode("t.vtt?token=sesame"))
    assert "sesame" not in str(got.transcript.provenance)


def test_no_audio_is_fetched_when_the_budget_is_spent(world: World) -> None:
    world.settings = {"budget": {"asr_seconds_per_day": 900}}
    world.obtain(world.episode(guid="first"))
    world.obtain(world.episode(guid="second"))  # 600 of 900 are used: something is left
    before = len(world.fetched)
    with pytest.raises(NotYet, match="today's budget"):
        world.obtain(world.episode(guid="third"))
    assert len(world.fetched) == before
    with world.catalog.read() as tx:
        assert usage.spent(tx, world.clock.now().date(), ASR) == 1200


def test_a_failed_transcription_costs_nothing_of_the_budget(world: World) -> None:
    world.ear.error = AudioError("no speech was found in it")
    with pytest.raises(AudioError):
        world.obtain(world.episode())
    with world.catalog.read() as tx:
        assert usage.spent(tx, world.clock.now().date(), ASR) == 0


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


def test_throughput_counts_side_by_side_work_once() -> None:
    now = [0.0]
    watch = Throughput(lambda: now[0])
    with watch.busy():
        now[0] = 2.0
        with watch.busy():
            now[0] = 5.0
        assert watch.take_s() == 5.0
        now[0] = 6.0
    now[0] = 100.0
    assert watch.take_s() == 1.0 and watch.take_s() == 0.0
    assert threading.active_count() >= 1


def test_a_refused_address_is_named(world: World) -> None:
    world.serve("t.vtt", "gone", status=410)
    with pytest.raises(FetchRefused, match="gone for good"):
        world.obtain(world.episode("t.vtt", audio=False))


def test_large_servers_answers_are_typed_by_the_feed(world: World) -> None:
    def answer(_request: Request) -> Response:
        return Response(talk().encode(), content_type="application/octet-stream; charset=utf-8")

    world.server.expect_request("/t.vtt").respond_with_handler(answer)
    assert world.obtain(world.episode("t.vtt")).transcript.source == "vtt"


def test_a_run_reports_what_waits_and_goes_on_when_it_is_due(world: World) -> None:
    history(world, True, True)
    with world.catalog.write() as tx:
        tx.execute(jobs_table.update().values(failed=True))  # only the new one is to be worked on
    episode = world.episode(age_h=2, guid="new")

    def stages() -> Stages:
        settings = Settings(home=world.home, fetch={"allow_private": ("127.0.0.1",), "attempts": 1})
        return Stages(
            catalog=world.catalog,
            fetcher=Fetcher(settings.fetch),
            encoder=_no_encoder,
            extractor=ExtractiveExtractor(),
            transcriber=world.ear,
            settings=settings,
            budget=Budget(world.catalog, settings, world.clock),
            clock=world.clock,
            model_lock=threading.Lock(),
        )

    events: list[Event] = []
    report = work(world.catalog, stages, world.clock, on_event=events.append)
    assert not report.failures
    assert [one.episode for one in report.postponed] == ["Lakes new"]
    assert "usually publishes a transcript" in report.postponed[0].reason
    assert events[-1].kind == "postponed"
    assert not work(world.catalog, stages, world.clock).postponed  # not looked at again before its time
    world.clock.at += timedelta(hours=5)
    again = work(world.catalog, stages, world.clock)
    assert not again.postponed and len(world.ear.heard) == 1
    with world.catalog.read() as tx:
        assert transcripts.get(tx, episode.id).source == "ear 1.0"


def _no_encoder() -> Encoder:
    raise ModelNotFound("no encoder in this test")


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


class Even:
    """An encoder for which all texts are the same."""

    model_id, dimension = "even", 4

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


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
        found = transcripts.get(tx, episode.id)
    assert found.source == "vtt" and {s.speaker for s in found.segments} == {"Ada Finch"}
    assert len(world.ear.heard) == 1
    assert _feed_brings(world, episode, "t.vtt") == 0  # once
    assert _feed_brings(world, episode, "other.vtt") == 0  # a publisher's own is not fetched again and again


@pytest.mark.heavy
@pytest.mark.parametrize("body", ["WEBVTT\n\n", "gone", "short"])
def test_a_recognised_transcript_stays_where_the_later_one_is_no_good(world: World, body: str) -> None:
    episode = world.episode()
    _read(world)
    world.serve("t.vtt", talk(60) if body == "short" else body, status=404 if body == "gone" else 200)
    assert _feed_brings(world, episode, "t.vtt") == 1
    _read(world)
    with world.catalog.read() as tx:
        found = transcripts.get(tx, episode.id)
    assert found.source == "ear 1.0" and len(world.ear.heard) == 1
    assert found.provenance["chosen_because"].startswith("the one published later is no good")
    assert found.provenance["model"] == "ear"
