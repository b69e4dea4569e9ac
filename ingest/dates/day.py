"""The day in a date: in numbers, with 年月日, or with the name of a month."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from ingest.dates.clock import without
from ingest.dates.months import month_of
from ingest.dates.order import ORDERED, Order, day_of

__all__ = ["day_in"]

_YEAR_FIRST = re.compile(r"(?<![\d:./-])(\d{4})(?:\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})|(\d\d)(\d\d))(?![\d:])")
_EAST = re.compile(r"(?<!\d)(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})(?!\d)\s*[日일号號]?")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s*tháng\s*(\d{1,2})(?:\s*,|\s+năm)?\s*(\d{4})(?!\d)", re.IGNORECASE)
_TOKEN = re.compile(r"\d+|[^\d\s,/:;()\-+–—'’\"|@]+")
_SHAPES = {1: "1", 2: "2", 4: "Y"}
_WORDED = re.compile(r"M*?(?:(?P<a>[12]M[Y2])|(?P<b>YM[12])|(?P<c>Y[12]M))|M*(?P<d>M[12]Y)")
"""Numbers of one or two figures, months and years in their order. A month before all that is the name of a weekday (mar, 5 mai 2026)."""


def day_in(text: str, language: str, order: Callable[[], Order | None]) -> tuple[date | None, str]:
    """The day in a text, and the text without it.

    Args:
        text: a date without its time.
        language: in which a month is read whose name is that of another one elsewhere.
        order: asked for the order of day and month, where the text does not tell it.
    """
    if match := _EAST.search(text) or _YEAR_FIRST.search(text):
        numbers = [int(part) for part in match.groups() if part and part.isdigit()]
        return _made(*numbers), without(text, match)
    if match := _VIETNAMESE.search(text):
        return _made(int(match[3]), int(match[2]), int(match[1])), without(text, match)
    if match := ORDERED.search(text):
        return day_of(match, order()), without(text, match)
    return _worded(text, language)


def _worded(text: str, language: str) -> tuple[date | None, str]:
    """The day of a text that names the month, and the text without its numbers."""
    values: list[int] = []
    shape = ""
    for match in _TOKEN.finditer(text):
        word = match[0]
        number = int(word) if word.isdigit() else month_of(word, language)
        if number is not None:
            values.append(number)
            shape += _SHAPES.get(len(word), "?") if word.isdigit() else "M"
    form = _WORDED.fullmatch(shape)
    if form is None:
        return None, text
    a, b, c = values[-3:]
    if form["a"]:
        short = shape.endswith("2")
        year, month, day = (c + (1900 if c >= 70 else 2000) if short else c), b, a
    elif form["b"]:
        year, month, day = a, b, c
    elif form["c"]:
        year, day, month = a, b, c
    else:
        month, day, year = a, b, c
    return _made(year, month, day), re.sub(r"\d+", " ", text)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year - 543 if 2520 <= year <= 2640 else year, month, day)  # years of the Buddha, in Thailand
    except ValueError:
        return None
