"""What is shown of a transcript around a second."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from earmark.types import Episode, EpisodeData, Segment, Stage, Transcript
from library.around import part_around, without_secrets

EPISODE = Episode(
    id="e1",
    show_id="s1",
    show="The Kettle Hour",
    data=EpisodeData(
        guid="g", title="Hard water", link="https://example.org/1", audio_url="https://cdn.example/1.mp3?key=x"
    ),
    stage=Stage.INSIGHTS,
    discovered_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def talk(count: int, *, seconds: float | None = 10.0, words: str = "said") -> Transcript:
    """So many segments of so many seconds, or without times."""
    return Transcript(
        source="vtt",
        segments=tuple(
            Segment(
                text=f"{words} {number}",
                start_s=None if seconds is None else number * seconds,
                end_s=None if seconds is None else (number + 1) * seconds,
                speaker="Ada Finch",
            )
            for number in range(count)
        ),
    )


def numbers(count: int, **where: float) -> list[int]:
    part = part_around(EPISODE, talk(count), **where)  # type: ignore[arg-type]
    return [segment.number for segment in part.segments]


@pytest.mark.parametrize(
    ("second", "span", "numbers_"),
    [(50, 20, [3, 4, 5, 6, 7]), (0, 10, [0, 1]), (55, 1, [5]), (10_000, 30, [19]), (199, 30, [17, 18, 19])],
)
def test_segments_around_a_second(second: float, span: float, numbers_: list[int]) -> None:
    assert numbers(20, second=second, span_s=span) == numbers_


def test_without_a_second_a_part_begins_at_a_segment() -> None:
    assert numbers(20, number=4, span_s=20) == [4, 5, 6]
    assert numbers(20, number=400, span_s=20) == [19]


def test_each_segment_has_its_own_link() -> None:
    part = part_around(EPISODE, talk(3), second=10, span_s=1)
    assert [segment.url for segment in part.segments] == ["https://cdn.example/1.mp3?key=x#t=10"]
    hidden = part_around(without_secrets(EPISODE), talk(3), second=10, span_s=1)
    assert [segment.url for segment in hidden.segments] == ["https://example.org/1#t=10"]
    harmful = replace(EPISODE, data=replace(EPISODE.data, audio_url="javascript:alert(1)", link="file:///etc/passwd"))
    assert [segment.url for segment in part_around(harmful, talk(1)).segments] == [""]


def test_a_transcript_without_times_is_read_by_segments() -> None:
    part = part_around(EPISODE, talk(500, seconds=None), second=50, number=100)
    assert [segment.number for segment in part.segments] == list(range(100, 300))
    assert (part.total, part.segments[0].url) == (500, "https://example.org/1")


def test_words_are_found_where_there_are_no_times() -> None:
    part = part_around(EPISODE, talk(50, seconds=None), near="SAID 17")
    assert part.segments[1].text == "said 17"
    assert part_around(EPISODE, talk(50, seconds=None), near="never uttered").segments[0].number == 0


def test_a_part_is_bounded_and_keeps_what_was_asked_for() -> None:
    short = part_around(EPISODE, talk(5_000, seconds=0.5), second=1_000, span_s=600)
    assert len(short.segments) == 200
    assert short.segments[0].number <= 2_000 <= short.segments[-1].number
    long = part_around(EPISODE, talk(50, words="x" * 30_000), second=0)
    assert [segment.number for segment in long.segments] == [0]
    assert part_around(EPISODE, talk(0)).segments == ()
