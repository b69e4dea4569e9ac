from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import AudioError, UsageError
from earmark.settings import Settings
from earmark.types import Segment, Transcript
from evaluation.suites import asr
from tests.evaluation.samples import lines

WORDS = "the pilots plan the passage of deep ships around slack water"


class HeardLanguage:
    """A transcriber that hears what its file says, and nothing in an empty one."""

    name = "fake 1"

    def transcribe(
        self, audio: Path, *, language: str = "", hotwords: Sequence[str] = (), expected_s: float | None = None
    ) -> Transcript:
        text = audio.read_text("utf-8")
        if not text:
            raise AudioError("holds no speech", subject=audio.name)
        return Transcript(segments=(Segment(text=text),), source=self.name)


@pytest.fixture
def audio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(asr, "open_transcriber", lambda _settings: HeardLanguage())
    folder = tmp_path / "audio"
    folder.mkdir()
    (folder / "good.wav").write_text(WORDS.upper() + "!", encoding="utf-8")
    (folder / "poor.wav").write_text(WORDS.replace("slack", "black"), encoding="utf-8")
    (folder / "mute.wav").write_text("", encoding="utf-8")
    clips: list[dict[str, Any]] = [
        {"file": "good.wav", "kind": "real", "reference": WORDS, "seconds": 5.0, "licence": "CC0"},
        {"file": "poor.wav", "kind": "synthetic espeak", "reference": WORDS, "seconds": 5.0},
        {"file": "tune.mp3", "kind": "music", "reference": None, "seconds": 60.0},
        {"file": "about.mp3", "kind": "real", "reference": "a licence, read aloud", "seconds": 60.0},
    ]
    lines(folder / "index.jsonl", clips)
    return folder


@pytest.mark.heavy
def test_word_errors_are_added_up_over_files(audio: Path, settings: Settings) -> None:
    report = asr.run(audio, settings=settings)
    measures = report.runs["fake 1"]
    assert report.sizes == {"files": 2, "seconds": 10}  # music, and a text that only describes the audio, do not count
    assert measures["WER"].value == pytest.approx(1 / 22)
    assert measures["WER, real"].value == 0
    assert measures["WER, synthetic"].value == pytest.approx(1 / 11)
    assert measures["real-time factor"].value > 0
    assert report.licence == "CC0"
    assert report.models["base"]


@pytest.mark.heavy
def test_silence_counts_all_words_as_missed(audio: Path, settings: Settings) -> None:
    lines(audio / "index.jsonl", [{"file": "mute.wav", "reference": WORDS, "seconds": 5}])
    report = asr.evaluate_asr(audio / "index.jsonl", settings=settings)
    assert report.runs["fake 1"]["WER"].value == 1
    assert "heard nothing in mute.wav" in report.notes[0]


def test_an_index_without_audio_is_refused(audio: Path, settings: Settings, tmp_path: Path) -> None:
    lines(audio / "index.jsonl", [{"file": "x.wav", "reference": WORDS, "seconds": 5}])
    with pytest.raises(UsageError, match=r"index\.jsonl, line 1: there is no file 'x\.wav'"):
        asr.run(audio, settings=settings)
    lines(audio / "index.jsonl", [{"file": "tune.mp3"}])
    with pytest.raises(UsageError, match="names no audio with a reference"):
        asr.run(audio, settings=settings)
    with pytest.raises(UsageError, match="this file is missing"):
        asr.run(tmp_path / "nowhere.jsonl", settings=settings)
