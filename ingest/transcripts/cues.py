"""Cues as WebVTT and SubRip have them: a timing line, and the words under it until the next.

Both are read here, and not by ``webvtt-py`` and ``pysubs2``: the first ends a cue at an empty line and loses the words
behind it, and takes any ``-->`` in a sentence for a timing line; files have both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.transcripts.finish import seconds

__all__ = ["ARROW", "CaptionCue", "read_cues"]

ARROW = re.compile(
    r"^[^\S\n]*((?:\d+:)?\d+:\d+(?:[.,:]\d*)?)[^\S\n]*-+>[^\S\n]*((?:\d+:)?\d+:\d+(?:[.,:]\d*)?)", re.MULTILINE
)
"""A cue's timing line, in any of the ways it is written."""

_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class CaptionCue:
    """What is said between two times, in seconds; lines as in the file, without empty ones."""

    start_s: float | None
    end_s: float | None
    lines: tuple[str, ...]


def read_cues(text: str, *, blocks: bool = False) -> list[CaptionCue]:
    """The cues in the order of the file; empty if there are none.

    Args:
        text: the file.
        blocks: whether notes, styles and regions may come between cues, as in WebVTT.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    timings = [(number, match) for number, line in enumerate(lines) if (match := ARROW.match(line))]
    titled = _titled(lines, [number for number, _ in timings])
    cues: list[CaptionCue] = []
    for place, (number, match) in enumerate(timings):
        end = timings[place + 1][0] if place + 1 < len(timings) else len(lines)
        if end < len(lines) and end - 1 > number and (titled or lines[end - 1].strip().isdecimal()):
            end -= 1  # the name or number of the next cue
        said = lines[number + 1 : end]
        kept = tuple(line.strip() for line in (_without_blocks(said) if blocks else said) if line.strip())
        cues.append(CaptionCue(seconds(match[1]), seconds(match[2]), kept))
    return cues


def _titled(lines: Sequence[str], timings: Sequence[int]) -> bool:
    """Whether cues have names of their own: a line by itself above most timing lines."""
    above = sum(
        1
        for number in timings
        if number and lines[number - 1].strip() and (number < 2 or not lines[number - 2].strip())
    )
    return above * 2 > len(timings)


def _without_blocks(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    inside = False
    for before, line in zip(("", *lines), lines, strict=False):
        if not line.strip():
            inside = False
        elif not before.strip() and kept and _BLOCK.match(line):
            inside = True
        if not inside:
            kept.append(line)
    return kept
