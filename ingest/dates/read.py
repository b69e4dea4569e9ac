"""A date in any usual form, as a moment in UTC; ``None`` of anything that does not say year, month and day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property

from ingest.dates import zones
from ingest.dates.months import month_of
from ingest.dates.order import ORDERED, Order, day_of, order_of

__all__ = ["FeedDates", "read_date"]

_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 1980, 2099
"""Years of recordings; what lies outside is a zero, a counter, or another calendar."""
_MAIL = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)"
)
_GREENWICH = re.compile(r"(?:GMT|UTC|UT|Z)\Z")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_ENGLISH = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip

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
_DOTTED_TIME = re.compile(r"(?<=\d{4})(?:[,.\s]+[^\W\d]{2,4}\.?)?[,\s]\s*([01]?\d|2[0-3])\.([0-5]\d)(?:\.[0-5]\d)?(?![\d.])")
_YEAR_FIRST = re.compile(r"(?<![\d:./-])(\d{4})(?:\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})|(\d\d)(\d\d))(?![\d:])")
_EAST = re.compile(r"(?<!\d)(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})(?!\d)\s*[日일号號]?")
_ERA = re.compile(r"(令和|平成)\s*(\d{1,2}|元)\s*年")
_ERAS = {"令和": 2018, "平成": 1988}
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s*tháng\s*(\d{1,2})(?:\s*,|\s+năm)?\s*(\d{4})(?!\d)", re.IGNORECASE)
_EXIF = re.compile(r"\A(\d{4}):(\d\d):(\d\d)(?!\d)")
_COMPACT = re.compile(r"\A(\d{4})(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)?(?!\d)")
_DAY_OF_YEAR = re.compile(r"\A(\d{4})-(\d{3})(?=\Z|[T ])")
_SECONDS = re.compile(r"\A\d{9,10}(?:\.\d+)?\Z|\A\d{12,13}\Z", re.ASCII)
_ZONED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)")
"""A day of XML Schema."""
_TOKEN = re.compile(r"\d+|[^\d\s,/:;()\-+–—'’\"|@]+")
_SHAPES = {1: "1", 2: "2", 4: "Y"}
_WORDED = re.compile(r"M*?(?:(?P<a>[12]M[Y2])|(?P<b>YM[12])|(?P<c>Y[12]M))|M*(?P<d>M[12]Y)")
"""Numbers of one or two figures, months and years in their order. A month before all that is the name of a weekday (mar, 5 mai 2026)."""


class FeedDates:
    """The dates of one feed, which settle together what one of them leaves open (03/04/2021).

    Args:
        texts: all that the feed gives as dates.
        language: its language, as it states it.
    """

    def __init__(self, texts: Sequence[str], language: str = "") -> None:
        self._texts, self._language = texts, language

    def read(self, text: str) -> datetime | None:
        """As ``read_date``."""
        return _usual(text) or _any(text, self._language, self)

    @cached_property
    def order(self) -> Order | None:
        """The order of day and month in this feed."""
        return order_of([_plain(text) for text in self._texts], self._language)


def read_date(text: str, *, language: str = "") -> datetime | None:
    """The moment that a text gives, in UTC; ``None`` where it gives none.

    A time without a zone is taken for UTC, a day without a time begins at midnight. Nothing is filled in: without year,
    month or day, or where day and month could be either, there is no date.
    """
    return FeedDates([text], language).read(text)


def _usual(text: str) -> datetime | None:
    """The two forms that nearly all feeds have, quickly."""
    text = text.strip()
    try:
        if _ISO.fullmatch(text):
            moment = datetime.fromisoformat(text.replace(",", "."))
            return _within(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        match = _MAIL.fullmatch(_GREENWICH.sub("+0000", text) if text[-1:] in "TCZ" else text)
        if match is None or (month := _ENGLISH.get(match[2].lower())) is None:
            return None
        east = timedelta(hours=int(match[8]), minutes=int(match[9])) * (1 if match[7] == "+" else -1)
        second = min(int(match[6] or 0), 59)
        moment = datetime(int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), second)
        return _within(moment.replace(tzinfo=timezone(east)))
    except (ValueError, OverflowError):
        return None


def _any(text: str, language: str, feed: FeedDates) -> datetime | None:
    text = _plain(text)
    if _SECONDS.match(text):
        seconds = float(text) / (1000 if len(text) > 11 and "." not in text else 1)
        return _within(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    text = _EXIF.sub(r"\1-\2-\3", _DAY_OF_YEAR.sub(_calendar_day, text))
    text = _COMPACT.sub(lambda m: f"{m[1]}-{m[2]}-{m[3]} {m[4]}:{m[5]}:{m[6] or '00'} ", text)
    clock, rest = _clock(text)
    day, rest = _day(rest, language, feed)
    if day is None or any(letter.isdigit() for letter in rest):
        return None  # nothing explains a number that is left: it is not what it looked like
    moment = datetime(day.year, day.month, day.day) + timedelta(  # noqa: DTZ001 - the zone comes below
        hours=clock.hour, minutes=clock.minute, seconds=clock.second
    )
    names = (zones.named(word.strip("(),;."), moment) for word in rest.split())
    zone = clock.zone or next((zone for zone in names if zone is not None), UTC)
    return _within(moment.replace(tzinfo=zone))


def _within(moment: datetime) -> datetime | None:
    try:
        moment = moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _plain(text: str) -> str:
    """One line of at most a hundred characters, with figures, signs and spaces as ASCII has them."""
    text = unicodedata.normalize("NFKC", text.strip()[:_LONGEST])
    text = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() and unicodedata.digit(letter, None) is not None
        else "" if unicodedata.category(letter) == "Cf" else letter
        for letter in text
    )  # fmt: skip
    text = _ERA.sub(lambda m: f"{_ERAS[m[1]] + (1 if m[2] == '元' else int(m[2]))}年", text)
    return " ".join(text.split())


def _calendar_day(match: re.Match[str]) -> str:
    first = date(max(int(match[1]), 1), 1, 1)
    day = first + timedelta(days=int(match[2]) - 1) if first.year < _LAST_YEAR else first
    return day.isoformat() if day.year == first.year and int(match[2]) else match[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    hour: int = 0
    minute: int = 0
    second: int = 0
    zone: tzinfo | None = None


def _clock(text: str) -> tuple[_Clock, str]:
    """The time in a text with its zone, and the text without them; midnight where there is no time."""
    if match := _ZONED_DAY.fullmatch(text):
        sign = zones.OFFSET.fullmatch(match[2])
        return _Clock(zone=zones.offset(sign) if sign else UTC), match[1]
    marks = ("minute", "hours", "before", "after")
    match = next((m for m in _TIME.finditer(text) if any(m[mark] for mark in marks)), None)
    if match is None:
        if dotted := _DOTTED_TIME.search(text):
            return _Clock(hour=int(dotted[1]), minute=int(dotted[2])), text[: dotted.start()]
        zone, rest = _zone(text)
        return _Clock(zone=zone), rest
    zone, tail = _zone(text[match.end() :])
    head = text[: match.start()]
    rest = f"{head[:-1] if head[-2:-1].isdigit() and head[-1] in 'Tt' else head} {tail}"
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    second = min(int(match["sekund"] or second), 60)
    half = match["before"] or match["after"]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if re.fullmatch(_PM, half, re.IGNORECASE) else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute + second):
        return _Clock(), rest  # there is no such time; the day may be right all the same
    return _Clock(hour=hour, minute=minute, second=min(second, 59), zone=zone), rest


def _zone(text: str) -> tuple[tzinfo | None, str]:
    """The offset in a text, and the text without it."""
    for match in zones.OFFSET.finditer(text):
        if match["far"] or not match.start() or text[match.start() - 1].isspace():
            return zones.offset(match), _without(text, match)
    return None, text


def _day(text: str, language: str, feed: FeedDates) -> tuple[date | None, str]:
    """The day in a text, and the text without it."""
    if match := _EAST.search(text) or _YEAR_FIRST.search(text):
        numbers = [int(part) for part in match.groups() if part and part.isdigit()]
        return _made(*numbers), _without(text, match)
    if match := _VIETNAMESE.search(text):
        return _made(int(match[3]), int(match[2]), int(match[1])), _without(text, match)
    if match := ORDERED.search(text):
        return day_of(match, feed.order), _without(text, match)
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


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
