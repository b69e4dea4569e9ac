"""Feeds made for campaigns: as many episodes as asked for, a week apart, ending at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

__all__ = ["made_feed"]

_LAST = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def made_feed(
    title: str, *, episodes: int, last: datetime = _LAST, every: timedelta = timedelta(days=7), head: str = ""
) -> bytes:
    """An RSS feed; ``head`` is put into the channel as it is."""
    dates = [last - every * number for number in range(episodes)]
    items = "".join(
        f"<item><title>{escape(title)} of {when:%d %B, %H:%M}</title>"
        f"<guid isPermaLink='false'>{escape(title)}:{when:%Y%m%d%H%M}</guid><pubDate>{format_datetime(when)}</pubDate>"
        f"<enclosure url='https://example.org/{when:%Y%m%d%H%M}.mp3' length='1' type='audio/mpeg'/></item>"
        for when in dates
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
        f"<title>{escape(title)}</title><link>https://example.org/</link><description>made</description>{head}{items}"
        "</channel></rss>"
    ).encode()
