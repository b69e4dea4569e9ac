"""The comparison of ways to decode speech: the halves of the clips, and what is added up of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evaluation.bench_speech import WAYS, part_of, summary
from evaluation.clips import Clip, spoken_clips
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
