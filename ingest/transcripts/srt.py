"""SubRip."""

from __future__ import annotations

import re

from earmark.types import Segment
from ingest.transcripts.cues import ARROW, read_cues

__all__ = ["looks_like_srt", "read_srt"]

_MARKUP = re.compile(r"</?(?:b|i|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)


def looks_like_srt(start: str) -> bool:
    """Whether a file that begins so has timing lines."""
    return ARROW.search(start) is not None


def read_srt(text: str) -> list[Segment]:
    """The cues in the order of the file; empty if there are none."""
    return [
        Segment(text=_MARKUP.sub("", "\n".join(cue.lines)), start_s=cue.start_s, end_s=cue.end_s)
        for cue in read_cues(text)
    ]
