"""The time of day in a date, with its zone, and what is left of the text without them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from ingest.dates import zones

__all__ = ["TimeOfDay", "clock_in", "without"]

_AM = r"(?<![^\W\d_])a\.?\s?m\b\.?|π\.?μ\b\.?|上午|午前|오전|早上|凌晨"
_PM = r"(?<![^\W\d_])p\.?\s?m\b\.?|μ\.?μ\b\.?|下午|午後|오후|晚上|中午"
_TIME = re.compile(
    rf"(?P<before>{_AM}|{_PM})?\s*(?<![\d+\u2212.])(?<!\d-)(?P<hour>\d{{1,2}})"
    r"(?:\s?(?::|h|[時时點点시])\s?(?P<minute>\d{2}|\d(?=[分분]))[分분]?"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?|\s?(?P<sekund>\d{1,2})[秒초])?(?!\d)"
    r"|(?P<hours>\s?(?:Uhr\b|h\b|[時时點点시])))?"
    rf"\s*(?P<after>{_AM}|{_PM})?",
    re.IGNORECASE,
)
_DOTTED_TIME = re.compile(
    r"(?<=\d{4})(?:[,.\s]+[^\W\d]{2,4}\.?)?[,\s]\s*([01]?\d|2[0-3])\.([0-5]\d)(?:\.[0-5]\d)?(?![\d.])"
)
_ZONED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)")
"""A day of XML Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A time of day; ``zone`` is ``None`` if none is written as an offset beside it."""

    hour: int = 0
    minute: int = 0
    second: int = 0
    zone: tzinfo | None = None


def clock_in(text: str) -> tuple[TimeOfDay, str]:
    """The time in a text with its zone, and the text without them; midnight where there is no time."""
    if match := _ZONED_DAY.fullmatch(text):
        sign = zones.OFFSET.fullmatch(match[2])
        return TimeOfDay(zone=zones.offset(sign) if sign else UTC), match[1]
    marks = ("minute", "hours", "before", "after")
    match = next((m for m in _TIME.finditer(text) if any(m[mark] for mark in marks)), None)
    if match is None:
        if dotted := _DOTTED_TIME.search(text):
            return TimeOfDay(hour=int(dotted[1]), minute=int(dotted[2])), text[: dotted.start()]
        zone, rest = _zone(text)
        return TimeOfDay(zone=zone), rest
    zone, tail = _zone(text[match.end() :])
    head = text[: match.start()]
    rest = f"{head[:-1] if head[-2:-1].isdigit() and head[-1] in 'Tt' else head} {tail}"
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    second = min(int(match["sekund"] or second), 60)
    half = match["before"] or match["after"]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if re.fullmatch(_PM, half, re.IGNORECASE) else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute + second):
        return TimeOfDay(), rest  # there is no such time; the day may be right all the same
    return TimeOfDay(hour=hour, minute=minute, second=min(second, 59), zone=zone), rest


def _zone(text: str) -> tuple[tzinfo | None, str]:
    """The offset in a text, and the text without it."""
    for match in zones.OFFSET.finditer(text):
        if match["far"] or not match.start() or text[match.start() - 1].isspace():
            return zones.offset(match), without(text, match)
    return None, text


def without(text: str, match: re.Match[str]) -> str:
    """The text without what was matched in it."""
    return f"{text[: match.start()]} {text[match.end() :]}"
