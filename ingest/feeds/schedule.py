"""How long a feed itself says that it may be kept: RSS ``<ttl>`` and the syndication module."""

from __future__ import annotations

__all__ = ["said_interval_s"]

_PERIODS_S = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}


def said_interval_s(*, ttl: str = "", period: str = "", frequency: str = "") -> float | None:
    """How long a feed says it may be kept; ``None`` if it does not say.

    Args:
        ttl: RSS ``<ttl>``, in minutes.
        period: ``sy:updatePeriod`` (``hourly``, ``daily``, ``weekly``, ``monthly``, ``yearly``).
        frequency: ``sy:updateFrequency``, how often in that period.
    """
    ttl, frequency = ttl.strip(), frequency.strip()
    if ttl.isascii() and ttl.isdigit() and int(ttl[:9]) > 0:
        return int(ttl[:9]) * 60.0
    length_s = _PERIODS_S.get(period.strip().lower())
    if length_s is None:
        return None
    times = int(frequency[:6]) if frequency.isascii() and frequency.isdigit() else 1
    return length_s / max(times, 1)
