"""SubRip. The only module that knows ``pysubs2``."""

from __future__ import annotations

import re

import pysubs2

from earmark.types import Segment
from ingest.transcripts.captions import ARROW

__all__ = ["read_srt"]

_MARKUP = re.compile(r"</?(?:b|i|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)


def read_srt(text: str) -> list[Segment]:
    """The cues in the order of the file; empty if there are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = ARROW.sub(lambda m: f"{_stamp(m[1])} --> {_stamp(m[2])}", lines)
    try:
        subtitles = pysubs2.SSAFile.from_string(lines, format_="srt", keep_html_tags=True, keep_unknown_html_tags=True)
    except (pysubs2.exceptions.Pysubs2Error, ValueError):
        return []
    return [
        Segment(
            text=_MARKUP.sub("", event.text.replace("\\N", "\n")).strip(),
            start_s=event.start / 1000,
            end_s=event.end / 1000,
        )
        for event in subtitles
    ]


def _stamp(value: str) -> str:
    """A time as the format wants it: ``h:mm:ss,mmm``."""
    whole, _, fraction = value.replace(",", ".").partition(".")
    parts = ["0", *whole.split(":")][-3:]
    hours, minutes, rest = (int(part[-4:]) for part in parts)
    return f"{hours:02}:{minutes:02}:{rest:02},{fraction[:3].ljust(3, '0')}"
