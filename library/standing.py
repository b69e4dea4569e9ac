"""The state of a show in words: whether its feed is checked for new episodes, when next, and what prevents it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from earmark.errors import UsageError
from earmark.language.spans import in_time
from earmark.types import Show, ShowStatus
from ingest.episodes.backfill import in_words, parse_backfill

__all__ = ["Standing", "standing", "taken"]

_OFTEN = 3
"""Failures in a row after which a show counts as failing; fewer may be passing trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``kind`` is ``fine``, ``paused``, ``closed``, ``waiting`` (its server asked for rest) or ``failing``.

    ``text`` is a sentence without its full stop; ``trouble`` is the reason for a failure, else empty.
    """

    kind: str
    text: str
    trouble: str = ""


def standing(show: Show, now: datetime) -> Standing:
    """The state of the show."""
    if show.status is ShowStatus.PAUSED:
        return Standing(kind="paused", text="Paused: not checked for new episodes")
    if show.status is ShowStatus.CLOSED:
        return Standing(
            kind="closed", text="Closed: its host says that the feed is gone for good", trouble=show.last_error
        )
    again = _again(show, now)
    if show.hold_until is not None and show.hold_until > now:
        when = in_time(show.hold_until, now)
        return Standing(kind="waiting", text=f"The server asked us to wait; next check {when}", trouble=show.last_error)
    if show.failures >= _OFTEN:
        return Standing(
            kind="failing",
            text=f"Failing: {show.failures} checks in a row went wrong, {again}",
            trouble=show.last_error,
        )
    if show.failures:
        return Standing(kind="failing", text=f"The last check went wrong, {again}", trouble=show.last_error)
    local = show.feed_url.startswith("file:")
    text = "Rescanned at every fetch" if local else f"{again[0].upper()}{again[1:]}"
    return Standing(kind="fine", text=text, trouble=show.last_error)


def taken(show: Show, newest: int) -> str:
    """Which episodes are taken of a show, in words; ``newest`` is the setting."""
    try:
        return in_words(parse_backfill(show.backfill or (f"newest:{newest}" if newest else "all")))
    except UsageError:
        return show.backfill


def _again(show: Show, now: datetime) -> str:
    if show.next_check is None or show.next_check <= now:
        return "next check with the next fetch"
    return f"next check {in_time(show.next_check, now)}"
