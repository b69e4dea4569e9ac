"""One object of a JSON transcript: its words, times and speaker, by whatever names they go."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from earmark.types import Segment
from ingest.transcripts.finish import LONGEST_S, seconds
from ingest.transcripts.names import label_of

__all__ = ["JsonEntry", "entry_of", "in_seconds", "label", "plain_name"]

_TEXTS = "body text punctuated_word content transcript utterance utf8 word sentence line value".split()
_STARTS = "startTime start_time start begin from ts offset time".split()
_ENDS = "endTime end_time end to end_ts".split()
_STARTS_MS = "start_ms startMs tStartMs startTimeMs start_time_ms".split()
_ENDS_MS = "end_ms endMs endTimeMs end_time_ms".split()
_SPEAKERS = "voice speaker speakerName speaker_name speaker_label speakerLabel speaker_id speakerId name".split()
_NAMES = "name displayName display_name full_name identifier".split()

_SLOWEST_WPM = 5.0
"""Words a minute below which nobody speaks: whole numbers that come to less are milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonEntry:
    """What is said, from when to when, and by whom.

    Times are as in the file, in seconds or milliseconds; ``sure`` where their names or form say that they are seconds.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""
    sure: bool = False

    def thousandth(self) -> JsonEntry:
        """The same with times that were in milliseconds in seconds."""
        start, end = (None if time is None else time / 1000 for time in (self.start, self.end))
        return replace(self, start=start, end=end, sure=True)

    def segment(self, people: Mapping[str, str]) -> Segment:
        """As a segment; ``people`` are names by number."""
        name = people.get(self.speaker) or (f"Speaker {self.speaker}" if self.speaker.isdecimal() else self.speaker)
        start, end = (seconds(time) if time is not None else None for time in (self.start, self.end))
        return Segment(text=self.text, start_s=start, end_s=end, speaker=label_of(name) or None)


def entry_of(row: Mapping[str, Any]) -> JsonEntry | None:
    """What an object says; ``None`` if it says nothing."""
    text = _text(row)
    if not text.strip():
        return None
    start, end, sure = _times(row)
    return JsonEntry(text=text, start=start, end=end, speaker=label(row), sure=sure)


def in_seconds(entries: list[JsonEntry]) -> list[JsonEntry]:
    """The entries with milliseconds turned into seconds, where whole numbers cannot be seconds."""
    times = [time for entry in entries for time in (entry.start, entry.end) if time is not None and not entry.sure]
    if not times or any(time != int(time) for time in times):
        return entries
    minutes = (max(times) - min(times)) / 60
    if sum(len(entry.text.split()) for entry in entries) >= _SLOWEST_WPM * minutes:
        return entries
    return [entry if entry.sure else entry.thousandth() for entry in entries]


def label(row: Mapping[str, Any]) -> str:
    """The speaker: a name, or a number as the file gives it; empty if the file gives neither."""
    for source in (row, _alternative(row)):
        speaker = _first(source, _SPEAKERS)
        if isinstance(speaker, Mapping):
            speaker = plain_name(speaker)
        if isinstance(speaker, bool) or not isinstance(speaker, (str, int)):
            continue
        if str(speaker).strip():
            return str(speaker).strip()
    return ""


def plain_name(person: Mapping[str, Any]) -> str:
    """What a person is called; empty if that is no text."""
    name = _first(person, _NAMES)
    return name.strip() if isinstance(name, str) else ""


def _text(row: Mapping[str, Any]) -> str:
    text = _first(row, _TEXTS)
    if isinstance(text, str):
        return text
    pieces = row.get("segs")  # YouTube's json3
    if isinstance(pieces, list):
        return "".join(str(piece.get("utf8") or "") for piece in pieces if isinstance(piece, Mapping))
    other = _first(_alternative(row), _TEXTS)
    return other if isinstance(other, str) else ""


def _alternative(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The likeliest of what a service understood."""
    alternatives = row.get("alternatives")
    if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], Mapping):
        return alternatives[0]
    return {}


def _times(row: Mapping[str, Any]) -> tuple[float | None, float | None, bool]:
    """Start and end, and whether they are seconds for sure."""
    start, end = _number(_first(row, _STARTS_MS)), _number(_first(row, _ENDS_MS))
    if start is not None:
        length = _number(row.get("dDurationMs"))
        end = start + length if end is None and length is not None else end
        return start / 1000, None if end is None else end / 1000, True
    for key, unit in (("offsets", 1000.0), ("timestamps", 1.0), ("timestamp", 1.0)):  # whisper.cpp, Hugging Face
        span = row.get(key)
        if isinstance(span, Mapping):
            span = [span.get("from"), span.get("to")]
        if isinstance(span, list) and len(span) == 2:
            start, end = (_number(value) for value in span)
            return None if start is None else start / unit, None if end is None else end / unit, True
    given, until = _first(row, _STARTS), _first(row, _ENDS)
    start, end = _number(given), _number(until)
    length = _number(row.get("duration"))
    if end is None and start is not None and length is not None:
        end = start + length
    return start, end, isinstance(given, str) and not given.strip().isdecimal()


def _number(value: Any) -> float | None:
    """A time as a number of its own unit; a clock's in seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if 0 <= value <= LONGEST_S * 1000 and math.isfinite(value) else None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 12:
        return float(value)
    return seconds(value)


def _first(row: Mapping[str, Any], names: list[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)
