"""Where a transcript comes from: the publisher's files, the audio where they are no good, or neither."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from werkzeug import Request, Response

from earmark.catalog.content import transcripts
from earmark.catalog.work import usage
from earmark.errors import AudioError, FetchError, FetchRefused, NotYet, PermanentError, TranscriptError
from ingest.fetching.fetch import Fetcher
from ingest.limits.budget import ASR
from ingest.limits.throughput import Throughput
from tests.ingest.obtaining import World, talk
from tests.ingest.obtaining import world as world  # noqa: PLC0414 - a fixture
from tests.ingest.test_choose import SENTENCES


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


@pytest.mark.heavy
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
