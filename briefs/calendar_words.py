"""Names of days and months, in English like the rest of a brief, independent of the machine's locale."""

from __future__ import annotations

__all__ = ["MONTHS", "WEEKDAYS"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
