"""What an audio file says of itself: title, date, album, artist, length (ID3, MP4, Vorbis, RIFF)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from earmark.clean import plain
from ingest.dates.inside import day_inside

__all__ = ["AudioTags", "read_tags"]

_DATES = ("date", "tdrl", "tdrc", "originaldate", "creation_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTags:
    """Cleaned tags; a field is empty, or ``None``, where the file does not say. ``duration_s`` is in seconds."""

    title: str = ""
    album: str = ""
    artist: str = ""
    comment: str = ""
    language: str = ""
    published: datetime | None = None
    duration_s: float | None = None


def read_tags(path: Path) -> AudioTags:
    """The tags of a file; empty if it cannot be read as audio: transcribing it will say why."""
    try:
        import av
    except ImportError:  # speech recognition is not installed
        return AudioTags()
    try:
        with av.open(str(path), mode="r", metadata_errors="ignore") as container:
            metadata = {key.lower(): value for key, value in container.metadata.items()}
            for stream in container.streams.audio[:1]:  # Ogg keeps its tags with the stream
                metadata = {key.lower(): value for key, value in stream.metadata.items()} | metadata
            length = container.duration / 1_000_000 if container.duration else None
    except (av.error.FFmpegError, OSError, ValueError):
        return AudioTags()

    def tag(*names: str) -> str:
        return next((text for name in names if (text := plain(str(metadata.get(name) or ""))[:1_000])), "")

    return AudioTags(
        title=tag("title"),
        album=tag("album", "show"),
        artist=tag("album_artist", "artist", "author"),
        comment=tag("description", "synopsis", "comment"),
        language=tag("language")[:2].lower() if re.match(r"[A-Za-z]{2}(?:-|$)", tag("language")) else "",
        published=day.day if (day := day_inside(tag(*_DATES))) else None,
        duration_s=length if length and length > 0 else None,
    )
