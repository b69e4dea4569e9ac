"""The samples of a whole file, decoded once and kept on the disk, so that any stretch of hours of sound costs little memory."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import AudioError
from ingest.fetching.download import storing
from ingest.speech.audio import RATE, blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KeptSamples"]

_LOUDEST = 32_767
"""Of a sample in 16 bits."""


class KeptSamples:
    """The samples of a file in 16 bits: 115 MB an hour.

    Args:
        audio: the file.
        kept: where they are kept; the caller removes it.
        most_s: seconds of sound that are kept at most: silence packs so well that a small file may hold days.

    Raises:
        AudioError: it is longer.
        DamagedAudio: it cannot be decoded.
        StorageFull, PermanentError: they cannot be kept.
    """

    def __init__(self, audio: Path, kept: Path, *, most_s: float) -> None:
        import numpy as np

        with storing(kept), kept.open("wb") as file:
            for block in blocks(audio):
                file.write((np.clip(block.samples, -1, 1) * _LOUDEST).astype(np.int16).tobytes())
                if file.tell() > most_s * RATE * 2:
                    raise AudioError(f"is longer than {most_s / 3600:.0f} hours")
        self._samples: NDArray[np.int16] = np.memmap(kept, dtype=np.int16, mode="r")

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return len(self._samples) / RATE

    def wav(self, begin_s: float, end_s: float) -> bytes:
        """The sound between two seconds as a WAV file of one channel, 32 KB a second."""
        chosen = self._samples[round(begin_s * RATE) : round(end_s * RATE)]
        body = io.BytesIO()
        with wave.open(body, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(chosen.astype("<i2").tobytes())
        return body.getvalue()
