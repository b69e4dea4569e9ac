"""Diarisation measured: error rate against exact turns, and conversations cut together from real clips."""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.speech.audio import RATE, blocks
from ingest.voices import SpeechTurn

__all__ = ["error_rate", "reference_turns", "woven"]

_STEP_S = 0.01
_PIECE_S = 4.0
_PAUSE_S = 0.4


def error_rate(truth: Sequence[SpeechTurn], guess: Sequence[SpeechTurn], *, collar_s: float = 0.25) -> dict[str, float]:
    """The diarisation error rate and its parts, as shares of the time in which somebody speaks.

    Voices are matched one to one so that most time agrees (Hungarian method). Frames within ``collar_s`` of a true
    boundary do not count, as in NIST's md-eval. Nobody speaks at once here, so overlaps need no care.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    end = max(turn.end_s for turn in (*truth, *guess)) + 1.0
    grid = np.zeros((2, int(end / _STEP_S)), dtype=int)
    counted = np.ones(grid.shape[1], dtype=bool)
    names: list[list[str]] = []
    for row, turns in enumerate((truth, guess)):
        labels = list(dict.fromkeys(turn.label for turn in turns))
        names.append(labels)
        for turn in turns:
            grid[row, int(turn.start_s / _STEP_S) : int(turn.end_s / _STEP_S)] = labels.index(turn.label) + 1
    for turn in truth:
        for edge in (turn.start_s, turn.end_s):
            counted[max(0, int((edge - collar_s) / _STEP_S)) : int((edge + collar_s) / _STEP_S)] = False
    true, said = grid[0][counted], grid[1][counted]
    agree = np.zeros((len(names[0]), len(names[1])))
    for i in range(agree.shape[0]):
        for j in range(agree.shape[1]):
            agree[i, j] = np.sum((true == i + 1) & (said == j + 1))
    rows, columns = linear_sum_assignment(-agree)
    spoken = max(1, int(np.sum(true > 0)))
    both = int(np.sum((true > 0) & (said > 0)))
    confused = both - float(agree[rows, columns].sum())
    missed, false = int(np.sum((true > 0) & (said == 0))), int(np.sum((true == 0) & (said > 0)))
    parts = {"missed": missed / spoken, "false_alarm": false / spoken, "confused": confused / spoken}
    return {"der": round(sum(parts.values()), 4)} | {name: round(value, 4) for name, value in parts.items()}


def reference_turns(entry: dict[str, Any]) -> tuple[SpeechTurn, ...]:
    """The turns of an entry of the audio index that has them."""
    return tuple(
        SpeechTurn(start_s=s["start"], end_s=s["end"], label=s["speaker"]) for s in entry.get("segments") or ()
    )


def woven(audio: Path, target: Path) -> tuple[SpeechTurn, ...]:
    """Writes a conversation cut together from the real clips of single known speakers, and returns its turns.

    Pieces of about four seconds of each speaker take turns, none of them used twice, with pauses in between; rooms and
    recordings differ between speakers, which makes it easier than people in one room.
    """
    import numpy as np

    voices: dict[str, list[Any]] = {}
    for line in (audio / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        speaker = _speaker(entry["file"])
        if entry["kind"] != "real" or speaker is None:
            continue
        samples = np.concatenate([block.samples for block in blocks(audio / entry["file"])])
        size = int(_PIECE_S * RATE)
        pieces = [samples[i : i + size] for i in range(0, len(samples), size)]
        voices.setdefault(speaker, []).extend(piece for piece in pieces if len(piece) > RATE)
    turns, parts, at = [], [], 0
    while any(voices.values()):
        for speaker, pieces in voices.items():
            if not pieces:
                continue
            piece = pieces.pop(0)
            turns.append(SpeechTurn(start_s=at / RATE, end_s=(at + len(piece)) / RATE, label=speaker))
            parts += [piece, np.zeros(int(_PAUSE_S * RATE), dtype=np.float32)]
            at += len(piece) + int(_PAUSE_S * RATE)
    whole = np.clip(np.concatenate(parts), -1.0, 1.0)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((whole * 32767).astype("<i2").tobytes())
    return tuple(turns)


def _speaker(file: str) -> str | None:
    """Whose voice a real clip holds, where it is one person's."""
    if "librivox/" in file:
        return "LibriVox reader"
    known = {"real/jfk.flac": "Kennedy", "real/goforward.wav": "goforward", "real/hotwords.mp3": "hotwords"}
    return "cards" if "/cards/" in file else known.get(file)
