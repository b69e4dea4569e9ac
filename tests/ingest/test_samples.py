"""Stretches of a file whose samples are kept on the disk."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np

from ingest.speech.audio import RATE, blocks
from ingest.speech.samples import KeptSamples
from tests.ingest.sounds import write_wav


def test_a_stretch_has_the_samples_of_the_file_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    write_wav(file, 6)
    kept = KeptSamples(file, tmp_path / "kept", most_s=60)
    with wave.open(io.BytesIO(kept.wav(2.0, 4.5))) as stretch:
        assert (stretch.getnchannels(), stretch.getframerate(), stretch.getnframes()) == (1, RATE, round(2.5 * RATE))
        samples = np.frombuffer(stretch.readframes(stretch.getnframes()), dtype="<i2")
    whole = np.concatenate([block.samples for block in blocks(file)])
    assert np.array_equal(samples, (whole[2 * RATE : round(4.5 * RATE)] * 32_767).astype(np.int16))
    assert len(kept.wav(5.0, 9.0)) == len(kept.wav(5.0, 6.0))
