"""The audio of the speech campaign: referenced clips, and long files made of real ones."""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.clips import Clip, spoken_clips
from ingest.speech.audio import RATE, blocks

__all__ = ["Clip", "chained", "spoken_clips", "unspoken"]

_SEED = 1
_LONG_S = 300.0


def unspoken(data: Path) -> list[Path]:
    """The media files that hold music, tones or silence."""
    return [data / line["file"] for line in _index(data) if str(line["kind"]).startswith("chaptered")]


def chained(data: Path, known: Sequence[Clip], folder: Path, *, files: int) -> list[Clip]:
    """Files of five minutes, each of all real clips in a seeded order with pauses between, again and again."""
    rng = np.random.default_rng(_SEED)
    real = [(clip, _samples(clip.path)) for clip in known if clip.kind == "real"]
    other = [_samples(data / line["file"]) for line in _index(data) if line["file"].endswith("multilingual.mp3")]
    parts = [(clip.reference, samples) for clip, samples in real] + [("", samples[: 28 * RATE]) for samples in other]
    made = []
    for number in range(files):
        pieces: list[Any] = []
        words: list[str] = []
        while sum(len(piece) for piece in pieces) < _LONG_S * RATE:
            for at in rng.permutation(len(parts)):
                pieces += [parts[at][1], np.zeros(int(RATE * rng.uniform(0.3, 1.5)), np.float32)]
                words.append(parts[at][0])
        path = folder / f"chained-{number}.wav"
        whole = np.concatenate(pieces)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes())
        made.append(Clip(path=path, seconds=len(whole) / RATE, reference=" ".join(words), kind="chained"))
    return made


def _samples(path: Path) -> Any:
    return np.concatenate([block.samples for block in blocks(path)])


def _index(data: Path) -> list[dict[str, Any]]:
    lines = (data / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if isinstance(line.get("seconds"), int | float)]
