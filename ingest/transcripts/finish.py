"""What every format goes through in the end: clean text, order, sane times, no rolling repetitions."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from earmark.language.plaintext import inline_text
from earmark.types import Segment

__all__ = ["finished", "seconds"]

LONGEST_S = 7 * 86_400.0
"""Times beyond a week are garbage."""
ROLLING_SHARE = 0.3
"""From this share of cues that begin with the end of the one before, captions are taken to roll. Speakers who repeat
themselves across cues stay under 0.02 in the transcripts looked at, rolling captions reach above 0.9."""
_OVERLAP_WORDS = 40
WIDEST_S = 600.0
"""Across more than this, the share of text is too poor a guess at the time."""
SHOUTED_SHARE, FEWEST_LETTERS = 0.9, 200
"""Share of capitals among letters from which on captions are written in them, and letters that tell."""
SPARSEST = 25
"""Where fewer than one segment in so many has a time, it is a clock time in the text rather than a time in the audio."""

_SMALL_I = re.compile(r"\bi(?=\b|')")
_BEGINS = re.compile(r"(?<=[.!?] )[^\W\d_]")
_ENDED = re.compile(r"[.!?…][\"'”’)]*$")
_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?", re.ASCII)


def seconds(value: object) -> float | None:
    """A time in seconds from a number, a numeric string or ``[h:]m:s[.ms]``; ``None`` for what is none."""
    number: float | None = None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value) if abs(value) < 1e12 else None
    elif isinstance(value, str) and len(value) < 40:
        text = value.strip()
        if match := _TIME.fullmatch(text):
            fraction = f"0.{match[4]}" if match[4] else "0"
            number = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]) + float(fraction)
        elif re.fullmatch(r"\d+(?:\.\d+)?s?", text, re.ASCII):
            number = float(text.rstrip("s"))
    return round(number, 3) if number is not None and math.isfinite(number) and 0 <= number <= LONGEST_S else None


def finished(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments cleaned, without empty ones, in order of time, with ``start_s <= end_s``.

    Where only some have a start, those in between get one by the length of their text, unless the gap is wider than
    ``WIDEST_S``. A missing end is the next start. Times that hardly any segment has are taken for something else. Captions
    that are all in capitals are put in small letters, sentences beginning with a capital: names cannot be told there.
    """
    cleaned = [replace(segment, text=inline_text(segment.text)) for segment in segments]
    spoken = [segment for segment in cleaned if any(map(str.isalnum, segment.text))]
    placed = _with_starts(spoken)
    if all(segment.start_s is not None for segment in placed):
        placed.sort(key=lambda segment: segment.start_s or 0.0)
    return tuple(_calmed(_with_ends(_unrolled(placed))))


def _with_starts(segments: list[Segment]) -> list[Segment]:
    known = [i for i, segment in enumerate(segments) if segment.start_s is not None]
    if not known or len(known) == len(segments):
        return list(segments)
    if len(known) * SPARSEST < len(segments):
        return [replace(segment, start_s=None, end_s=None) for segment in segments]
    result = list(segments)
    if known[0] and (result[known[0]].start_s or 0.0) <= WIDEST_S:
        result[0] = replace(result[0], start_s=0.0)
        known.insert(0, 0)
    for left, right in pairwise(known):
        begin, end = result[left].start_s or 0.0, result[right].start_s or 0.0
        if not 0 <= end - begin <= WIDEST_S:
            continue
        total = sum(len(segment.text) for segment in result[left:right])
        passed = 0
        for i in range(left + 1, right):
            passed += len(result[i - 1].text)
            result[i] = replace(result[i], start_s=round(begin + (end - begin) * passed / total, 1))
    return result


def _with_ends(segments: list[Segment]) -> list[Segment]:
    result: list[Segment] = []
    for i, segment in enumerate(segments):
        following = segments[i + 1].start_s if i + 1 < len(segments) else None
        end = segment.end_s
        if segment.start_s is None:
            end = None
        elif end is None or end < segment.start_s:
            end = following if following is not None and following >= segment.start_s else None
        result.append(replace(segment, end_s=end))
    return result


def _calmed(segments: list[Segment]) -> list[Segment]:
    """The segments in small letters, where nearly all of them are in capitals."""
    letters = [char for segment in segments for char in segment.text if char.isalpha()]
    cased = [char for char in letters if char.lower() != char.upper()]
    if len(cased) < FEWEST_LETTERS or sum(char.isupper() for char in cased) < SHOUTED_SHARE * len(cased):
        return segments
    calmed: list[Segment] = []
    begins = True
    for segment in segments:
        text = _BEGINS.sub(lambda match: match[0].upper(), _SMALL_I.sub("I", segment.text.lower()))
        calmed.append(replace(segment, text=text[:1].upper() + text[1:] if begins else text))
        begins = bool(_ENDED.search(text))
    return calmed


def _unrolled(segments: list[Segment]) -> list[Segment]:
    words = [segment.text.split() for segment in segments]
    overlaps = [0][: len(words)] + [_overlap(before, after) for before, after in pairwise(words)]
    rolls = sum(overlap >= min(3, len(text)) for overlap, text in zip(overlaps, words, strict=True))
    if len(segments) < 4 or rolls < ROLLING_SHARE * (len(segments) - 1):
        return _without_exact_copies(segments)
    result: list[Segment] = []
    for segment, text, overlap in zip(segments, words, overlaps, strict=True):
        if overlap < len(text):
            result.append(replace(segment, text=" ".join(text[overlap:])))
        elif result:
            result[-1] = replace(result[-1], end_s=segment.end_s)
    return result


def _overlap(before: list[str], after: list[str]) -> int:
    """How many words the longest end of ``before`` has that ``after`` begins with."""
    for length in range(min(len(before), len(after), _OVERLAP_WORDS), 0, -1):
        if before[-length:] == after[:length]:
            return length
    return 0


def _without_exact_copies(segments: list[Segment]) -> list[Segment]:
    """Without those that say the same at the same time as the one before."""
    kept: list[Segment] = []
    for segment in segments:
        if kept and segment.start_s is not None:
            last = kept[-1]
            if (last.text, last.start_s, last.speaker) == (segment.text, segment.start_s, segment.speaker):
                continue
        kept.append(segment)
    return kept
