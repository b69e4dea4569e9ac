"""A date in any usual form, as a moment in UTC; ``None`` of anything that does not say year, month and day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property

from ingest.dates import zones
from ingest.dates.clock import clock_in
from ingest.dates.day import day_in
from ingest.dates.order import Order, order_of

__all__ = ["FeedDates", "read_date"]

_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 1980, 2099
"""Years of recordings; what lies outside is a zero, a counter, or another calendar."""
_MAIL = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:([+-])(\d\d)(\d\d)|([A-Z]{1,4}))"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_ENGLISH = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip

_ERA = re.compile(r"(令和|平成)\s*(\d{1,2}|元)\s*年")
_ERAS = {"令和": 2018, "平成": 1988}
_EXIF = re.compile(r"\A(\d{4}):(\d\d):(\d\d)(?!\d)")
_COMPACT = re.compile(r"\A(\d{4})(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)?(?!\d)")
_DAY_OF_YEAR = re.compile(r"\A(\d{4})-(\d{3})(?=\Z|[T ])")
_SECONDS = re.compile(r"\A\d{9,10}(?:\.\d+)?\Z|\A\d{12,13}\Z", re.ASCII)


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

    def order(self) -> Order | None:
        """The order of day and month in this feed."""
        return self._order

    @cached_property
    def _order(self) -> Order | None:
        return order_of([_plain(text) for text in self._texts], self._language)


def read_date(text: str, *, language: str = "") -> datetime | None:
    """The moment that a text gives, in UTC; ``None`` if it gives none.

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
        match = _MAIL.fullmatch(text)
        if match is None or (month := _ENGLISH.get(match[2].lower())) is None:
            return None
        second = min(int(match[6] or 0), 59)
        moment = datetime(  # noqa: DTZ001 - the zone comes below
            int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), second
        )
        if match[10]:
            zone = zones.named(match[10], moment)
            return None if zone is None else _within(moment.replace(tzinfo=zone))
        east = timedelta(hours=int(match[8]), minutes=int(match[9])) * (1 if match[7] == "+" else -1)
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
    clock, rest = clock_in(text)
    day, rest = day_in(rest, language, feed.order)
    if day is None or any(letter.isdigit() for letter in rest):
        return None  # nothing explains a number that is left: it is not what it looked like
    if not _FIRST_YEAR - 1 <= day.year <= _LAST_YEAR + 1:
        return None
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
