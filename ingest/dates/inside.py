"""The day somewhere in a name or tag: ``2026-03-05 The quiet hour``, ``Talk, 5. März 2026``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.dates.read import read_date

__all__ = ["DayInside", "day_inside"]

_WORD = r"[^\W\d_]{3,12}\.?"
_FORMS = tuple(
    re.compile(rf"(?<!\d){form}(?!\d)")
    for form in (
        r"(?:19|20)\d\d([-_. ]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])",
        r"(?:19|20)\d\d([-_./])\d{1,2}\1\d{1,2}",
        r"(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?",
        r"\d{1,2}([-_./])\d{1,2}\1(?:19|20)\d\d",
        rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?[ _-](?:de )?{_WORD}[ _-](?:de )?(?:19|20)\d\d",
        rf"{_WORD}[ _-]\d{{1,2}}(?:st|nd|rd|th)?,?[ _-](?:19|20)\d\d",
    )
)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DayInside:
    """A day, at midnight UTC, and where in the text it is written."""

    day: datetime
    begin: int
    end: int


def day_inside(text: str) -> DayInside | None:
    """The first day written in a text, whatever else it says; ``None`` without a day, or with a year only."""
    text = text[:_LONGEST]
    for form in _FORMS:
        for match in form.finditer(text):
            written = re.sub(r"_", "-" if match[0][-1:].isdigit() and match[0][:1].isdigit() else " ", match[0])
            moment = read_date(re.sub(r"\A(\d{4}) (\d\d) (\d\d)\Z", r"\1-\2-\3", written))
            if moment is not None:
                day = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
                return DayInside(day=day, begin=match.start(), end=match.end())
    return None
