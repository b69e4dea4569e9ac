"""WebVTT."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from earmark.types import Segment
from ingest.transcripts.cues import ARROW, CaptionCue, read_cues
from ingest.transcripts.names import label_of

__all__ = ["looks_like_vtt", "read_vtt"]

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z0-9][^<>]*>", re.IGNORECASE)


def looks_like_vtt(start: str) -> bool:
    """Whether a file that begins so is WebVTT: by its first word, or by cues with voices."""
    return start.startswith("WEBVTT") or bool(ARROW.search(start) and re.search(r"<v[ .]", start))


def read_vtt(text: str) -> list[Segment]:
    """The cues in the order of the file; a cue with several ``<v>`` voices gives one segment each; empty if none."""
    return [segment for cue in read_cues(text, blocks=True) for segment in _voices(cue)]


def _voices(cue: CaptionCue) -> Iterator[Segment]:
    raw = "\n".join(cue.lines)
    position, speaker = 0, None
    for match in _VOICE.finditer(raw):
        yield _segment(cue, raw[position : match.start()], speaker)
        position, speaker = match.end(), label_of(unescape(_MARKUP.sub("", match[1]))) or None
    yield _segment(cue, raw[position:], speaker)


def _segment(cue: CaptionCue, raw: str, speaker: str | None) -> Segment:
    return Segment(text=_MARKUP.sub("", raw), start_s=cue.start_s, end_s=cue.end_s, speaker=speaker)
