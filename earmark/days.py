"""Days as a reader has them: which day a moment falls on, and when a day begins, where the reader lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Self

from earmark.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from earmark.types import Filters

__all__ = ["Days", "span", "time_of_day"]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a time zone; ``None`` is that of this machine."""

    zone: tzinfo | None

    @classmethod
    def named(cls, timezone: str) -> Self:
        """The days of an IANA time zone, of this machine's where the name is empty.

        Raises:
            SettingsError: there is no such zone.
        """
        return cls(_zone(timezone))

    def of(self, moment: datetime) -> date:
        """The day on which an aware moment falls."""
        try:
            return moment.astimezone(self.zone).date()
        except (OverflowError, ValueError, OSError):  # in the first and the last hours of the calendar
            return moment.date()

    def start(self, day: date) -> datetime:
        """The moment at which a day begins, in UTC; a day of 23 or 25 hours begins at its own midnight."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        try:
            return midnight.astimezone(UTC)
        except (OverflowError, ValueError, OSError):
            return midnight.replace(tzinfo=UTC)

    def text(self, moment: datetime | None) -> str:
        """The day of a moment as ``2026-01-31``; empty without a moment."""
        return "" if moment is None else self.of(moment).isoformat()


def span(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """From when on and until before when the filters let episodes be published, in UTC; ``None`` if they do not say."""
    days = Days.named("UTC" if filters.zone is None else filters.zone)
    return (
        None if filters.after is None else days.start(filters.after),
        None if filters.before is None else days.start(filters.before),
    )


@cache
def _zone(timezone: str) -> tzinfo | None:
    if not timezone:
        return None  # `datetime.astimezone(None)` is the machine's zone
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            "is no time zone; give an IANA name such as Europe/Berlin, or nothing for this machine's", subject=timezone
        ) from error


def time_of_day(text: str) -> time:
    """A time written as ``07:30``; raises ``UsageError``."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of the reader's own day
    except ValueError:
        raise UsageError("is no time of day; one is written like 07:30", subject=text) from None
