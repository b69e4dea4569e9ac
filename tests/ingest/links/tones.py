"""Talk in tones: each word is a tone of its own, so that real audio can be recognised without a model."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.errors import AudioError
from earmark.types import Segment, Transcript
from ingest.speech.audio import RATE, blocks, mp3

__all__ = ["WORD_S", "ToneEar", "said", "sound", "sound_m4a", "talk"]

WORD_S = 0.5
_WORDS = 120
_LOWEST, _STEP = 300, 45
_FRAME = RATE // 20
_PER_SEGMENT = 8


def talk(seconds: float, *, seed: int) -> list[str]:
    """Words for so many seconds, none twice in a row."""
    rng = random.Random(seed)
    words: list[str] = []
    while len(words) < seconds / WORD_S:
        word = f"w{rng.randrange(_WORDS)}"
        if not words or words[-1] != word:
            words.append(word)
    return words


def said(words: Sequence[str], second: float, count: int = 12) -> str:
    """The quote of so many words that begins at a second."""
    first = round(second / WORD_S)
    return " ".join(words[first : first + count])


def sound(words: Sequence[str]) -> bytes:
    """The words as an MP3 file of one bit rate."""
    return mp3(_samples(words))


def sound_m4a(words: Sequence[str]) -> bytes:
    """The words as an M4A file, in AAC."""
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono", options={"aac_coder": "fast"})
        whole = (_samples(words) * 32_767).astype("<i2")
        for at in range(0, len(whole), RATE):  # a second at a time: the encoder moves all that it was given each time
            frame = av.AudioFrame.from_ndarray(whole[None, at : at + RATE], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def _samples(words: Sequence[str]) -> NDArray[np.float32]:
    moments = np.arange(int(WORD_S * RATE)) / RATE
    fade = np.minimum(1.0, np.minimum(moments, moments[::-1]) / 0.01)
    tones = [0.5 * fade * np.sin(2 * np.pi * (_LOWEST + _STEP * int(word[1:])) * moments) for word in words]
    return np.concatenate(tones).astype(np.float32)


_RECOGNISED: dict[bytes, tuple[float, tuple[Segment, ...]]] = {}
"""The seconds of each sound that was heard and what is said in it: most tests hear the same minutes, on both databases."""


class ToneEar:
    """Recognises such talk; ``heard`` are the seconds of each file that it was given."""

    name = "tone ear 1.0"

    def __init__(self) -> None:
        self.heard: list[float] = []

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        known_by = sha256(audio.read_bytes()).digest()
        if known_by not in _RECOGNISED:
            _RECOGNISED[known_by] = self._recognised(audio)
        seconds, segments = _RECOGNISED[known_by]
        self.heard.append(seconds)
        if not segments:
            raise AudioError("no speech was found in it", subject=audio.name)
        return Transcript(segments=segments, source=self.name)

    def _recognised(self, audio: Path) -> tuple[float, tuple[Segment, ...]]:
        samples = np.concatenate([block.samples for block in blocks(audio)])
        frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
        peaks = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)).argmax(axis=1) * RATE / _FRAME
        numbers = np.rint((peaks - _LOWEST) / _STEP).astype(int)
        words: list[tuple[str, float]] = []
        at = 0
        for number, run in groupby(numbers.tolist()):
            length = len(list(run))
            if length >= 3 and 0 <= number < _WORDS:
                words.append((f"w{number}", at * _FRAME / RATE))
            at += length
        groups = [words[first : first + _PER_SEGMENT] for first in range(0, len(words), _PER_SEGMENT)]
        segments = tuple(
            Segment(text=" ".join(word for word, _ in group), start_s=group[0][1], end_s=group[-1][1] + WORD_S)
            for group in groups
        )
        return len(samples) / RATE, segments
