"""WebVTT. The only module that knows ``webvtt``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from earmark.types import Segment
from ingest.transcripts.captions import ARROW
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import label_of

__all__ = ["read_vtt"]

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z0-9][^<>]*>", re.IGNORECASE)


def read_vtt(text: str) -> list[Segment]:
    """The cues in the order of the file; a cue with several ``<v>`` voices gives one segment each; empty if none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n ")
    # Commas in timing lines and a missing header make the library skip everything without a word.
    lines = ARROW.sub(lambda m: f"{m[1].replace(',', '.')} --> {m[2].replace(',', '.')}", lines)
    if not lines.startswith("WEBVTT"):
        lines = "WEBVTT\n\n" + lines
    try:
        captions = webvtt.from_string(lines).captions
        return [segment for caption in captions for segment in _voices(caption)]
    except (MalformedFileError, MalformedCaptionError, ValueError):
        return []


def _voices(caption: webvtt.Caption) -> Iterator[Segment]:
    start, end = seconds(caption.start), seconds(caption.end)
    raw = "\n".join(caption.lines)
    position, speaker = 0, None
    for match in _VOICE.finditer(raw):
        yield Segment(text=_MARKUP.sub("", raw[position : match.start()]), start_s=start, end_s=end, speaker=speaker)
        position, speaker = match.end(), label_of(_MARKUP.sub("", match[1])) or None
    yield Segment(text=_MARKUP.sub("", raw[position:]), start_s=start, end_s=end, speaker=speaker)
