"""Publisher transcripts, whatever their format: ``parse_transcript`` is the way in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earmark.errors import TranscriptError
from earmark.language.plaintext import decode
from earmark.net import redact
from earmark.types import Segment, Transcript, TranscriptLink
from ingest.transcripts.content import chapters_of
from ingest.transcripts.finish import finished
from ingest.transcripts.formats import format_of, named, sniffed

__all__ = ["parse_transcript"]

FEWEST_WORDS = 20
"""A page without ``<cite>`` or ``<time>`` and with fewer words than this is an error page, not a transcript."""

_NO_TEXT = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word file or an archive",
    b"{\\rtf": "RTF",
    b"<SAMI": "SAMI",
    b"<sami": "SAMI",
}
"""How files begin that hold words nobody has read out of them here yet."""


def parse_transcript(body: bytes, *, content_type: str = "", url: str = "", persons: Sequence[str] = ()) -> Transcript:
    """The transcript in ``body``; its format is told by what it looks like, then by type, then by extension.

    Args:
        body: the file as served.
        content_type: the type the feed or the server gives, with or without a charset.
        url: where it came from.
        persons: names that the feed gives, which help to tell speakers in plain text and captions.

    Returns:
        Segments cleaned and in order; ``source`` is the name of a format in ``ingest.transcripts.formats``.

    Raises:
        TranscriptError: it is empty, or nothing can be read in it.
    """
    subject = redact(url)
    other = next((name for begin, name in _NO_TEXT.items() if body.lstrip().startswith(begin)), "")
    if other:
        raise TranscriptError(f"it is {other}, which is not read; VTT, SRT, JSON, HTML and text are", subject=subject)
    text = decode(body, content_type=content_type).replace("\x00", "")
    if not text.strip():
        raise TranscriptError("the file is empty", subject=subject)
    declared = format_of(TranscriptLink(url=url, type=content_type.lower()))
    row = named(sniffed(text) or declared or "text")
    if row is None:
        raise TranscriptError("its format is not known", subject=subject)
    content = row.read(text, persons)
    segments = finished(content.segments)
    if not segments or _is_error_page(row.name, text, segments):
        raise TranscriptError(f"no cues could be read in it as {row.name}", subject=subject)
    return Transcript(segments=segments, source=row.name, source_url=url, chapters=chapters_of(content, segments))


def _is_error_page(name: str, text: str, segments: Sequence[Segment]) -> bool:
    if name != "html" or re.search(r"<(?:cite|time)\b", text, re.IGNORECASE):
        return False
    return sum(len(segment.text.split()) for segment in segments) < FEWEST_WORDS
