"""How much silence the speech model is given after what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LEAST_S", "WHOLE_S", "without_filling"]

WHOLE_S = 30.0
"""Seconds that Whisper was trained on; what is shorter was filled up with silence."""
LEAST_S = 20.0
"""Seconds that stretches are filled up to on a CPU, which spares time (docs/speech.md). Of a few seconds without
filling Whisper makes a loop."""
_AFTER_S = 1.0
"""Silence that is left after the last word, by which the end is known."""
_FRAMES_PER_S = 100


def without_filling(spectra: NDArray[np.float32], least_s: float) -> NDArray[np.float32]:
    """The spectra of a batch without most of the silence after the longest of them.

    Args:
        spectra: of shape ``(stretches, bands, frames)``, 100 frames a second, filled up with zeros.
        least_s: seconds that are left in any case.

    Returns:
        The same with fewer frames, an even number of them.
    """
    import numpy as np

    spoken = np.flatnonzero(spectra.any(axis=(0, 1)))
    end_s = (int(spoken[-1]) + 1) / _FRAMES_PER_S + _AFTER_S if len(spoken) else 0.0
    frames = round(max(least_s, end_s) * _FRAMES_PER_S)
    return np.ascontiguousarray(spectra[..., : frames + frames % 2])
