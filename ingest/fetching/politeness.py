"""When a feed is asked next: a pure function of what its server says, how often it publishes, and how it failed.

The server's word and the publisher's are lower bounds: a feed is never asked sooner than they say. Within them a feed
that publishes often is asked often. Everything is clamped to between ``fetch.least_interval_s`` (an hour: at most 24
requests a day) and 24 hours. A Retry-After takes precedence over all of it and is kept apart, as ``shows.hold_until``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

__all__ = ["HOST_HOLD", "LONGEST_S", "RHYTHM_EPISODES", "Schedule", "fresh_s", "http_date", "retry_after_s"]

LONGEST_S = 86_400.0
"""The longest time between two checks of a feed: a day."""
LONGEST_HOLD_S = 604_800.0
"""The longest Retry-After that is believed: a week. A server that says more is asked again then, and may say it again."""
HOST_HOLD = timedelta(days=1)
"""How long the Retry-After of one feed counts for its whole host: one of many tenants shall not silence the others."""
CHECKS_A_GAP = 12
"""Checks between two episodes: a weekly show is asked every 14 hours, a daily one every two."""
RHYTHM_EPISODES = 12
"""How many of the newest episodes the rhythm is taken from."""
UNKNOWN_RHYTHM_S = 43_200.0
"""Without any date: half a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When feeds are asked. ``least_s`` is the shortest time between two checks of one feed, in seconds."""

    least_s: float
    rng: random.Random

    def after_success(
        self, now: datetime, *, published: Sequence[datetime], fresh_s: float | None, ttl_s: float | None
    ) -> datetime:
        """The next check after a successful check.

        Args:
            now: the time of the check.
            published: when the newest episodes were published, in any order.
            fresh_s: how long the server calls its answer fresh.
            ttl_s: how long the feed itself says it may be kept.
        """
        wait_s = max(rhythm_s(published, now), fresh_s or 0.0, ttl_s or 0.0)
        return now + timedelta(seconds=self._clamped(wait_s))

    def after_failure(self, now: datetime, *, failures: int) -> datetime:
        """The next check after ``failures`` failed ones in a row: doubling from the least interval to a day.

        With equal jitter (half of the wait is fixed, half is drawn), so that feeds that failed together do not come
        back together; see "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        """
        widest_s = min(self.least_s * 2.0 ** min(max(failures, 1), 32), LONGEST_S)
        return now + timedelta(seconds=self._clamped(widest_s / 2 + self.rng.uniform(0.0, widest_s / 2)))

    def _clamped(self, wait_s: float) -> float:
        return max(self.least_s, min(wait_s, LONGEST_S))


def rhythm_s(published: Sequence[datetime], now: datetime) -> float:
    """Seconds between checks by how often a show publishes, or by how long it has been silent if that is longer.

    The gap is the median of those between the newest episodes: one late episode or a batch of old ones does not move it.
    """
    times = sorted((when for when in published if when <= now), reverse=True)[:RHYTHM_EPISODES]
    if not times:
        return UNKNOWN_RHYTHM_S
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    silent_s = (now - times[0]).total_seconds()
    return max(median(gaps) if gaps else 0.0, silent_s) / CHECKS_A_GAP


def fresh_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long an answer is fresh by its headers (RFC 9111, 4.2.1); ``None`` if they say nothing of use.

    Args:
        headers: of a 200 or 304; names are matched whatever their case.
        now: the time of the answer, where it carries no Date.
    """
    said = _directives(headers.get("Cache-Control", ""))
    if "no-store" in said or "no-cache" in said:
        return None
    for name in ("max-age", "s-maxage"):
        seconds = said.get(name, "")
        if seconds.isascii() and seconds.isdigit():
            age = headers.get("Age", "").strip()
            old_s = int(age[:9]) if age.isascii() and age.isdigit() else 0
            left_s = float(int(seconds[:10]) - old_s)
            return left_s if left_s > 0 else None
    expires = http_date(headers.get("Expires", ""))
    if expires is None:
        return None
    left_s = (expires - (http_date(headers.get("Date", "")) or now)).total_seconds()
    return left_s if left_s > 0 else None


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); ``None`` without."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(int(value[:12])), LONGEST_HOLD_S)
    when = http_date(value)
    return None if when is None else min(max(0.0, (when - now).total_seconds()), LONGEST_HOLD_S)


def http_date(value: str) -> datetime | None:
    """The time that a header gives, in UTC; ``None`` if it gives none."""
    try:
        when = parsedate_to_datetime(value.strip())
    except (ValueError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _directives(value: str) -> dict[str, str]:
    """Cache-Control as names and values; of a directive given twice the first holds."""
    directives: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.strip().partition("=")
        directives.setdefault(name.strip().lower(), argument.strip().strip('"'))
    return directives
