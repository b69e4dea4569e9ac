"""Speech recognition on audio with references: word error rate and speed, by model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import AudioError, UsageError
from earmark.models import resolve
from evaluation.judgements import data_name, json_lines
from evaluation.significance import ratio
from evaluation.suite import Measure, SuiteResult
from evaluation.wer import normalised, word_errors
from ingest.speech.transcribe import open_transcriber

if TYPE_CHECKING:
    from earmark.ports import Transcriber
    from earmark.settings import Settings

__all__ = ["evaluate_asr", "run"]

Progress = Callable[[str], None]
_FEWEST_WORDS_PER_S = 0.5
"""Words a second of audio below which a reference describes the audio rather than being what is said in it."""


@dataclass(frozen=True, slots=True)
class _Clip:
    path: Path
    kind: str
    reference: str
    seconds: float
    licence: str


@dataclass(frozen=True, slots=True)
class _ClipErrors:
    clip: _Clip
    errors: int
    words: int
    seconds: float


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """The speech model of the settings on the audio of a folder's index.jsonl."""
    return evaluate_asr(folder, settings=settings, limit=limit, on_progress=on_progress)


def evaluate_asr(
    index: Path,
    *,
    settings: Settings,
    models: Sequence[str] = (),
    limit: int | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """Word error rate and real-time factor (seconds of work for a second of audio) of each model.

    Args:
        index: a file with one object a line: ``file`` (next to it), ``reference``, ``seconds``, ``kind``; or its folder.
        settings: name the model, unless ``models`` does.
        models: names of models.
        limit: files at most.
        on_progress: told what goes on.

    Raises:
        UsageError: the index cannot be read, or names no audio with a reference.
        ModelNotFound: a model is nowhere.
    """
    began = time.perf_counter()
    path = index / "index.jsonl" if index.is_dir() else index
    clips = list(_clips(path))[:limit]
    if not clips:
        raise UsageError(
            "names no audio with a reference; each line needs file, reference and seconds", subject=str(path)
        )
    names = list(models) or [settings.asr.model]
    runs: dict[str, dict[str, Measure]] = {}
    hashes: dict[str, str] = {}
    notes: list[str] = []
    for name in names:
        chosen = settings.model_copy(update={"asr": settings.asr.model_copy(update={"model": name})})
        transcriber = open_transcriber(chosen)
        heard = [_heard(transcriber, clip, name, on_progress, notes) for clip in clips]
        runs[transcriber.name] = _measures(heard)
        hashes[name] = _revision(chosen)
    return SuiteResult(
        suite="asr",
        data=data_name(path.parent),
        part=f"first {limit}" if limit else "",
        sizes={"files": len(clips), "seconds": round(sum(counts.seconds for counts in clips))},
        licence="; ".join(sorted({clip.licence for clip in clips if clip.licence})),
        runs=runs,
        models=hashes,
        seconds=round(time.perf_counter() - began, 1),
        notes=tuple(dict.fromkeys(notes)),
    )


def _clips(path: Path) -> Iterator[_Clip]:
    for where, line in json_lines(path):
        reference, seconds = line.get("reference"), line.get("seconds")
        if not isinstance(reference, str) or not isinstance(seconds, int | float):
            continue
        if len(normalised(reference).split()) < _FEWEST_WORDS_PER_S * seconds:
            continue
        audio = path.parent / str(line.get("file", ""))
        if not audio.is_file():
            raise UsageError(f"there is no file {line.get('file')!r} next to it; remove the line", subject=where)
        kind = str(line.get("kind", "")).split(" ")[0]
        yield _Clip(audio, kind, reference, float(seconds), str(line.get("licence", "")))


def _heard(transcriber: Transcriber, clip: _Clip, model: str, on_progress: Progress, notes: list[str]) -> _ClipErrors:
    on_progress(f"{model}: {clip.path.name}")
    began = time.perf_counter()
    try:
        segments = transcriber.transcribe(clip.path, language="en").segments
    except AudioError as error:
        notes.append(f"{model} heard nothing in {clip.path.name}, all its words count as missed ({error.message})")
        segments = ()
    took = time.perf_counter() - began
    errors = word_errors(clip.reference, " ".join(segment.text for segment in segments))
    return _ClipErrors(clip, errors.errors, errors.words, took)


def _measures(heard: Sequence[_ClipErrors]) -> dict[str, Measure]:
    first, rest = heard[0], heard[1:]  # the first one pays for loading the model
    timed = rest or [first]
    rates = {"WER": _rate(heard)}
    for kind in sorted({counts.clip.kind for counts in heard} - {""}):
        rates[f"WER, {kind}"] = _rate([counts for counts in heard if counts.clip.kind == kind])
    rates["real-time factor"] = ratio([counts.seconds for counts in timed], [counts.clip.seconds for counts in timed])
    return rates


def _rate(heard: Sequence[_ClipErrors]) -> Measure:
    return ratio([counts.errors for counts in heard], [counts.words for counts in heard])


def _revision(settings: Settings) -> str:
    if settings.asr.engine != "local":
        return settings.asr.base_url or settings.llm.base_url
    return resolve(settings.asr.model, kind="asr", models_dir=settings.models_dir, offline=settings.offline).revision
