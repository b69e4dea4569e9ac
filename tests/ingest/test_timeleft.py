"""The time left: from the work, not from the number of episodes."""

from __future__ import annotations

import pytest

from earmark.language.spans import time_left
from ingest.work.timeleft import AudioWork, TimeLeft


def test_nothing_is_said_before_anything_is_known() -> None:
    left = TimeLeft(0.0, spoken=1000, read=1000)
    assert left.left(5.0) is None
    assert left.left(60.0) is None


def test_transcribing_and_reading_cost_what_they_cost() -> None:
    left = TimeLeft(0.0, spoken=4000, read=8000)
    for n in range(4):  # four that are read only, 1,000 s of audio in 10 s each
        left.begun(f"r{n}", AudioWork(read=1000), n * 10.0)
        left.ended(f"r{n}", (n + 1) * 10.0, done=True)
    left.begun("s", AudioWork(spoken=1000, read=1000), 40.0)
    for window in range(1, 11):  # and one that is transcribed at 10 × real time
        left.heard("s", window * 100.0, 40.0 + window * 10.0)
    left.transcribed("s", 140.0)
    left.ended("s", 150.0, done=True)
    assert left.left(150.0) == pytest.approx(3 * 110, rel=0.01)


def test_what_others_do_counts_and_what_comes_is_added() -> None:
    left = TimeLeft(0.0, spoken=0, read=10_000)
    left.begun("a", AudioWork(read=1000), 0.0)
    left.ended("a", 100.0, done=True)
    assert left.left(100.0) == pytest.approx(900)
    left.counted(spoken=0, read=8000)
    assert left.left(100.0) == pytest.approx(400)
    left.counted(spoken=0, read=16_000)
    assert left.left(100.0) == pytest.approx(800)


def test_what_failed_is_no_pace() -> None:
    left = TimeLeft(0.0, spoken=0, read=3000)
    left.begun("a", AudioWork(read=1000), 0.0)
    left.ended("a", 100.0, done=True)
    left.begun("b", AudioWork(read=1000), 100.0)
    left.ended("b", 101.0, done=False)
    assert left.left(101.0) == pytest.approx(101.0)
    left.counted(spoken=0, read=0)
    assert left.left(101.0) == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute"),
        (65, "about 1 minute"),
        (400, "about 7 minutes"),
        (1_700, "about 30 minutes"),
        (3_580, "about 1 hour"),
        (9_300, "about 2.5 hours"),
        (50_000, "about 14 hours"),
        (400_000, "about 5 days"),
    ],
)
def test_no_more_precise_than_it_is(seconds: float, words: str) -> None:
    assert time_left(seconds) == words
