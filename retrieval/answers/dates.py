"""Times that a question names ("last year", "since March", "before the summer") as spans of days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

__all__ = ["DateSpan", "called", "find_span"]

_MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTHS = (
    {name.casefold(): n for n, name in enumerate(_MONTH_NAMES, 1)}
    | {name.casefold()[:3]: n for n, name in enumerate(_MONTH_NAMES, 1) if name != "May"}
    | {"sept": 9}
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month in which each begins, as in the north."""
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "couple of": 2, "few": 3, "four": 4, "five": 5, "six": 6, "ten": 10}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASON = "|".join(_SEASONS)
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_DAY = rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})\b\.?|(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))(?:,?\s+(?P<y1>(?:19|20)\d\d))?"
_POINT = (
    rf"(?:the\s+(?:start|beginning)\s+of\s+)?(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|{_DAY}"
    rf"|(?:(?P<last>last|this)\s+)?(?P<m3>{_MONTH})\b\.?(?:,?\s+(?:of\s+)?(?P<y2>(?:19|20)\d\d))?"
    rf"|(?:(?P<which>the|last|this)\s+)?(?P<season>{_SEASON})\b(?:\s+(?:of\s+)?(?P<y3>(?:19|20)\d\d))?"
    rf"|(?:the\s+year\s+)?(?P<y4>(?:19|20)\d\d)\b|(?P<rel>last|this)\s+(?P<relunit>year|month|week)|(?P<day>yesterday|today)(?P<owns>['’]s\b)?)"
)
_SAID_THEN = re.compile(r"\b(?:was|were|did|said|published|released|happened|came|new)\b", re.IGNORECASE)
"""Words of a question for what was said today; without one, "today" is nowadays."""
_SAID_IN = re.compile(r"\s+(?:episodes?|shows?|brief|news|guests?|interviews?|conversations?|talks?)\b", re.IGNORECASE)
"""What "today's" is said of where it is the day; before any other word it is nowadays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """Days from ``after`` on and before ``before`` (exclusive), how to call them, and the place of the words."""

    after: date | None
    before: date | None
    label: str
    start: int
    end: int


def find_span(text: str, today: date) -> DateSpan | None:
    """The first time that a text names as when something was said; ``None`` if it names none.

    Years and months without a preposition ("the 2008 crisis") are what is spoken about, not when.
    """
    for pattern, read in _rules():
        for match in pattern.finditer(text):
            if (span := read(match, today)) is not None:
                after, before, label = span
                return DateSpan(after=after, before=before, label=label, start=match.start(), end=match.end())
    return None


def called(day: date) -> str:
    """What a day is called: "1 June 2026"; behind "since" or "before" `find_span` reads it again."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


_DateBounds = tuple[date | None, date | None, str] | None


def _between(match: re.Match[str], _today: date) -> _DateBounds:
    first, last = int(match["from"]), int(match["to"])
    return (date(first, 1, 1), date(last + 1, 1, 1), f"{first} to {last}") if first <= last else None


def _past(match: re.Match[str], today: date) -> _DateBounds:
    count = match["count"] or "one"
    number = int(count) if count.isdigit() else _COUNTS[re.sub(r"\s+", " ", count.casefold())]
    unit = match["unit"].casefold()
    days = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}[unit]
    try:
        after = today - timedelta(days=round(number * days))
    except OverflowError:
        return None
    return after, None, f"the last {unit}" if number == 1 else f"the last {number} {unit}s"


def _pointed(match: re.Match[str], today: date) -> _DateBounds:
    point = None if _is_nowadays(match) else _point(match, today)
    if point is None:
        return None
    first, end, name = point
    word = (match["how"] or "").casefold()
    if word in {"since", "from"}:
        return first, None, f"since {name}"
    if word == "after":
        return end, None, f"after {name}"
    if word in {"before", "until", "till", "prior to"}:
        return None, first, f"before {name}"
    if not word and not (
        match["rel"] or match["last"] or (match["which"] or "").casefold() in {"last", "this"} or match["day"]
    ):
        return None
    return first, end, name


def _is_nowadays(match: re.Match[str]) -> bool:
    """Whether "today" is no day on which something was said: "How do people use it today?", "today's code"."""
    if (match["day"] or "").casefold() != "today":
        return False
    if match["owns"]:
        return not _SAID_IN.match(match.string, match.end())
    return not match["how"] and not _SAID_THEN.search(match.string)


def _point(match: re.Match[str], today: date) -> tuple[date, date, str] | None:
    """The first day, the day after the last, and the name of the time that was written."""
    try:
        if match["iso"] or match["m1"] or match["m2"]:
            return _day(_written_day(match, today))
        if match["m3"]:
            return _month(match, today)
        if match["season"]:
            return _season(match, today)
        if match["y4"]:
            year = int(match["y4"])
            return date(year, 1, 1), date(year + 1, 1, 1), str(year)
        return _relative(match, today)
    except (ValueError, OverflowError):  # the thirtieth of February
        return None


def _written_day(match: re.Match[str], today: date) -> date:
    """A day as it is written; without a year the latest that is not to come."""
    if match["iso"]:
        return date.fromisoformat(match["iso"])
    month, day = _MONTHS[(match["m1"] or match["m2"]).casefold()], int(match["d1"] or match["d2"])
    if match["y1"]:
        return date(int(match["y1"]), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)


def _day(day: date) -> tuple[date, date, str]:
    return day, day + timedelta(days=1), called(day)


def _month(match: re.Match[str], today: date) -> tuple[date, date, str] | None:
    word = match["m3"]
    if word.casefold() in {"may", "march", "mar"} and not word[0].isupper() and not match["y2"]:
        return None  # the verb
    month = _MONTHS[word.casefold()]
    before = (match["last"] or "").casefold().startswith("last")
    year = int(match["y2"]) if match["y2"] else today.year - (month >= today.month if before else month > today.month)
    return date(year, month, 1), _next_month(year, month), f"{_MONTH_NAMES[month - 1]} {year}"


def _season(match: re.Match[str], today: date) -> tuple[date, date, str]:
    name = match["season"].casefold()
    begins = _SEASONS[name]
    if match["y3"]:
        year = int(match["y3"])
    else:
        year = today.year if date(today.year, begins, 1) <= today else today.year - 1
        over = _next_month(*((year, begins + 2) if begins < 11 else (year + 1, 2)))
        if (match["which"] or "").casefold() == "last" and over > today:
            year -= 1
    end = _next_month(*((year, begins + 2) if begins < 11 else (year + 1, 2)))
    return date(year, begins, 1), end, f"{name} {year}"


def _relative(match: re.Match[str], today: date) -> tuple[date, date, str]:
    if match["day"]:
        return _day(today - timedelta(days=match["day"].casefold() == "yesterday"))
    last, unit = match["rel"].casefold() == "last", match["relunit"].casefold()
    if unit == "year":
        year = today.year - last
        return date(year, 1, 1), date(year + 1, 1, 1), str(year)
    if unit == "month":
        year, month = (today.year - 1, 12) if last and today.month == 1 else (today.year, today.month - last)
        return date(year, month, 1), _next_month(year, month), f"{_MONTH_NAMES[month - 1]} {year}"
    monday = today - timedelta(days=today.weekday() + 7 * last)
    return monday, monday + timedelta(days=7), "last week" if last else "this week"


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _DateBounds]], ...]:
    """What days are written as, and what each means; made for the first question, for it takes a while."""
    return (
        (
            re.compile(
                r"\b(?:between|from)\s+(?P<from>(?:19|20)\d\d)\s+(?:and|to|until|till)\s+(?P<to>(?:19|20)\d\d)\b",
                re.IGNORECASE,
            ),
            _between,
        ),
        (
            re.compile(
                rf"\b(?:in|over|during|within|for)\s+the\s+(?:last|past)\s+(?:(?P<count>\d{{1,3}}|{_COUNT})\s+)?(?P<unit>day|week|month|year)s?\b",
                re.IGNORECASE,
            ),
            _past,
        ),
        (
            re.compile(
                rf"\b(?P<how>since|after|before|until|till|prior\s+to|in|during|on|from|by\s+the\s+end\s+of)\s+{_POINT}",
                re.IGNORECASE,
            ),
            _pointed,
        ),
        (re.compile(rf"\b(?P<how>){_POINT}", re.IGNORECASE), _pointed),
    )
