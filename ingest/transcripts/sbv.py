"""SubViewer as YouTube writes it: two times with a comma between them over each cue."""

from __future__ import annotations

import re

from earmark.types import Segment
from ingest.transcripts.srt import read_srt

__all__ = ["looks_like_sbv", "read_sbv"]

_TIMES = re.compile(r"^[^\S\n]*(\d+:\d\d:\d\d\.\d{1,3}),(\d+:\d\d:\d\d\.\d{1,3})[^\S\n]*$", re.MULTILINE)


def looks_like_sbv(start: str) -> bool:
    """Whether a file that begins so has such times."""
    return _TIMES.match(start) is not None


def read_sbv(text: str) -> list[Segment]:
    """The cues in the order of the file; empty if there are none."""
    return read_srt(_TIMES.sub(r"\1 --> \2", text.replace("\r\n", "\n").replace("\r", "\n")))
