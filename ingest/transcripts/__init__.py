"""Publisher transcripts, whatever their format: ``parse_transcript`` is the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from earmark.errors import TranscriptError
from earmark.language.plaintext import decode
from earmark.net import redact
from earmark.types import Segment, Transcript, TranscriptLink
from ingest.feeds.values import transcript_format
from ingest.transcripts.captions import ARROW, with_speakers
from ingest.transcripts.finish import finished
from ingest.transcripts.html import read_html
from ingest.transcripts.podcast_json import read_json
from ingest.transcripts.srt import read_srt
from ingest.transcripts.text import read_text
from ingest.transcripts.vtt import read_vtt

__all__ = ["parse_transcript"]

MOSTLY = 0.9
"""A cue reader that finds less than this share of the timing lines is second-guessed by the other one."""
FEWEST_WORDS = 20
"""A page without ``<cite>`` or ``<time>`` and with fewer words than this is an error page, not a transcript."""

_ELEMENT = re.compile(
    r"<(?:!doctype html|html|head|body|p|div|cite|time|br|span|h[1-6]|article|section)\b[^<>]*>", re.IGNORECASE
)
_LOOK = 20_000


def parse_transcript(body: bytes, *, content_type: str = "", url: str = "", persons: Sequence[str] = ()) -> Transcript:
    """The transcript in ``body``; its format is told by what it looks like, then by type, then by extension.

    Args:
        body: the file as served.
        content_type: the type the feed or the server gives, with or without a charset.
        url: where it came from.
        persons: names that the feed gives, which help to tell speakers in plain text and captions.

    Returns:
        Segments cleaned and in order; ``source`` is ``vtt``, ``srt``, ``json``, ``html`` or ``text``.

    Raises:
        TranscriptError: it is empty, or nothing can be read in it.
    """
    subject = redact(url)
    text = decode(body, content_type=content_type).replace("\x00", "")
    if not text.strip():
        raise TranscriptError("the file is empty", subject=subject)
    declared = transcript_format(TranscriptLink(url=url, type=content_type.lower()))
    kind = _looks_like(text) or declared or "text"
    source, segments = _read(kind, text, persons)
    found = finished(segments)
    if not found or _is_error_page(source, text, found):
        message = f"no cues could be read in it as {source}"
        raise TranscriptError(message, subject=subject)
    return Transcript(segments=found, source=source, source_url=url)


def _looks_like(text: str) -> str:
    """The format that the text itself leaves little doubt about; empty for what may be anything."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("WEBVTT"):
        return "vtt"
    if start[:1] in "{[" and re.match(r"[{\[]\s*[\"{\[\]}]", start):
        return "json"
    if ARROW.search(start[:_LOOK]):
        return "vtt" if re.search(r"<v[ .]", start[:_LOOK]) else "srt"
    if start.startswith("<") or len(_ELEMENT.findall(start[:_LOOK])) >= 3:
        return "html" if _ELEMENT.search(start[:_LOOK]) else ""
    return ""


def _read(kind: str, text: str, persons: Sequence[str]) -> tuple[str, list[Segment]]:
    if kind in {"vtt", "srt"}:
        return _read_cues(kind, text, persons)
    if kind == "json":
        return kind, with_speakers(read_json(text), persons)
    if kind == "html":
        return kind, read_html(text, persons)
    return kind, read_text(text, persons)


def _read_cues(kind: str, text: str, persons: Sequence[str]) -> tuple[str, list[Segment]]:
    readers: dict[str, Callable[[str], list[Segment]]] = {"vtt": read_vtt, "srt": read_srt}
    cues = readers[kind](text)
    if len(cues) < MOSTLY * len(ARROW.findall(text)) or not cues:
        other = "srt" if kind == "vtt" else "vtt"
        others = readers[other](text)
        if len(others) > len(cues):
            kind, cues = other, others
    return kind, with_speakers(cues, persons)


def _is_error_page(source: str, text: str, segments: Sequence[Segment]) -> bool:
    if source != "html" or re.search(r"<(?:cite|time)\b", text, re.IGNORECASE):
        return False
    return sum(len(segment.text.split()) for segment in segments) < FEWEST_WORDS
