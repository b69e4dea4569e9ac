"""The comparison of ways to decode speech: the halves of the clips, and what is added up of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper.vad import collect_chunks

from evaluation.bench_speech import WAYS, evenly, longest_first, part_of, summary
from evaluation.clips import Clip, spoken_clips
from ingest.speech.audio import RATE
from tests.evaluation.samples import lines

TODAY, OTHER = list(WAYS)[:2]


def clip(name: str, seconds: float) -> Clip:
    return Clip(path=Path(name), seconds=seconds, reference="a word", kind="real")


def row(way: str, name: str, *, seconds: float = 100.0, cpu_s: float = 10.0, errors: int = 5) -> dict[str, Any]:
    about = {"way": way, "clip": name, "kind": "real", "part": "test", "seconds": seconds}
    return about | {"cpu_s": cpu_s, "errors": errors, "words": 50, "load": 1.0}


def test_each_clip_is_in_one_half_and_a_long_one_in_that_of_its_show() -> None:
    known = [clip(f"{n}.wav", 3.0) for n in range(5)] + [clip("practical-ai_4min.mp3", 240), clip("other.mp3", 600)]
    parts = {each.path.name: part_of(each, known) for each in known}
    assert [parts[f"{n}.wav"] for n in range(5)] == ["tune", "test", "tune", "test", "tune"]
    assert parts["practical-ai_4min.mp3"] == "tune" and parts["other.mp3"] == "test"


def test_words_and_speed_are_added_up_by_way() -> None:
    told = summary(
        [row(TODAY, "a"), row(TODAY, "b", errors=15), row(OTHER, "a", cpu_s=5.0), row(OTHER, "b", errors=14)]
    )
    today, other = told[TODAY], told[OTHER]
    assert (today["errors"], today["words"], today["wer"]) == (20, 100, 0.2)
    assert (today["times_real_on_two_cores"], today["times_as_quick_as_the_first"]) == (20.0, 1.0)
    assert (other["errors"], other["times_as_quick_as_the_first"]) == (19, 1.33)
    assert other["more_wrong_a_clip"][0] == -0.01


def test_only_clips_that_all_ways_have_heard_are_compared() -> None:
    told = summary([row(TODAY, "a"), row(TODAY, "b"), row(OTHER, "b", errors=9)])
    assert {way: (values["clips"], values["errors"]) for way, values in told.items()} == {TODAY: (1, 5), OTHER: (1, 9)}


def test_short_clips_are_not_timed() -> None:
    told = summary([row(TODAY, "a", seconds=3.0)])
    assert told[TODAY]["errors"] == 5 and "times_real_on_two_cores" not in told[TODAY]


def test_clips_whose_words_are_known(tmp_path: Path) -> None:
    lines(
        tmp_path / "index.jsonl",
        [
            {"file": "good.wav", "kind": "synthetic espeak-ng", "reference": "the tide comes in", "seconds": 3.0},
            {
                "file": "all.wav",
                "kind": "real",
                "reference": "the tide",
                "seconds": 3.0,
                "note": "concatenation of two",
            },
            {"file": "about.mp3", "kind": "real", "reference": "read aloud", "seconds": 60.0},
            {"file": "tune.mp3", "kind": "music", "reference": None, "seconds": 60.0},
        ],
    )
    (known,) = spoken_clips(tmp_path)
    assert (known.path.name, known.kind, known.seconds) == ("good.wav", "synthetic", 3.0)


def test_stretches_of_like_length_are_heard_together_the_longest_first() -> None:
    asked: list[tuple[list[int], list[float]]] = []

    def heard(_pipeline: Any, features: Any, _tokenizer: Any, chunks: list[Any], batch: int) -> Iterator[str]:
        asked.append((list(features), [chunk["duration"] for chunk in chunks]))
        yield from ("a", "b")[:batch]

    chunks = [{"duration": seconds} for seconds in (20.0, 29.0, 5.0)]
    assert list(longest_first(heard)(None, np.array([0, 1, 2]), None, chunks, 2)) == ["a", "b"]
    assert list(longest_first(heard)(None, [], None, [], 2)) == ["a", "b"]
    assert asked == [([1, 0, 2], [29.0, 20.0, 5.0]), ([], [])]


def test_even_stretches_are_as_many_as_before_and_hold_all_that_was_said() -> None:
    spoken = [{"start": RATE * 10 * n, "end": RATE * (10 * n + 9)} for n in range(8)]
    audio = np.zeros(RATE * 80, dtype=np.float32)
    before, after = (collect(audio, spoken, RATE, 30.0)[0] for collect in (collect_chunks, evenly(collect_chunks)))
    assert [len(samples) / RATE for samples in before] == [27.0, 27.0, 18.0]
    assert sum(map(len, after)) == sum(map(len, before))
    assert len(after) == 3
    uneven = [*spoken[:3], {"start": spoken[3]["start"], "end": spoken[3]["start"] + RATE * 4}]
    assert [len(samples) / RATE for samples in evenly(collect_chunks)(audio, uneven, RATE, 30.0)[0]] == [18.0, 13.0]
    assert [len(samples) for samples in evenly(collect_chunks)(audio, [], RATE, 30.0)[0]] == [0]
