"""Chapters inside an audio file: ID3 ``CHAP``, MP4 chapter tracks and Nero atoms, Vorbis ``CHAPTERxxx``.

FFmpeg reads all of them, as players do; nothing is decoded.
"""

from __future__ import annotations

from pathlib import Path

from earmark.errors import AudioError
from earmark.types import Chapter
from ingest.chapters.values import title_of

__all__ = ["read_tags"]


def read_tags(audio: Path) -> tuple[Chapter, ...]:
    """The chapters of a file in their order; empty where it has none.

    Raises:
        AudioError: it cannot be opened as audio.
    """
    import av

    try:
        with av.open(str(audio), mode="r", metadata_errors="ignore") as container:
            return tuple(
                Chapter(
                    start_s=float(mark["start"] * mark["time_base"]),
                    end_s=float(mark["end"] * mark["time_base"]),
                    title=title_of(mark["metadata"].get("title")),
                    source="audio",
                )
                for mark in container.chapters()
                if mark["time_base"] is not None
            )
    except (av.error.FFmpegError, OSError) as error:
        raise AudioError("its chapters cannot be read", subject=audio.name) from error
