"""The values of a feed's fields, however they are written: durations, dates, addresses, audio, transcripts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from earmark.clean import plain
from earmark.types import TranscriptLink
from ingest.feeds.durations import duration_s
from ingest.transcripts.formats import format_of, place_of

__all__ = [
    "Enclosure",
    "absolute",
    "enclosure",
    "is_video",
    "play_time_s",
    "sorted_transcripts",
]

_LONGEST_URL = 8_192
"""Characters of an address; what is longer no server takes."""

_AUDIO = {".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m4b", ".wma", ".mka", ".mpga", ".mpeg3"}
_NEITHER = {
    *(
        ".pdf",
        ".epub",
        ".zip",
        ".torrent",
        ".bittorrent",
        ".json",
        ".xml",
        ".html",
        ".htm",
        ".txt",
        ".vtt",
        ".srt",
        ".md",
    ),
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".doc", ".docx", ".exe", ".xhtml+xml", ".rss+xml", ".atom+xml"),
}
"""What an enclosure of no use is called, by extension or type: books, pictures, pages, archives."""
_LAST_THAT_SAYS = 3
_VIDEO = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"}


def play_time_s(text: str) -> float | None:
    """The start of a chapter in seconds: ``1:02:03.5``, ``2:03``, ``123.5``; ``None`` for what is none."""
    value = text.strip()[:40]
    zero = re.fullmatch(r"0+(?::0+){0,2}(?:[.,]0*)?", value) is not None
    return 0.0 if zero else duration_s(value)


def absolute(base: str, value: object) -> str:
    """``value`` as an absolute http(s) address, resolved against ``base``; empty if it is no address."""
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


def enclosure(
    base: str, candidates: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]] = ()
) -> Enclosure:
    """The first audio by type, then by its name, then video by type, then by its name, then what says nothing.

    Args:
        base: what addresses are resolved against.
        candidates: what the feed calls enclosures. Without a type it counts as audio; pages and pictures do not count.
        others: further media of the item, among which pictures are usual: only what says that it can be heard counts.

    Returns:
        The enclosure; empty if the item has none.
    """
    ranked: list[tuple[int, Enclosure]] = []
    for number, media in [*((0, media) for media in candidates), *((1, media) for media in others)]:
        url = absolute(base, media.get("href") or media.get("url"))
        if not url:
            continue
        kind = plain(str(media.get("type") or "")).lower()
        rank = _rank(kind, _names(url), str(media.get("medium") or ""))
        if rank is None or (number and rank > _LAST_THAT_SAYS):
            continue
        size = str(media.get("length") or media.get("filesize") or "").strip()
        stated = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
        ranked.append((rank, Enclosure(url, kind, stated or None)))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else Enclosure()


def is_video(media: Enclosure) -> bool:
    """Whether it says that it is a film."""
    return _rank(media.type, _names(media.url), "") in {2, 3}


def _names(url: str) -> set[str]:
    """The extensions in an address: of its path, and of the values of its query (``get.php?file=ep1.mp3``)."""
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    return {posixpath.splitext(name)[1].lower() for name in (parts.path, *values)} - {""}


def _rank(kind: str, suffixes: set[str], medium: str) -> int | None:
    major, _, minor = kind.partition(";")[0].strip().rpartition("/")
    named = {f".{minor.removeprefix('x-')}"} | suffixes
    if major in {"image", "text", "font"} or medium in {"image", "document"}:
        return None
    tests = (
        major == "audio" or kind == "audio",
        major != "video" and bool(named & _AUDIO or medium == "audio"),
        major == "video" or kind == "video",
        bool(named & _VIDEO) or medium == "video",
        not named & _NEITHER,
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
