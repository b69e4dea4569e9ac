"""What was said around a second of an episode: a few segments of its transcript, each with its own link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earmark.language.folding import fold
from earmark.language.links import moment_link, web_url
from earmark.timeline import AS_WRITTEN, Timeline, moved
from earmark.types import Episode, Segment, Transcript

__all__ = ["LinkedSegment", "TranscriptPart", "holding", "part_around", "without_secrets"]

_MOST_SEGMENTS = 200
_MOST_CHARACTERS = 20_000
"""About 25 minutes of speech, and what a language model reads with ease; the segment asked for is always in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSegment:
    """A segment of a transcript: its place in it, counted from 0, and a link to its second (empty if there is none).

    ``shift_s`` and ``about`` are as in `earmark.types.Insight`.
    """

    number: int
    text: str
    speaker: str | None
    start_s: float | None
    end_s: float | None
    url: str
    shift_s: float = 0.0
    about: bool = False

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.start_s, self.shift_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPart:
    """Segments that follow each other, of an episode's ``total``."""

    episode_id: str
    episode: str
    show: str
    url: str
    source: str
    language: str
    total: int
    segments: tuple[LinkedSegment, ...]


def part_around(
    episode: Episode,
    transcript: Transcript,
    *,
    timeline: Timeline = AS_WRITTEN,
    second: float | None = None,
    near: str = "",
    number: int = 0,
    span_s: float = 90.0,
) -> TranscriptPart:
    """The segments around a second, or from a segment on where no second is given or the transcript has no times.

    Args:
        episode: without addresses that may not be shown.
        transcript: of the episode.
        timeline: where its seconds are heard.
        second: of the transcript.
        near: words of which the segment is looked for that holds them, in a transcript without times.
        number: of a segment, from 0.
        span_s: seconds before and after the second; without a second, how much follows the segment.
    """
    segments = transcript.segments
    timed = [place for place, segment in enumerate(segments) if segment.start_s is not None]
    if second is not None and timed:
        first, last = _near(segments, timed, second, span_s)
    else:
        # Of words that were looked for, what was said before them is given too.
        first = max((holding(segments, near) or 0) - 1, 0) if near else min(number, max(len(segments) - 1, 0))
        last = _until(segments, first, span_s)
    chosen: list[LinkedSegment] = []
    characters = 0
    for place in range(first, min(last, first + _MOST_SEGMENTS)):
        segment = segments[place]
        characters += len(segment.text)
        if chosen and characters > _MOST_CHARACTERS:
            break
        chosen.append(_linked(episode, place, segment, timeline))
    return TranscriptPart(
        episode_id=episode.id,
        episode=episode.data.title,
        show=episode.show,
        url=web_url(episode.data.link),
        source=transcript.source,
        language=transcript.language,
        total=len(segments),
        segments=tuple(chosen),
    )


def without_secrets(episode: Episode) -> Episode:
    """The episode of a private show without the addresses of its files, which can hold the reader's key."""
    return replace(episode, data=replace(episode.data, audio_url="", transcripts=(), chapters_url=""))


def holding(segments: Sequence[Segment], words: str) -> int | None:
    """The place of the first segment with these words, or with their beginning; ``None`` where there are no such words.

    A quote may begin in one segment and end in the next. Case, accents and marks do not count.
    """
    wanted = fold(words)
    for length in (len(wanted), 40, 20) if wanted else ():
        for place, segment in enumerate(segments):
            if wanted[:length] in fold(segment.text):
                return place
    return None


def _near(segments: Sequence[Segment], timed: Sequence[int], second: float, span_s: float) -> tuple[int, int]:
    """From where to where (exclusive) segments begin within ``span_s`` of a second, the one spoken then included."""
    starts = [(place, segments[place].start_s or 0.0) for place in timed]
    spoken = max((place for place, start in starts if start <= second), default=timed[0])
    near = [place for place, start in starts if abs(start - second) <= span_s]
    first = min([spoken, *near])
    # A span of many short segments is cut at its end, so the middle has to come early enough to be in it.
    return max(first, spoken - _MOST_SEGMENTS // 2), max([spoken, *near]) + 1


def _until(segments: Sequence[Segment], first: int, span_s: float) -> int:
    """The place after the last segment that begins within ``span_s`` of the first; all where there are no times."""
    start = segments[first].start_s if segments else None
    if start is None:
        return len(segments)
    later = (
        place
        for place in range(first + 1, len(segments))
        if (begins := segments[place].start_s) is not None and begins > start + span_s
    )
    return next(later, len(segments))


def _linked(episode: Episode, place: int, segment: Segment, timeline: Timeline) -> LinkedSegment:
    data, shift = episode.data, timeline.at(segment.start_s)
    second = moved(segment.start_s, shift.shift_s)
    return LinkedSegment(
        number=place,
        text=segment.text,
        speaker=segment.speaker,
        start_s=segment.start_s,
        end_s=segment.end_s,
        url=moment_link(data.audio_url, data.link, second) or web_url(data.link),
        shift_s=shift.shift_s,
        about=shift.about,
    )
