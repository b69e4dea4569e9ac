"""Ways of decoding speech side by side, on the same clips in turn: wrong words, and processor seconds a second of audio.

    python -m evaluation.bench_speech AUDIO [--part tune|test] [--minutes 4] [--only WAY …]

AUDIO is a folder with an index.jsonl. Each clip that was heard is a line of `evaluation/results/speech-clips.jsonl` at once, and a second
call goes on from there, so that the whole need not be measured in one go; what is added up goes to
`evaluation/results/speech.json`. Processor seconds hold on a machine that others use too, though they grow with its load:
read one way against another. Files are heard one after the other on one thread.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from earmark.settings import AsrSettings, load_settings
from evaluation.clips import Clip, spoken_clips
from evaluation.machine import machine
from evaluation.significance import paired, ratio
from evaluation.wer import word_errors
from ingest.speech.audio import RATE, blocks
from ingest.speech.filling import LEAST_S, WHOLE_S
from ingest.speech.model import SpeechModel, load_speech_model
from ingest.speech.transcribe import WINDOW_S
from ingest.speech.transcribe_file import FileOnItsWay
from ingest.speech.transcribe_windows import Journal

__all__ = ["WAYS", "Way", "evenly", "longest_first", "main", "part_of", "summary"]

_RESULT = Path(__file__).parent / "results" / "speech.json"
_CORES = 2
_LONG_S = 60.0
"""Clips from this length on are timed: in a shorter one most of the time goes to the filling and the language."""
_TUNED_ON = ("practical-ai", "brain-science", "changelog-news")
"""Long clips that choices may be made on; of the short ones it is every other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of decoding: the model, its beam, the stretches decoded together, and the seconds that each is filled up to.

    ``longest_first`` has stretches of like length decoded together, the longest first; ``even`` has the speech of a window
    shared out to as many stretches as before, but of one length.
    """

    model: str = "base"
    beam: int
    batch: int = 2
    least_s: float = WHOLE_S
    longest_first: bool = False
    even: bool = False


WAYS: Mapping[str, Way] = {
    "beam 5, filled up": Way(beam=5),
    "beam 5": Way(beam=5, least_s=LEAST_S),
    "beam 5, longest first": Way(beam=5, least_s=LEAST_S, longest_first=True),
    "beam 5, even stretches": Way(beam=5, least_s=LEAST_S, even=True),
    "beam 3": Way(beam=3, least_s=LEAST_S),
    "beam 2, filled up": Way(beam=2, batch=4),
    "beam 2": Way(beam=2, batch=4, least_s=LEAST_S),
    "beam 1": Way(beam=1, batch=8, least_s=LEAST_S),
    "tiny.en, beam 5": Way(model="tiny.en", beam=5, least_s=LEAST_S),
}
"""The first is what all others are compared with: faster-whisper's, as it comes."""


def part_of(clip: Clip, known: Sequence[Clip]) -> str:
    """``tune`` for the clips that choices may be made on, ``test`` for the others."""
    if clip.seconds >= _LONG_S:
        return "tune" if clip.path.name.startswith(_TUNED_ON) else "test"
    short = sorted(str(other.path) for other in known if other.seconds < _LONG_S)
    return "test" if short.index(str(clip.path)) % 2 else "tune"


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Words, speed and the difference to the first way, by way, over the clips that all of these ways have heard."""
    by_way: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        by_way.setdefault(row["way"], {})[row["clip"]] = row
    shared = sorted(set.intersection(*(set(heard) for heard in by_way.values()))) if by_way else []
    first = next((by_way[way] for way in WAYS if way in by_way), {})
    return {
        way: _measured([by_way[way][c] for c in shared], [first[c] for c in shared]) for way in WAYS if way in by_way
    }


def _measured(rows: Sequence[Mapping[str, Any]], first: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    long = [row for row in rows if row["seconds"] >= _LONG_S]
    rate = ratio([row["errors"] for row in rows], [row["words"] for row in rows])
    change = paired([row["errors"] / row["words"] for row in rows], [row["errors"] / row["words"] for row in first])
    measures: dict[str, Any] = {
        "clips": len(rows),
        "audio_s": round(sum(row["seconds"] for row in rows)),
        "words": sum(row["words"] for row in rows),
        "errors": sum(row["errors"] for row in rows),
        "wer": round(rate.value, 4),
        "interval": [round(rate.low or 0.0, 4), round(rate.high or 0.0, 4)],
        "more_wrong_a_clip": [round(value or 0.0, 4) for value in (change.value, change.low, change.high)],
    }
    for kind in sorted({row["kind"] for row in rows}):
        measures[f"errors_{kind}"] = sum(row["errors"] for row in rows if row["kind"] == kind)
    if long:
        audio_s, cpu_s = (sum(row[name] for row in long) for name in ("seconds", "cpu_s"))
        at_first = sum(row["cpu_s"] for row in first if row["seconds"] >= _LONG_S)
        loads = [row["load"] for row in long]
        measures |= {
            "cpu_s_per_audio_s": round(cpu_s / audio_s, 4),
            "times_real_on_two_cores": round(_CORES * audio_s / cpu_s, 1),
            "times_as_quick_as_the_first": round(at_first / cpu_s, 2),
            "load": [round(min(loads), 1), round(max(loads), 1)],
        }
    return measures


def longest_first(heard: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """faster-whisper's decoding of stretches, in batches of like length, the longest first; segments come in that order."""

    def sorted_heard(pipeline: Any, features: Any, tokenizer: Any, chunks: list[Any], *more: Any) -> Iterator[Any]:
        order = sorted(range(len(features)), key=lambda n: -chunks[n]["duration"])
        given = features[order] if order else features
        yield from heard(pipeline, given, tokenizer, [chunks[n] for n in order] or chunks, *more)

    return sorted_heard


def evenly(collect: Callable[..., Any]) -> Callable[..., Any]:
    """faster-whisper's joining of speech to stretches, to as many of them, as long as each other as the pauses allow."""

    def even_collect(audio: Any, chunks: list[Any], sampling_rate: int = RATE, max_duration: float = math.inf) -> Any:
        made = collect(audio, chunks, sampling_rate, max_duration)
        length = max((len(samples) for samples in made[0]), default=0) / sampling_rate
        total = sum(len(samples) for samples in made[0]) / sampling_rate
        least = total / max(len(made[0]), 1)
        # The shortest that still gives as many: a stretch ends at the last pause before it.
        for tried in (least + (length - least) * step / 20 for step in range(20)):
            again = collect(audio, chunks, sampling_rate, tried)
            if len(again[0]) <= len(made[0]) and all(len(samples) for samples in again[0]):
                return again
        return made

    return even_collect


@contextmanager
def _arranged(way: Way) -> Iterator[None]:
    """While the block runs, faster-whisper arranges stretches as that way says."""
    from faster_whisper import transcribe

    pipeline = transcribe.BatchedInferencePipeline
    heard, collect = pipeline._batched_segments_generator, transcribe.collect_chunks
    if way.longest_first:
        pipeline._batched_segments_generator = longest_first(heard)
    if way.even:
        transcribe.collect_chunks = evenly(collect)
    try:
        yield
    finally:
        pipeline._batched_segments_generator, transcribe.collect_chunks = heard, collect


def _heard(model: SpeechModel, clip: Clip, settings: AsrSettings) -> tuple[str, float]:
    """What is heard in a clip, without names to expect, and the processor seconds that it took, decoding of the file included."""
    began = time.process_time()
    file = FileOnItsWay(clip.path, model, settings, Journal(None, ""), "")
    windows = [
        file.window(number, block)
        for number, block in enumerate(file.settled(blocks(clip.path, block_s=WINDOW_S), "en"))
    ]
    text = " ".join(segment.text for window in windows for segment in window.segments)
    return text, time.process_time() - began


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", type=Path)
    parser.add_argument("--part", choices=("tune", "test"))
    parser.add_argument("--minutes", type=float, default=60.0, help="no clip is begun after this time")
    parser.add_argument("--only", nargs="*", choices=list(WAYS), default=list(WAYS), metavar="WAY")
    parser.add_argument("--out", type=Path, default=_RESULT)
    return parser.parse_args()


def main() -> None:
    """Hears what has not been heard yet, and writes what is known so far."""
    given = _arguments()
    kept = given.out.with_name(f"{given.out.stem}-clips.jsonl")
    rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.exists() else []
    known = spoken_clips(given.audio)
    todo = [clip for clip in known if given.part in (None, part_of(clip, known))]
    stop = time.monotonic() + 60 * given.minutes
    models: dict[str, SpeechModel] = {}
    for clip in todo:
        for name in given.only:
            if time.monotonic() > stop or any(row["way"] == name and row["clip"] == clip.path.name for row in rows):
                continue
            rows.append(_row(models, name, clip, part_of(clip, known)))
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    result: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine()}
    result |= {
        "threads": 1,
        "ways": {name: asdict(way) for name, way in WAYS.items() if name in {row["way"] for row in rows}},
    }
    result |= {part: summary([row for row in rows if row["part"] == part]) for part in ("tune", "test")}
    given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({part: result[part] for part in ("tune", "test")}, indent=2))


def _row(models: dict[str, SpeechModel], name: str, clip: Clip, part: str) -> dict[str, Any]:
    way = WAYS[name]
    settings = AsrSettings(model=way.model, beam=way.beam, batch=way.batch, device="cpu", workers=1, threads=1)
    if name not in models:
        models[name] = load_speech_model(settings, models_dir=load_settings().models_dir, offline=True)
        models[name].least_s = way.least_s
        if len(models[name].languages) > 1:
            models[name].detect(next(blocks(clip.path)).samples, pieces=1)  # the first call makes room
    with _arranged(way):
        text, cpu_s = _heard(models[name], clip, settings)
    errors = word_errors(clip.reference, text)
    return {
        "clip": clip.path.name,
        "kind": clip.kind,
        "part": part,
        "way": name,
        "seconds": clip.seconds,
        "cpu_s": round(cpu_s, 3),
        "errors": errors.errors,
        "words": errors.words,
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
