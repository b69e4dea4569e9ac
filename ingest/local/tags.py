"""What an audio file says of itself: title, date, album, artist, length (ID3, MP4, Vorbis, RIFF)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earmark.clean import plain

__all__ = ["AudioTags", "moment_of", "read_tags"]

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_. ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


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
    """The tags of a file; none of one that cannot be read as audio: transcribing it will say why."""
    try:
        import av
    except ImportError:  # speech recognition is not installed
        return AudioTags()
    try:
        with av.open(str(path), mode="r", metadata_errors="ignore") as container:
            found = {key.lower(): value for key, value in container.metadata.items()}
            for stream in container.streams.audio[:1]:  # Ogg keeps its tags with the stream
                found = {key.lower(): value for key, value in stream.metadata.items()} | found
            length = container.duration / 1_000_000 if container.duration else None
    except (av.error.FFmpegError, OSError, ValueError):
        return AudioTags()

    def tag(*names: str) -> str:
        return next((text for name in names if (text := plain(str(found.get(name) or ""))[:1_000])), "")

    return AudioTags(
        title=tag("title"),
        album=tag("album", "show"),
        artist=tag("album_artist", "artist", "author"),
        comment=tag("description", "synopsis", "comment"),
        language=tag("language")[:2].lower() if re.match(r"[A-Za-z]{2}(?:-|$)", tag("language")) else "",
        published=moment_of(tag("date", "tdrl", "tdrc", "originaldate", "creation_time")),
        duration_s=length if length and length > 0 else None,
    )


def moment_of(text: str) -> datetime | None:
    """The day that a tag or a file's name gives, at midnight UTC; ``None`` where it gives none, or but a year."""
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return datetime(int(found[1]), int(found[3]), int(found[4]), tzinfo=UTC)
    except ValueError:
        return None
