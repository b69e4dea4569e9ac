"""Speech: speed over several files, memory, words and names against faster-whisper's own defaults, a kill in mid-file.

Run: `python -m evaluation.trust.speech [DATA]`; about five minutes on two quiet cores.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from earmark.settings import Settings, load_settings
from evaluation.significance import paired, ratio
from evaluation.trust.campaign import data_folder, report
from evaluation.trust.speech_baseline import Job, Outcome, in_a_process
from evaluation.trust.speech_material import Clip, chained, clips, unspoken
from evaluation.trust.speech_names import names_measured
from evaluation.wer import Errors, word_errors

__all__ = ["main"]

_TIMES_REAL = 30.0
_MOST_MB = 1_500.0
"""What issue and README promise for base int8 on two cores."""


def main() -> None:
    """Measures and writes ``speech.json``."""
    data = data_folder() / "audio"
    settings = load_settings()
    with tempfile.TemporaryDirectory() as scratch:
        report("speech", lambda: _measure(data, Path(scratch), settings))


def _measure(data: Path, scratch: Path, settings: Settings) -> dict[str, Any]:
    known = clips(data)
    chains = chained(data, known, scratch, files=2)
    short = [clip for clip in known if clip.seconds < 60]
    long = [clip for clip in known if clip.seconds >= 60]
    several = [*chains, *long]
    speed, heard = _speed(several, settings)
    _say("words of the short clips")
    for engine in ("earmark", "defaults"):
        heard[engine] |= _by_path(short, in_a_process(engine, [Job(path=clip.path) for clip in short], settings))
    words = _words([*short, *long], heard)
    _say("names")
    names = names_measured(data, long, heard, settings, silent=unspoken(data))
    _say("a kill in mid-file")
    kill = _kill(min(long, key=lambda clip: clip.seconds), scratch, settings)
    found = {"model": settings.asr.model, "cores": len(os.sched_getaffinity(0)), "speed": speed, "words": words}
    found |= {"names": names, "kill": kill}
    return found | {"broken": _broken(speed, words, names, kill)}


def _speed(files: Sequence[Clip], settings: Settings) -> tuple[dict[str, Any], dict[str, dict[Path, str]]]:
    """Times real time of each engine on the same files, and what each heard by file."""
    audio_s = sum(clip.seconds for clip in files)
    found: dict[str, Any] = {"files": len(files), "audio_s": round(audio_s)}
    heard: dict[str, dict[Path, str]] = {}
    for engine in ("earmark", "defaults", "batched"):
        _say(f"{engine} on {len(files)} files, {audio_s:.0f} s")
        outcome = in_a_process(engine, [Job(path=clip.path) for clip in files], settings)
        heard[engine] = _by_path(files, outcome)
        found[engine] = {
            "times_real": round(audio_s / outcome.seconds, 1),
            "seconds": outcome.seconds,
            "cpu_s": outcome.cpu_s,
            "load_s": outcome.load_s,
            "peak_mb": outcome.peak_mb,
        }
        _say(f"  {found[engine]['times_real']} x real time, {outcome.peak_mb:.0f} MB")
    return found, heard


def _by_path(files: Sequence[Clip], outcome: Outcome) -> dict[Path, str]:
    return {clip.path: text for clip, text in zip(files, outcome.texts, strict=True)}


def _words(files: Sequence[Clip], heard: Mapping[str, Mapping[Path, str]]) -> dict[str, Any]:
    """Word error rates over all referenced clips, and clip by clip who was better."""
    errors = {e: [word_errors(clip.reference, heard[e][clip.path]) for clip in files] for e in ("earmark", "defaults")}
    found: dict[str, Any] = {"clips": len(files), "words": sum(one.words for one in errors["earmark"])}
    for engine, ours in errors.items():
        rate = ratio([one.errors for one in ours], [one.words for one in ours])
        found[engine] = {"errors": sum(one.errors for one in ours), "wer": round(rate.value, 4)}
        found[engine]["interval"] = [round(rate.low or 0.0, 4), round(rate.high or 0.0, 4)]
        for kind in sorted({clip.kind for clip in files}):
            found[engine][f"wer_{kind}"] = _rate([e for e, clip in zip(ours, files, strict=True) if clip.kind == kind])
    pairs = list(zip(errors["earmark"], errors["defaults"], strict=True))
    found["fewer_errors_in"] = sum(ours.errors < theirs.errors for ours, theirs in pairs)
    found["more_errors_in"] = sum(ours.errors > theirs.errors for ours, theirs in pairs)
    change = paired([ours.errors / ours.words for ours, _ in pairs], [t.errors / t.words for _, t in pairs])
    found["difference_per_clip"] = [round(v or 0.0, 4) for v in (change.value, change.low, change.high)]
    return found


def _rate(errors: Sequence[Errors]) -> float:
    return round(sum(one.errors for one in errors) / max(1, sum(one.words for one in errors)), 4)


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


def _broken(
    speed: Mapping[str, Any], words: Mapping[str, Any], names: Mapping[str, Any], kill: Mapping[str, Any]
) -> list[str]:
    found = []
    ours = speed["earmark"]
    if ours["times_real"] < _TIMES_REAL:
        found.append(f"{ours['times_real']} x real time, not {_TIMES_REAL:.0f}")
    if ours["peak_mb"] > _MOST_MB:
        found.append(f"{ours['peak_mb']:.0f} MB at the peak, not {_MOST_MB:.0f}")
    if words["earmark"]["errors"] > words["defaults"]["errors"]:
        found.append(f"WER {words['earmark']['wer']}, faster-whisper's own {words['defaults']['wer']}")
    if names["with"]["missed"] >= names["without"]["missed"]:
        found.append(f"{names['with']['missed']} names missed with hotwords, {names['without']['missed']} without")
    if names["with"]["errors"] > names["defaults"]["errors"]:
        found.append(
            f"{names['with']['errors']} word errors with hotwords, {names['defaults']['errors']} by faster-whisper"
        )
    if names["heard_in_silence"]:
        found.append(f"names heard where nobody speaks: {names['heard_in_silence']}")
    if not kill["equal"] or not 0 < kill["kept_after_each_kill"][0] <= kill["windows"]:
        found.append("a killed transcription does not go on where it was")
    return found


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
