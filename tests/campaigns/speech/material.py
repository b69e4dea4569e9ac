"""The audio of the speech campaign: referenced clips, and long files made of real ones."""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.wer import normalised
from ingest.speech.audio import RATE, blocks

__all__ = ["Clip", "chained", "clips", "unspoken"]

_SEED = 1
_LONG_S = 300.0
_FEWEST_WORDS_PER_S = 0.5
"""Words a second of audio below which a reference describes the audio rather than being what is said in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Audio and what is said in it. ``show`` and ``episode`` where it is made from an episode of a show."""

    path: Path
    seconds: float
    reference: str
    kind: str
    show: str = ""
    episode: str = ""


def clips(data: Path) -> list[Clip]:
    """The clips of ``index.jsonl`` whose words are known, each utterance once."""
    found = []
    for line in _index(data):
        text, seconds = line.get("reference"), float(line["seconds"])
        whole = str(line.get("note", "")).startswith("concatenation")
        if not isinstance(text, str) or whole or len(normalised(text).split()) < _FEWEST_WORDS_PER_S * seconds:
            continue
        kind = str(line["kind"]).split(" ")[0]
        names = {"show": str(line.get("show", "")), "episode": str(line.get("episode", ""))}
        found.append(Clip(path=data / line["file"], seconds=seconds, reference=text, kind=kind, **names))
    return found


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
