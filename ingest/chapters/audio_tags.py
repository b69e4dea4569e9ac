"""Chapters inside an audio file: ID3 ``CHAP``, MP4 chapter tracks and Nero atoms, Vorbis ``CHAPTERxxx``.

FFmpeg reads all of them, as players do; nothing is decoded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from earmark.errors import AudioError
from earmark.types import Chapter
from ingest.chapters.values import title_of

__all__ = ["read_tags", "sample_text"]

_LINK = b"href"
"""The box behind the words of a text sample by which players know that they are the label of a link, and no title."""


def read_tags(audio: Path) -> tuple[Chapter, ...]:
    """The chapters of a file in their order; empty if it has none.

    Raises:
        AudioError: it cannot be opened as audio.
    """
    import av

    try:
        with av.open(str(audio), mode="r", metadata_errors="ignore") as container:
            chapters = [
                Chapter(
                    start_s=float(mark["start"] * mark["time_base"]),
                    end_s=float(mark["end"] * mark["time_base"]),
                    title=title_of(mark["metadata"].get("title")),
                    source="audio",
                )
                for mark in container.chapters()
                if mark["time_base"] is not None
            ]
            several = "mp4" in container.format.name and len(container.streams.data) > 1
        titles = _titles(audio) if chapters and several else []
    except (av.error.FFmpegError, OSError) as error:
        raise AudioError("its chapters cannot be read", subject=audio.name) from error
    if len(titles) == len(chapters):
        chapters = [replace(chapter, title=title) for chapter, title in zip(chapters, titles, strict=True)]
    return tuple(chapters)


def sample_text(sample: bytes) -> str | None:
    """The words of a sample of an MP4 text track; ``None`` if the sample labels a link, or has no words."""
    length = int.from_bytes(sample[:2], "big")
    words, boxes = sample[2 : 2 + length], sample[2 + length :]
    if len(sample) < 2 + length or boxes[4:8] == _LINK:
        return None
    wide = words[:2] in {b"\xfe\xff", b"\xff\xfe"}
    return words.decode("utf-16" if wide else "utf-8", errors="replace")


def _titles(audio: Path) -> list[str]:
    """The titles of the first text track that is not one of links.

    An MP4 file may have chapters in two tracks, one with titles and one with links. Players show the first; FFmpeg gives
    the texts of the last.
    """
    import av

    tracks: dict[int, list[str | None]] = defaultdict(list)
    with av.open(str(audio), mode="r", metadata_errors="ignore", options={"ignore_chapters": "1"}) as container:
        texts: list[Any] = list(container.streams.subtitles)
        for packet in container.demux(texts) if len(texts) > 1 else ():
            if packet.size:
                tracks[packet.stream.index].append(sample_text(bytes(packet)))
    plain = (track for _, track in sorted(tracks.items()) if None not in track)
    return [title_of(text) for text in next(plain, [])]
