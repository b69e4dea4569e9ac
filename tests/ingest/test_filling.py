"""How much silence the speech model is given after what is said."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.speech.filling import LEAST_S, WHOLE_S, without_filling


def batch(*seconds: float) -> NDArray[np.float32]:
    """Stretches of so many seconds, filled up to thirty; a frame in each of them is all zero, as in a pause."""
    spectra = np.zeros((len(seconds), 80, 3000), np.float32)
    for row, length in enumerate(seconds):
        spectra[row, :, : round(length * 100)] = 1.0 + row
        spectra[row, :, 50] = 0.0
    return spectra


@pytest.mark.parametrize(
    ("seconds", "frames"),
    [
        ((25.0, 12.0), 2_600),
        ((12.0, 25.5), 2_650),
        ((24.03,), 2_504),
        ((3.0,), 2_000),
        ((29.5, 1.0), 3_000),
        ((30.0,), 3_000),
        ((0.0,), 2_000),
    ],
)
def test_a_second_is_left_after_the_longest_and_twenty_in_any_case(seconds: tuple[float, ...], frames: int) -> None:
    spectra = batch(*seconds)
    shorter = without_filling(spectra, LEAST_S)
    assert shorter.shape == (len(seconds), 80, frames)
    assert shorter.flags.c_contiguous  # the engine takes no other
    assert np.array_equal(shorter, spectra[..., :frames]) and not spectra[..., frames:].any()


def test_all_of_it_can_be_kept() -> None:
    assert without_filling(batch(3.0), WHOLE_S).shape == (1, 80, 3_000)
