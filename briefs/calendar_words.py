"""Days in words, in English like the rest of a brief, independent of the machine's locale."""

from __future__ import annotations

from datetime import date

__all__ = ["MONTHS", "WEEKDAYS", "date_words", "day_words"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """``Monday, 3 August 2026``."""
    return f"{WEEKDAYS[day.weekday()]}, {date_words(day)}"


def date_words(day: date) -> str:
    """``3 August 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
