"""Audio that comes empty, cut off, or as a web page: it is fetched again within a day before it is given up."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog.work import jobs, troubles
from earmark.errors import DamagedAudio
from earmark.types import Transcript
from ingest.obtaining import damaged_wait_s
from ingest.run import work
from ingest.speech.audio import blocks, check_whole
from tests.ingest.obtaining import Ear, Even, World, stages_of
from tests.ingest.obtaining import world as world  # noqa: PLC0414 - a fixture

PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in to listen.</body></html>"


def sound(seconds: float) -> bytes:
    """Silence, as a WAV file of 8 kHz."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(int(16_000 * seconds)))
    return target.getvalue()


class DecodingEar(Ear):
    """An ear that decodes the file first, as every engine does."""

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
        *_, last = blocks(audio)
        check_whole(audio, last, expected_s)
        return super().transcribe(audio, expected_s=expected_s, on_progress=on_progress)


def serve(server: HTTPServer, *answers: bytes) -> None:
    """Answers with each in turn, and with the last from then on."""
    left = list(answers)

    def answer(_request: Request) -> Response:
        return Response(left.pop(0) if len(left) > 1 else left[0], content_type="audio/mpeg")

    server.clear_all_handlers()
    server.expect_request("/a.mp3").respond_with_handler(answer)


def read(world: World) -> list[str]:
    """One run of the worker; returns the reasons of what failed."""
    settings = world.obtaining_settings()

    report = work(world.catalog, lambda: stages_of(world, settings, Even), world.clock)
    return [failure.reason for failure in report.failures]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"", "the file is empty"),
        (PAGE, "is a web page, not audio"),
        (b"\xef\xbb\xbf\n" + PAGE, "is a web page, not audio"),
        (b"no sound at all" * 50, "cannot be decoded as audio"),
        (sound(20), "the sound ends after 20 s of 60 s"),
    ],
    ids=["empty", "page", "page with a mark", "noise", "cut off"],
)
def test_damaged_audio_is_fetched_again_and_the_status_says_when(world: World, damaged: bytes, said: str) -> None:
    world.ear = DecodingEar()
    serve(world.server, damaged, damaged, sound(60))
    episode = world.episode(duration_s=60.0)
    for tries in (1, 2):
        (reason,) = read(world)
        assert said in reason and "it is fetched again" in reason
        with world.catalog.read() as tx:
            (trouble,) = troubles.troubles(tx)
        assert trouble.again is not None
        assert (trouble.attempts, trouble.failed, trouble.again > world.clock.now()) == (tries, False, True)
        assert read(world) == []  # not before its time
        world.clock.at = trouble.again + timedelta(seconds=1)
    assert read(world) == []
    assert world.fetched == ["/a.mp3"] * 3
    with world.catalog.read() as tx:
        assert troubles.troubles(tx) == []
        assert jobs.wants_transcript(tx, episode.id) is False


@pytest.mark.heavy
def test_after_a_day_it_is_given_up(world: World) -> None:
    world.ear = DecodingEar()
    serve(world.server, PAGE)
    world.episode(duration_s=60.0)
    began = world.clock.now()
    for _ in range(4):
        (reason,) = read(world)
        with world.catalog.read() as tx:
            (trouble,) = troubles.troubles(tx)
        world.clock.at = trouble.again or world.clock.at
    assert trouble.failed
    assert "fetched again" not in reason
    assert timedelta(hours=20) < world.clock.now() - began <= timedelta(days=1)
    assert world.fetched == ["/a.mp3"] * 4


@pytest.mark.parametrize("attempts", [1, 2, 4, 20])
def test_the_waits_grow_and_make_most_of_a_day(attempts: int) -> None:
    waits = [damaged_wait_s(number, attempts) for number in range(max(attempts - 1, 1))]
    assert waits == sorted(waits)
    assert sum(waits) == pytest.approx(23 * 3600)


@pytest.mark.heavy
def test_a_duration_that_the_file_disproves_condemns_no_audio(world: World) -> None:
    world.ear = DecodingEar()
    serve(world.server, sound(150))
    got = world.obtain(world.episode(duration_s=42 * 3600.0))  # 42 minutes, stated as hours
    assert got.transcript.source == "ear 1.0"


@pytest.mark.heavy
@pytest.mark.parametrize("stated_s", [600.0, 1_000.0])
def test_a_duration_that_may_be_true_still_does(world: World, stated_s: float) -> None:
    world.settings = {"ingest": {"attempts": 1}}
    world.ear = DecodingEar()
    serve(world.server, sound(150))
    with pytest.raises(DamagedAudio, match="ends after 150 s"):
        world.obtain(world.episode(duration_s=stated_s))
