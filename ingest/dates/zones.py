"""Zones of dates: offsets, the usual abbreviations, and names of the tz database."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["OFFSET", "named", "offset"]

_HOURS = {
    **dict.fromkeys(("UTC", "GMT", "UT", "Z", "WET"), 0.0),
    **dict.fromkeys(("WEST", "CET", "MEZ", "MET", "BST", "WAT"), 1.0),
    **dict.fromkeys(("CEST", "MESZ", "MEST", "EET", "SAST", "CAT"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "EAT", "TRT"), 3.0),
    **dict.fromkeys(("WIB", "ICT"), 7.0),
    **dict.fromkeys(("HKT", "SGT", "PHT", "AWST", "WITA"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    **{"ACST": 9.5, "AEST": 10.0, "ACDT": 10.5, "AEDT": 11.0, "NZST": 12.0, "NZDT": 13.0, "PKT": 5.0, "NPT": 5.75},
    **{"BRST": -2.0, "BRT": -3.0, "ART": -3.0, "ADT": -3.0, "AST": -4.0, "NST": -3.5, "NDT": -2.5},
    **{"EDT": -4.0, "EST": -5.0, "CDT": -5.0, "CST": -6.0, "MDT": -6.0, "MST": -7.0, "PDT": -7.0, "PST": -8.0},
    **{"AKDT": -8.0, "AKST": -9.0, "HST": -10.0, "CLT": -4.0, "COT": -5.0, "PET": -5.0},
}
"""Hours east of Greenwich. CST, MST and the like are American, as RFC 822 has them, and BST is British summer time. IST
is not in here: India, Ireland and Israel use it."""
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
_MOST_HOURS = 15
OFFSET = re.compile(
    r"(?:\b(?:UTC|GMT|UT)\s?(?P<far>[+\u2212-])\s?|(?P<near>[+\u2212-]))"
    r"(?P<digits>\d{1,2}:\d{2}|\d{1,4})(?::00)?(?![\d:./-])"
)
"""An offset: ``+0200``, ``+02:00``, ``+2``, ``+100``, ``UTC+2``, ``GMT -03:30``."""


def offset(match: re.Match[str]) -> tzinfo | None:
    """The zone that a match of ``OFFSET`` gives; ``None`` for an offset that no place on earth has."""
    digits = match["digits"].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > _MOST_HOURS or minutes > 59:
        return None
    sign = 1 if (match["far"] or match["near"]) == "+" else -1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def named(name: str, moment: datetime) -> tzinfo | None:
    """The zone of that name (``CEST``, ``Europe/Berlin``, ``PT``) at a local time; ``None`` of a name that says nothing sure."""
    if (hours := _HOURS.get(name)) is not None:
        return timezone(timedelta(hours=hours))
    place = _PLACES.get(name) or (name if "/" in name else "")
    if not place:
        return None
    try:
        east = ZoneInfo(place).utcoffset(moment)
    except (OSError, ValueError, KeyError):  # what a strange name raises; that of an unknown zone is a KeyError
        return None
    return timezone(east) if east is not None else None
