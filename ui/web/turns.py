"""The turns of a talk around one moment of it, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earmark.clean import plain
from earmark.language.spans import clock
from earmark.timeline import AS_WRITTEN, Timeline, moved
from earmark.types import Segment
from library.around import holding

__all__ = ["AFTER_S", "BEFORE_S", "TranscriptTurn", "around", "heard_around", "second_in"]

BEFORE_S = 60.0
AFTER_S = 120.0
"""Seconds shown before and after the moment."""
_SEGMENTS = 24
"""Segments shown of a transcript without times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptTurn:
    """What one speaker said in one go; ``here`` is whether it holds the moment, ``time`` says when a listener hears it."""

    speaker: str
    start_s: float | None
    text: str
    here: bool
    time: str = ""


def second_in(given: str) -> float | None:
    """The second that part of an address names; ``None`` if it names none."""
    # Nine digits of seconds are thirty years; more is not a time.
    return float(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def heard_around(timeline: Timeline, at: float | None) -> str:
    """Around when a listener hears a second of the transcript, in words; empty without one."""
    return clock(moved(at, timeline.at(at).shift_s))


def around(
    segments: Sequence[Segment], at: float | None, near: str, timeline: Timeline = AS_WRITTEN
) -> list[TranscriptTurn]:
    """The turns around a second of the transcript, or around the words ``near``; else those of the beginning.

    ``timeline`` says where its seconds are heard.
    """
    if at is not None and any(segment.start_s is not None for segment in segments):
        timed = [(number, segment.start_s) for number, segment in enumerate(segments) if segment.start_s is not None]
        here = max((number for number, start in timed if start <= at + 1.0), default=timed[0][0])
        shown = [number for number, start in timed if at - BEFORE_S <= start <= at + AFTER_S] or [here]
        first, last = min(*shown, here), max(*shown, here) + 1
    else:
        here = holding(segments, near) or 0
        first = max(here - _SEGMENTS // 3, 0)
        last = first + _SEGMENTS
    turns: list[TranscriptTurn] = []
    for number in range(first, min(last, len(segments))):
        segment, is_here = segments[number], number == here
        speaker = plain(segment.speaker or "")
        same = turns and turns[-1].speaker == speaker and not (is_here or turns[-1].here)
        if same and len(turns[-1].text) < 600:
            whole = f"{turns[-1].text} {plain(segment.text)}"
            turns[-1] = replace(turns[-1], text=whole)
        else:
            shift = timeline.at(segment.start_s)
            time = clock(moved(segment.start_s, shift.shift_s), shift.about)
            text = plain(segment.text)
            turns.append(TranscriptTurn(speaker=speaker, start_s=segment.start_s, text=text, here=is_here, time=time))
    return turns
