"""One engine on some files, in a process of its own: how long it took, how much memory, and what it heard.

Reads a request as JSON from standard input and writes the answer as JSON to standard output; the campaign
starts it, so that the peak of memory is that of one engine alone.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.errors import AudioError
from earmark.models import resolve
from earmark.settings import AsrSettings, Settings
from ingest.speech.transcribe import FasterWhisperTranscriber

__all__ = ["Job", "Outcome", "in_a_process"]

_FILES_AT_ONCE = 2
"""As many as `ingest.workers` has episodes worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file, and the names that the engine is given for it."""

    path: Path
    hotwords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: seconds of work and of loading, CPU seconds, the peak of memory, and the text of each file."""

    seconds: float
    cpu_s: float
    load_s: float
    peak_mb: float
    texts: tuple[str, ...]


def in_a_process(engine: str, jobs: Sequence[Job], settings: Settings) -> Outcome:
    """The outcome of ``engine`` (``earmark``, ``defaults`` or ``batched``) on some files, from a fresh process."""
    request = {
        "engine": engine,
        "model": settings.asr.model,
        "models_dir": str(settings.models_dir),
        "files": [[str(job.path), list(job.hotwords)] for job in jobs],
    }
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{engine} failed: {done.stderr[-2000:]}")
    outcome = json.loads(done.stdout.splitlines()[-1])
    return Outcome(**{**outcome, "texts": tuple(outcome["texts"])})


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    engines: dict[str, Callable[[str, Path], Callable[[Path, Sequence[str]], str]]] = {
        "earmark": _earmark,
        "defaults": _defaults,
        "batched": _batched,
    }
    hear = engines[request["engine"]](request["model"], Path(request["models_dir"]))
    load_s, began, cpu = time.perf_counter() - began, time.perf_counter(), time.process_time()
    workers = _FILES_AT_ONCE if request["engine"] == "earmark" else 1
    with ThreadPoolExecutor(workers) as pool:
        texts = list(pool.map(lambda job: hear(Path(job[0]), job[1]), request["files"]))
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "load_s": round(load_s, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "texts": texts,
    }


def _earmark(model: str, models_dir: Path) -> Callable[[Path, Sequence[str]], str]:
    """Ours as it comes, several files at once."""
    transcriber = FasterWhisperTranscriber(AsrSettings(model=model), models_dir=models_dir, offline=True)
    transcriber.load()

    def hear(path: Path, hotwords: Sequence[str]) -> str:
        try:
            transcript = transcriber.transcribe(path, language="en", hotwords=hotwords)
        except AudioError:  # no speech in it
            return ""
        return " ".join(segment.text for segment in transcript.segments)

    return hear


def _defaults(model: str, models_dir: Path) -> Callable[[Path, Sequence[str]], str]:
    """faster-whisper with its own defaults (beam 5, no VAD, text before as context, all threads), int8 as ours."""
    whisper = _whisper(model, models_dir)
    return lambda path, _: " ".join(piece.text.strip() for piece in whisper.transcribe(str(path), language="en")[0])


def _batched(model: str, models_dir: Path) -> Callable[[Path, Sequence[str]], str]:
    """faster-whisper's batched pipeline with its own defaults (batch 8, VAD, no times of words)."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_whisper(model, models_dir))
    return lambda path, _: " ".join(piece.text.strip() for piece in pipeline.transcribe(str(path), language="en")[0])


def _whisper(model: str, models_dir: Path) -> Any:
    from faster_whisper import WhisperModel

    folder = resolve(model, kind="asr", models_dir=models_dir, offline=True).path
    return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))) + "\n")
