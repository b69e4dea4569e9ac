"""Audio whose words are known, from a folder's index.jsonl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from evaluation.wer import normalised

__all__ = ["Clip", "spoken_clips"]

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


def spoken_clips(folder: Path) -> list[Clip]:
    """The clips of ``index.jsonl`` whose words are known, each utterance once."""
    clips = []
    for line in map(json.loads, (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()):
        text, seconds = line.get("reference"), line.get("seconds")
        if not isinstance(text, str) or not isinstance(seconds, int | float):
            continue
        whole = str(line.get("note", "")).startswith("concatenation")
        if whole or len(normalised(text).split()) < _FEWEST_WORDS_PER_S * seconds:
            continue
        kind = str(line["kind"]).split(" ")[0]
        names = {"show": str(line.get("show", "")), "episode": str(line.get("episode", ""))}
        clips.append(Clip(path=folder / line["file"], seconds=float(seconds), reference=text, kind=kind, **names))
    return clips
