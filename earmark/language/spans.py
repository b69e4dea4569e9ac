"""Spans of time, counts and sizes in words: ``1:02:03``, ``3 hours ago``, ``in 2 days``, ``1,204 episodes``, ``12.3 MB``."""

from __future__ import annotations

import math
from datetime import datetime

__all__ = ["ago", "clock", "counted", "in_time", "megabytes", "plural", "time_left"]

_UNITS = (("day", 1440), ("hour", 60), ("minute", 1))
"""Units of an age and their minutes, the longest first."""


def clock(seconds: float | None, about: bool = False) -> str:
    """``m:ss`` or ``h:mm:ss``, after ``about`` where it is a guess; empty if no time is known."""
    if seconds is None or not 0 <= seconds < 1e7:
        return ""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    time = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return f"about {time}" if about else time


def counted(count: int, noun: str, nouns: str = "") -> str:
    """``1 episode``, ``1,204 episodes``; ``nouns`` is an irregular plural."""
    return f"{count:,} {plural(count, noun, nouns)}"


def plural(count: float, noun: str, nouns: str = "") -> str:
    """The noun as it goes with a count, which is not repeated; ``nouns`` is an irregular plural."""
    return noun if count == 1 else nouns or f"{noun}s"


def megabytes(size: int) -> str:
    """Bytes as ``12.3 MB``, from a gigabyte on as ``1.2 GB``."""
    return f"{size / 1e9:,.1f} GB" if size >= 1_000_000_000 else f"{size / 1e6:.1f} MB"


def ago(when: datetime | None, now: datetime) -> str:
    """How long ago that was, in words of a human's precision."""
    if when is None:
        return "never"
    minutes = int((now - when).total_seconds() // 60)
    for unit, size in _UNITS:
        if minutes >= size:
            return f"{counted(minutes // size, unit)} ago"
    return "just now"


def in_time(when: datetime, now: datetime) -> str:
    """How far ahead that is, in words of a human's precision."""
    minutes = math.ceil((when - now).total_seconds() / 60)
    for unit, size in _UNITS:
        if minutes >= size:
            return f"in {counted(round(minutes / size), unit)}"
    return "at once"


def time_left(seconds: float) -> str:
    """An estimate of the time left, no more precise than estimates are: ``about 25 minutes``, ``about 1.5 hours``."""
    if seconds < 50:
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 10:
        return f"about {counted(minutes, 'minute')}"
    if minutes < 58:
        return f"about {5 * round(minutes / 5)} minutes"
    hours = seconds / 3600
    if hours < 9.75:
        halves = round(hours * 2) / 2
        return f"about {halves:g} {plural(halves, 'hour')}"
    if hours < 36:
        return f"about {round(hours)} hours"
    return f"about {round(hours / 24)} days"
