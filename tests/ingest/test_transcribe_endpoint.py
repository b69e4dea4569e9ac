"""Speech to text by an endpoint on a real socket, whole and in parts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import AudioError, ModelCallError
from earmark.settings import AsrSettings
from ingest.speech.transcribe import OpenAITranscriber
from tests.ingest.sounds import write_wav
from tests.scripted_llm import Hang, Raw, Request, Reset, ScriptedLLM, Status, html_page

KEY = "sk-audio-123"
VERBOSE = (
    b'{"task": "transcribe", "language": "english", "duration": 4.0, "text": "One. Two.", "segments": ['
    b'{"id": 0, "start": 0.0, "end": 1.5, "text": " One.", "no_speech_prob": 0.1, "avg_logprob": -0.1},'
    b'{"id": 1, "start": 1.5, "end": 3.0, "text": " Two."},'
    b'{"id": 2, "start": 3.0, "end": 4.0, "text": " Bye!", "no_speech_prob": 0.95, "avg_logprob": -2.0}]}'
)


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as running:
        yield running


def endpoint(server: ScriptedLLM, timeout_s: float = 5.0) -> OpenAITranscriber:
    return OpenAITranscriber(AsrSettings(model="whisper-1"), base_url=server.url, api_key=KEY, timeout_s=timeout_s)


class TestOpenAI:
    @pytest.mark.heavy
    def test_segments_with_times(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Raw(VERBOSE))
        transcript = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4), language="en-GB", hotwords=["Ada"])
        assert [(s.text, s.start_s, s.end_s) for s in transcript.segments] == [("One.", 0.0, 1.5), ("Two.", 1.5, 3.0)]
        assert (transcript.source, transcript.language) == ("openai-audio whisper-1", "en")
        assert server.requests[0].path == "/v1/audio/transcriptions"
        for part in (b"verbose_json", b"whisper-1", b"Ada", b"RIFF"):
            assert part in server.requests[0].raw

    @pytest.mark.heavy
    def test_the_language_that_was_heard(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", 4)
        server.enqueue(
            Raw(VERBOSE), Raw(VERBOSE.replace(b"english", b"de")), Raw(VERBOSE.replace(b"english", b"klingon"))
        )
        assert [endpoint(server).transcribe(path).language for _ in range(3)] == ["en", "de", ""]

    @pytest.mark.heavy
    def test_plainer_formats_are_remembered(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", 4)
        transcriber = endpoint(server)
        server.enqueue(Status(400, "verbose_json is not supported"), Raw(b'{"text": "All of it."}'))
        transcript = transcriber.transcribe(path)
        assert [(s.text, s.start_s, s.end_s) for s in transcript.segments] == [("All of it.", 0.0, 4.0)]
        server.enqueue(Status(422), Raw(b"Plain words.\n", 200, "text/plain"))
        assert transcriber.transcribe(path).segments[0].text == "Plain words."
        server.enqueue(Raw(b"More words.", 200, "text/plain"))
        transcriber.transcribe(path)
        assert len(server.requests) == 5

    @pytest.mark.heavy
    @pytest.mark.parametrize(
        "answer",
        [Status(401, f"bad key {KEY}"), Status(400), Raw(b'{"id": '), Raw(b"null"), html_page(), html_page(403)],
        ids=str,
    )
    def test_failures(self, server: ScriptedLLM, tmp_path: Path, answer: Any) -> None:
        server.answer = answer
        with pytest.raises((ModelCallError, AudioError)) as caught:
            endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 2))
        assert KEY not in str(caught.value)

    @pytest.mark.heavy
    @pytest.mark.parametrize("answer", [Hang(), Reset()], ids=str)
    def test_connections_that_fail(self, server: ScriptedLLM, tmp_path: Path, answer: Any) -> None:
        server.answer = answer
        with pytest.raises(ModelCallError):
            endpoint(server, 0.2).transcribe(write_wav(tmp_path / "a.wav", 2))

    @pytest.mark.heavy
    def test_words_without_segments_become_sentences(self, server: ScriptedLLM, tmp_path: Path) -> None:
        words = [{"word": w, "start": n / 2, "end": n / 2 + 0.4} for n, w in enumerate(["We", "went", "on.", "Then"])]
        server.enqueue(Raw(json.dumps({"text": "We went on. Then", "words": words, "language": "en"}).encode()))
        transcript = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4))
        assert [(s.text, s.start_s, s.end_s) for s in transcript.segments] == [("We went on. Then", 0.0, 1.9)]

    def test_provenance(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Raw(VERBOSE))
        made = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4), hotwords=["Ada"]).provenance
        assert json.loads(json.dumps(made)) == made
        expected = {"engine": "openai-audio", "model": "whisper-1", "endpoint": server.url, "silent_dropped": 1}
        assert expected.items() <= made.items()
        assert made["language"]["heard"] == "en"

    def test_broken_audio_is_never_sent(self, server: ScriptedLLM, tmp_path: Path) -> None:
        (tmp_path / "a.mp3").write_bytes(b"<html>")
        with pytest.raises(AudioError):
            endpoint(server).transcribe(tmp_path / "a.mp3")
        with pytest.raises(AudioError, match="ends after"):
            endpoint(server).transcribe(write_wav(tmp_path / "b.wav", 2), expected_s=60)
        assert server.requests == []


def said_at(request: Request) -> Raw:
    """A faithful server: it decodes the part that it got and says for how long it is."""
    import io

    import av

    _, _, sent = request.raw.partition(b'filename="part-')[2].partition(b"\r\n\r\n")
    with av.open(io.BytesIO(sent[: sent.rindex(b"\r\n--")])) as container:
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    middle = {"id": 0, "start": 1.0, "end": seconds - 1, "text": f" {seconds:.0f} s were sent."}
    return Raw(json.dumps({"text": "x", "language": "german", "segments": [middle]}).encode())


class TestParts:
    """Files above the limits of an endpoint."""

    @pytest.fixture(autouse=True)
    def _small_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ingest.speech.transcribe_openai._MOST_S", 12.0)
        monkeypatch.setattr("ingest.speech.transcribe_openai._PART_S", 8.0)

    @pytest.mark.heavy
    def test_times_are_those_of_the_file(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.answer = said_at
        seen: list[float] = []
        transcript = endpoint(server).transcribe(
            write_wav(tmp_path / "a.wav", 21), on_progress=lambda done, _: seen.append(done)
        )
        assert len(server.requests) == len(transcript.segments) == len(seen) >= 3
        assert transcript.segments[0].start_s == 1.0
        for earlier, later in itertools.pairwise(transcript.segments):
            assert later.start_s is not None
            assert later.start_s == pytest.approx((earlier.end_s or 0) + 2, abs=0.2), "the parts are laid end to end"
        assert seen[-1] == pytest.approx(21, abs=0.1)
        assert transcript.language == "de"
        assert b'name="language"' not in server.requests[0].raw
        assert b'name="language"' in server.requests[1].raw, "the whole file is heard in one language"

    @pytest.mark.heavy
    def test_what_was_answered_is_not_asked_for_again(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path, journal = write_wav(tmp_path / "a.wav", 21), tmp_path / "a.windows.jsonl"
        server.enqueue(said_at, said_at, Status(401))
        with pytest.raises(ModelCallError):
            endpoint(server).transcribe(path, resume=journal)
        server.answer = said_at
        transcript = endpoint(server).transcribe(path, resume=journal)
        sent = len(server.requests)
        assert sent == 1 + len(transcript.segments)
        assert endpoint(server).transcribe(path) == transcript

    @pytest.mark.heavy
    def test_a_smaller_limit_of_the_server(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Status(413, "too large"))
        server.answer = said_at
        transcript = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 11))
        assert [len(transcript.segments), len(server.requests)] == [2, 3]

    @pytest.mark.heavy
    def test_a_passing_failure_is_tried_again(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Status(429, retry_after="0"), Raw(VERBOSE))
        assert endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4)).segments
        assert len(server.requests) == 2
