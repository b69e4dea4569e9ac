"""Speech to text on this machine: a scripted model, and a real one where its wheel is installed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import AudioError, ModelNotFound, SettingsError
from earmark.models import ResolvedModel
from earmark.settings import AsrSettings, LlmSettings, Settings
from ingest.speech.audio import RATE
from ingest.speech.filling import LEAST_S
from ingest.speech.model import Compute, HeardLanguage
from ingest.speech.transcribe import FasterWhisperTranscriber, OpenAITranscriber, open_transcriber
from tests.ingest.sounds import REAL, TINY, needs_real, needs_tiny, write_wav


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
        transcript = scripted(model, tmp_path).transcribe(
            write_wav(tmp_path / "a.wav", 8), language="xx", hotwords=["Ada"], expected_s=8
        )
        assert [(s.text, s.start_s, s.end_s) for s in transcript.segments] == [
            ("A first sentence.", 0.0, 2.0),
            ("And so the plan went on.", 2.5, 4.5),
        ]
        assert transcript.language == "de"
        assert transcript.source.startswith("faster-whisper ")
        assert [c["language"] for c in model.calls] == ["de", "de"]
        assert transcript.provenance["loops_removed"] == transcript.provenance["silent_dropped"] == 1
        assert model.calls[0]["hotwords"] == "Ada"
        assert model.calls[1]["no_repeat_ngram_size"] == 4
        assert model.calls[1]["seconds"] == pytest.approx(3.0)

    def test_an_incurable_loop_is_no_speech(self, tmp_path: Path) -> None:
        loop = [Piece("and so on " * 12, 0.0, 5.0)]
        transcriber = scripted(FakeModel([loop, loop]), tmp_path)
        with pytest.raises(AudioError, match="no speech"):
            transcriber.transcribe(write_wav(tmp_path / "a.wav", 6))

    @pytest.mark.heavy
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

    @pytest.mark.heavy
    def test_words_that_the_model_doubts_are_decoded_again_without_names(self, tmp_path: Path) -> None:
        doubted = Piece("Ada Lovelace Ada Lovelace.", 1.0, 3.0, avg_logprob=-1.3)
        model = FakeModel([[doubted], [Piece("Add a love lace.", 0.0, 2.0, avg_logprob=-0.7)]])
        transcript = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), hotwords=["Ada Lovelace"])
        assert [s.text for s in transcript.segments] == ["Add a love lace."]
        assert [c["hotwords"] for c in model.calls] == ["Ada Lovelace", None]
        assert transcript.provenance["decoded_twice"] == 1
        worse = FakeModel([[doubted], [Piece("Mm.", 0.0, 2.0, avg_logprob=-1.9)]])
        transcript = scripted(worse, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), hotwords=["Ada Lovelace"])
        assert [s.text for s in transcript.segments] == [doubted.text]

    @pytest.mark.heavy
    def test_speech_that_was_passed_over_is_filled_in(self, tmp_path: Path) -> None:
        late = [Piece("It goes on here.", 9.0, 11.0), Piece("And ends.", 11.0, 12.5)]
        missed = [Piece("It begins here.", 1.0, 4.0), Piece("Mumble.", 5.0, 6.0, avg_logprob=-1.2)]
        model = FakeModel([late, missed], speech=0.9)
        transcript = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 14), hotwords=["Ada"])
        assert [(s.text, s.start_s) for s in transcript.segments] == [
            ("It begins here.", 1.0),
            ("It goes on here.", 9.0),
            ("And ends.", 11.0),
        ]
        assert (model.calls[1]["hotwords"], model.calls[1]["seconds"]) == (None, 9.0)
        assert transcript.provenance["gaps_filled"] == 1
        quiet = FakeModel([late], speech=0.1)
        assert len(scripted(quiet, tmp_path).transcribe(tmp_path / "a.wav").segments) == 2

    @pytest.mark.heavy
    def test_what_was_dropped_is_not_looked_for_again(self, tmp_path: Path) -> None:
        invented = Piece("Thanks for watching!", 0.0, 10.0, no_speech_prob=0.9, avg_logprob=-1.4)
        model = FakeModel([[invented, Piece("Here we are.", 10.0, 12.0)]], speech=1.0)
        transcript = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 12))
        assert [s.text for s in transcript.segments] == ["Here we are."]

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
        transcript = scripted(model, tmp_path).transcribe(write_wav(tmp_path / "a.wav", 6), language=feed)
        assert (transcript.language, model.calls[0]["language"]) == (chosen, chosen)
        assert transcript.provenance["language"]["heard"] == heard[-1][0]

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
        transcript = transcriber.transcribe(REAL / "jfk.flac", language="en-US", expected_s=11)
        said = " ".join(s.text for s in transcript.segments).casefold()
        assert "ask not what your country can do for you" in said.replace(",", "")
        assert all(
            type(s.start_s) is float and s.end_s is not None and 0 <= s.start_s < s.end_s <= 11.5
            for s in transcript.segments
        )
        assert transcript.language == "en"
        whole = (REAL / "multilingual.mp3").read_bytes()
        (tmp_path / "cut.mp3").write_bytes(whole[: len(whole) // 3])
        with pytest.raises(AudioError, match="ends after"):
            transcriber.transcribe(tmp_path / "cut.mp3", expected_s=60)
        assert transcriber.transcribe(tmp_path / "cut.mp3").segments, "without a stated length it gives what it has"


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
