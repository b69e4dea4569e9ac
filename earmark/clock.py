"""The time, as a value that is passed in."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["FixedClock", "SystemClock"]


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that does not move until it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at
