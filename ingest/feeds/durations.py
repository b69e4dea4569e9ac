"""Durations as feeds write them: seconds, clocks, and words and signs of many languages."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST_S", "duration_s"]

LONGEST_S = 7 * 86_400.0
"""Durations beyond a week are mistakes (milliseconds, file sizes)."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}):(\d{1,2}(?:[.,]\d+)?)")
_FRAMES = re.compile(r"(\d\d):([0-5]\d):([0-5]\d):\d\d")
"""A time code with frames, of editing programs."""
_ISO = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_HOURS = r"h|hours?|hrs?|std|stunden?|heures?|or[ae]|horas?|uur|uren|ч|час\w*|год\w*|godz\w*|hod\w*|tim\w*|saat|時間|小时|小時|시간|ชั่วโมง|घंटे|ώρ\w+|ساعة|שעות"
_MINUTES = r"m|min\w*|мин\w*|хв\w*|dk|dakika|分钟|分鐘|分|분|นาที|मिनट|λεπτ\w*|دقيقة|דקות|'|\u2032|\u2019"
_SECONDS = r"s|se[ck]\w*|seg\w*|с|сек\w*|sn|saniye|秒|초|วินาที|सेकंड|\"|''|\u2032\u2032|\u2033|\u201d"
_PART = re.compile(
    rf"(\d+(?:[.,]\d+)?)\s*(?:(?P<h>{_HOURS})|(?P<s>{_SECONDS})|(?P<m>{_MINUTES}))(?![^\W\d_])\.?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,]*(?:and|und|et|e|y|en|и|og|och)?[\s,]*", re.IGNORECASE)
_BARE = re.compile(r"\d{1,2}")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0}
_LONGEST_TEXT = 60


def duration_s(value: object) -> float | None:
    """``itunes:duration`` in seconds, or ``None``.

    ``3600``, ``1:00:00``, ``60:00``, ``01:00:00:00`` (with frames), ``1h 2m``, ``1h05``, ``65 Minuten``, ``1時間5分``, ``PT1H``.
    """
    text = str(value).strip() if isinstance(value, (str, int, float)) else ""
    if not text or len(text) > _LONGEST_TEXT:
        return None
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    seconds: float | None = None
    if re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        seconds = float(text)
    elif match := _CLOCK.fullmatch(text):
        seconds = float(match[1] or 0) * 3600 + float(match[2]) * 60 + float(match[3].replace(",", "."))
    elif match := _FRAMES.fullmatch(text):
        seconds = float(match[1]) * 3600 + float(match[2]) * 60 + float(match[3])
    elif match := _ISO.fullmatch(text):
        days, hours, minutes, rest = (float(part or 0) for part in match.groups())
        seconds = days * 86_400 + hours * 3600 + minutes * 60 + rest
    else:
        seconds = _in_words(text)
    return seconds if seconds is not None and 0 < seconds <= LONGEST_S else None


def _in_words(text: str) -> float | None:
    """The sum of numbers with their units, each unit once and the largest first; ``None`` if anything else is there."""
    if clock := re.fullmatch(rf"(\d{{1,3}}:\d\d(?::\d\d)?)\s*(?:({_HOURS})|{_MINUTES})\.?", text, re.IGNORECASE):
        return duration_s(f"{clock[1]}:00" if clock[2] and clock[1].count(":") == 1 else clock[1])
    total, last, at = 0.0, "", 0
    while at < len(text):
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        part = _PART.match(text, at)
        if part is None:
            bare = _BARE.fullmatch(text, at) if last == "h" else None
            return total + float(bare[0]) * 60 if bare else (total if last and at == len(text) else None)
        unit = next(name for name in _UNIT_S if part[name])
        if last and _UNIT_S[unit] >= _UNIT_S[last]:
            return None
        total, last, at = total + float(part[1].replace(",", ".")) * _UNIT_S[unit], unit, part.end()
    return total if last else None
