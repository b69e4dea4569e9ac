"""Features of sound for telling voices apart, against what Kaldi's own code makes of the same samples."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.voices.fbank import BANDS, FRAME, log_mel, stretches

KALDI = {
    0: (-2.099, 5.439, -9.211, -6.971, 7.417, 3.640, 3.849),
    10: (1.976, -1.816, 0.166, -1.112, -4.164, -2.301, -2.767),
    30: (-0.067, 3.452, -0.266, -0.773, 7.025, 1.234, 2.234),
    47: (-0.100, 0.510, 1.716, 0.609, 0.435, 0.382, -0.373),
}
"""Of `sound()`, by kaldi-native-fbank 1.23.0 without dither, less the mean: some frames, every thirteenth band."""


def sound(samples: int = 8_000) -> NDArray[np.float32]:
    """Half a second of a tone that swells, and of a sweep that comes back again and again."""
    i = np.arange(samples, dtype=np.float64)
    tone = 0.3 * np.sin(0.055 * i) * np.sin(0.0007 * i)
    sweep = 0.1 * np.sin(0.37 * np.sqrt(2) * (i % 977) ** 2)
    both: NDArray[np.float32] = (tone + sweep).astype(np.float32)
    return both


def test_they_are_what_kaldi_makes() -> None:
    bands = log_mel(sound())
    assert bands.shape == (48, BANDS)
    for frame, values in KALDI.items():
        assert bands[frame, ::13] == pytest.approx(values, abs=0.002)


def test_silence_and_less_than_a_frame_are_numbers_too() -> None:
    for samples in (np.zeros(1_000, np.float32), np.zeros(0, np.float32), sound(FRAME - 1)):
        bands = log_mel(samples)
        assert len(bands) and np.isfinite(bands).all()


def test_stretches_are_taken_from_where_they_are_in_the_file() -> None:
    """The first second of the file is let go; one stretch ends after the samples do."""
    samples = np.concatenate([sound(16_000), sound(8_000)])
    flat, frames, begins, bands = stretches(samples[16_000:], [(1.0, 1.25), (1.25, 9.0)], sample_offset=16_000)
    assert bands == BANDS and frames.tolist() == [23, 23] and begins.tolist() == [0, 23 * BANDS]
    second = flat[begins[1] :].reshape(-1, BANDS)
    assert np.array_equal(second, log_mel(samples[20_000:]))


def test_a_stretch_after_all_samples_has_a_frame_of_silence() -> None:
    _, frames, _, _ = stretches(sound(), [(3.0, 4.5)])
    assert frames.tolist() == [1]
