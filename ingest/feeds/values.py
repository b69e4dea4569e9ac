"""The values of a feed's fields, however they are written: durations, dates, addresses, audio, transcripts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from earmark.clean import plain
from earmark.types import TranscriptLink
from ingest.transcripts.formats import format_of, place_of

__all__ = [
    "Enclosure",
    "absolute",
    "duration_s",
    "enclosure",
    "play_time_s",
    "sorted_transcripts",
]

LONGEST_S = 7 * 86_400.0
"""Durations beyond a week are mistakes (milliseconds, file sizes)."""

_LONGEST_URL = 8_192
"""Characters of an address; what is longer no server takes."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}):(\d{1,2}(?:[.,]\d+)?)")
_ISO = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?)?[\s,]*(?:(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?)?[\s,]*"
    r"(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?)?\.?",
    re.IGNORECASE,
)
_AUDIO = {".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m4b", ".wma", ".mka", ".mpga"}
_VIDEO = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"}


def duration_s(value: object) -> float | None:
    """``itunes:duration`` in seconds: ``3600``, ``1:00:00``, ``60:00``, ``1h 2m``, ``45 minutes``, ``PT1H``; else ``None``."""
    text = str(value).strip() if isinstance(value, (str, int, float)) else ""
    if not text or len(text) > 60:
        return None
    seconds: float | None = None
    if re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        seconds = float(text)
    elif match := _CLOCK.fullmatch(text):
        seconds = float(match[1] or 0) * 3600 + float(match[2]) * 60 + float(match[3].replace(",", "."))
    elif match := _ISO.fullmatch(text):
        days, hours, minutes, rest = (float(part or 0) for part in match.groups())
        seconds = days * 86_400 + hours * 3600 + minutes * 60 + rest
    elif match := _WORDS.fullmatch(text):
        hours, minutes, rest = (float(part or 0) for part in match.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    return seconds if seconds is not None and 0 < seconds <= LONGEST_S else None


def play_time_s(text: str) -> float | None:
    """The start of a chapter in seconds: ``1:02:03.5``, ``2:03``, ``123.5``; ``None`` for what is none."""
    value = text.strip()[:40]
    zero = re.fullmatch(r"0+(?::0+){0,2}(?:[.,]0*)?", value) is not None
    return 0.0 if zero else duration_s(value)


def absolute(base: str, value: object) -> str:
    """``value`` as an absolute http(s) address, resolved against ``base``; empty where it is none."""
    text = (
        re.sub(r"[\x00-\x20\x7f]", lambda m: "%20" if m[0] == " " else "", value.strip())
        if isinstance(value, str)
        else ""
    )
    if not text or len(text) > _LONGEST_URL:
        return ""
    try:
        # Joining takes four times as long as looking whether there is anything to join.
        whole = text[:8].lower().startswith(("http://", "https://")) and text[-1] not in "?#;"
        url = text if whole else urljoin(base, text)
        parts = urlsplit(url)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return url if usable else ""


class Enclosure:
    """The media file of an episode: address, type as declared, size in bytes where stated."""

    __slots__ = ("bytes", "type", "url")

    def __init__(self, url: str = "", kind: str = "", size: int | None = None) -> None:
        self.url, self.type, self.bytes = url, kind, size


def enclosure(base: str, candidates: Iterable[Mapping[str, Any]]) -> Enclosure:
    """The first audio by type, then by extension, then video by type, then by extension; else an empty one."""
    ranked: list[tuple[int, Enclosure]] = []
    for found in candidates:
        url = absolute(base, found.get("href") or found.get("url"))
        if not url:
            continue
        kind = plain(str(found.get("type") or "")).lower()
        rank = _rank(kind, posixpath.splitext(urlsplit(url).path)[1].lower(), str(found.get("medium") or ""))
        if rank is None:
            continue
        size = str(found.get("length") or found.get("filesize") or "").strip()
        number = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
        ranked.append((rank, Enclosure(url, kind, number or None)))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else Enclosure()


def _rank(kind: str, suffix: str, medium: str) -> int | None:
    major = kind.partition("/")[0]
    tests = (
        major == "audio",
        major not in {"video", "image", "text"} and (suffix in _AUDIO or medium == "audio"),
        major == "video",
        major not in {"image", "text"} and (suffix in _VIDEO or medium == "video"),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


def sorted_transcripts(base: str, links: Iterable[TranscriptLink]) -> tuple[TranscriptLink, ...]:
    """Distinct transcripts with absolute addresses, best format first."""
    kept: dict[tuple[str, str], TranscriptLink] = {}
    for link in links:
        url = absolute(base, link.url)
        if url:
            whole = TranscriptLink(url=url, type=link.type, language=link.language, rel=link.rel)
            kept.setdefault((url, link.type), whole)
    return tuple(sorted(kept.values(), key=lambda link: place_of(format_of(link))))
