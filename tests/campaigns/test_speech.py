"""Speech: speed over several files, memory, words and names against faster-whisper's own defaults, a kill in mid-file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from earmark.settings import Settings, load_settings
from evaluation.significance import paired, ratio
from evaluation.wer import Errors, word_errors
from tests.campaigns.conftest import Record
from tests.campaigns.speech.baseline import Job, Outcome, in_a_process
from tests.campaigns.speech.material import Clip, chained, spoken_clips, unspoken
from tests.campaigns.speech.names import names_measured

pytestmark = pytest.mark.campaign

_MOST_MB = 1_500.0
"""The README promises this for base int8 on two cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recognition:
    """What each engine heard of the files, and how quickly."""

    short: list[Clip]
    long: list[Clip]
    speed: dict[str, Any]
    by_engine: dict[str, dict[Path, str]]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(environ={})


@pytest.fixture(scope="module")
def heard(realdata: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> _Recognition:
    audio = realdata / "audio"
    known = spoken_clips(audio)
    chains = chained(audio, known, tmp_path_factory.mktemp("chains"), files=2)
    short = [clip for clip in known if clip.seconds < 60]
    long = [clip for clip in known if clip.seconds >= 60]
    speed, by_engine = _speed([*chains, *long], settings)
    for engine in ("earmark", "defaults"):
        by_engine[engine] |= _by_path(short, in_a_process(engine, [Job(path=clip.path) for clip in short], settings))
    return _Recognition(short=short, long=long, speed=speed, by_engine=by_engine)


def test_memory_stays_within_the_promise(heard: _Recognition, record: Record, settings: Settings) -> None:
    """The speed is recorded beside it, as a ratio to faster-whisper's own on the same machine."""
    about = {"model": settings.asr.model, "cores": len(os.sched_getaffinity(0))}
    record("trust/speech", about | {"speed": heard.speed})
    assert heard.speed["earmark"]["peak_mb"] <= _MOST_MB


def test_no_more_words_are_wrong_than_with_the_defaults(heard: _Recognition, record: Record) -> None:
    words = _words([*heard.short, *heard.long], heard.by_engine)
    record("trust/speech", {"words": words})
    assert words["earmark"]["errors"] <= words["defaults"]["errors"]


def test_hotwords_help_and_invent_nothing(
    heard: _Recognition, record: Record, realdata: Path, settings: Settings
) -> None:
    audio = realdata / "audio"
    names = names_measured(audio, heard.long, heard.by_engine, settings, silent=unspoken(audio))
    record("trust/speech", {"names": names})
    assert names["with"]["missed"] < names["without"]["missed"]
    assert names["with"]["errors"] <= names["defaults"]["errors"]
    assert names["heard_in_silence"] == []


def test_a_killed_transcription_goes_on_where_it_was(
    record: Record, realdata: Path, settings: Settings, tmp_path: Path
) -> None:
    long = [clip for clip in spoken_clips(realdata / "audio") if clip.seconds >= 60]
    kill = _kill(min(long, key=lambda clip: clip.seconds), tmp_path, settings)
    record("trust/speech", {"kill": kill})
    assert kill["equal"]
    assert 0 < kill["kept_after_each_kill"][0] <= kill["windows"]


def _speed(files: Sequence[Clip], settings: Settings) -> tuple[dict[str, Any], dict[str, dict[Path, str]]]:
    """Times real time of each engine on the same files, and what each heard by file."""
    audio_s = sum(clip.seconds for clip in files)
    report: dict[str, Any] = {"files": len(files), "audio_s": round(audio_s)}
    heard: dict[str, dict[Path, str]] = {}
    for engine in ("earmark", "defaults", "batched"):
        outcome = in_a_process(engine, [Job(path=clip.path) for clip in files], settings)
        heard[engine] = _by_path(files, outcome)
        report[engine] = {
            "times_real": round(audio_s / outcome.seconds, 1),
            "seconds": outcome.seconds,
            "cpu_s": outcome.cpu_s,
            "load_s": outcome.load_s,
            "peak_mb": outcome.peak_mb,
        }
    return report, heard


def _by_path(files: Sequence[Clip], outcome: Outcome) -> dict[Path, str]:
    return {clip.path: text for clip, text in zip(files, outcome.texts, strict=True)}


def _words(files: Sequence[Clip], heard: Mapping[str, Mapping[Path, str]]) -> dict[str, Any]:
    """Word error rates over all referenced clips, and clip by clip who was better."""
    errors = {e: [word_errors(clip.reference, heard[e][clip.path]) for clip in files] for e in ("earmark", "defaults")}
    report: dict[str, Any] = {"clips": len(files), "words": sum(clip.words for clip in errors["earmark"])}
    for engine, ours in errors.items():
        rate = ratio([clip.errors for clip in ours], [clip.words for clip in ours])
        report[engine] = {"errors": sum(clip.errors for clip in ours), "wer": round(rate.value, 4)}
        report[engine]["interval"] = [round(rate.low or 0.0, 4), round(rate.high or 0.0, 4)]
        for kind in sorted({clip.kind for clip in files}):
            report[engine][f"wer_{kind}"] = _rate([e for e, clip in zip(ours, files, strict=True) if clip.kind == kind])
    pairs = list(zip(errors["earmark"], errors["defaults"], strict=True))
    report["fewer_errors_in"] = sum(ours.errors < theirs.errors for ours, theirs in pairs)
    report["more_errors_in"] = sum(ours.errors > theirs.errors for ours, theirs in pairs)
    change = paired([ours.errors / ours.words for ours, _ in pairs], [t.errors / t.words for _, t in pairs])
    report["difference_per_clip"] = [round(v or 0.0, 4) for v in (change.value, change.low, change.high)]
    return report


def _rate(errors: Sequence[Errors]) -> float:
    return round(sum(clip.errors for clip in errors) / max(1, sum(clip.words for clip in errors)), 4)


_RESUMED = """
import json, sys
from pathlib import Path
from earmark.settings import AsrSettings
from ingest.speech.transcribe import FasterWhisperTranscriber
model, models, audio, *journal = sys.argv[1:]
found = FasterWhisperTranscriber(AsrSettings(model=model), models_dir=Path(models), offline=True, window_s=20).transcribe(
    Path(audio), language="en", resume=Path(journal[0]) if journal else None,
    on_progress=lambda done, of: print("done", done, flush=True))
print(json.dumps([[s.text, s.start_s, s.end_s] for s in found.segments] + [dict(found.provenance)]))
"""


def _kill(clip: Clip, scratch: Path, settings: Settings) -> dict[str, Any]:
    """A file transcribed whole, and in three goes with a SIGKILL after the first window and one after the next."""
    journal = scratch / "kill.windows.jsonl"
    command = [sys.executable, "-c", _RESUMED, settings.asr.model, str(settings.models_dir), str(clip.path)]
    whole = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    kept: list[int] = []
    for _ in range(2):
        with subprocess.Popen([*command, str(journal)], stdout=subprocess.PIPE, text=True) as child:
            for _ in range(1 + (kept[-1] if kept else 0)):  # one window more than there were
                if child.stdout is not None:
                    child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        kept.append(journal.read_bytes().count(b'{"window"'))
    resumed = subprocess.run([*command, str(journal)], capture_output=True, text=True, check=True).stdout.splitlines()
    return {
        "windows": json.loads(whole[-1])[-1]["windows"],
        "kept_after_each_kill": kept,
        "equal": json.loads(whole[-1]) == json.loads(resumed[-1]),
    }
