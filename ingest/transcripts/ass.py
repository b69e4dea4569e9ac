"""Advanced SubStation Alpha (and SSA): the lines of dialogue, with the names beside them."""

from __future__ import annotations

import re

from earmark.types import Segment
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import label_of

__all__ = ["looks_like_ass", "read_ass"]

_HEAD = re.compile(r"\[(?:script info|v4\+? styles|events)\]", re.IGNORECASE)
_COLUMNS = "layer start end style name marginl marginr marginv effect text".split()
_MARKUP = re.compile(r"\{[^{}]*\}")
_BREAK = re.compile(r"\\[Nnh]")


def looks_like_ass(start: str) -> bool:
    """Whether a file that begins so is a subtitle script."""
    return _HEAD.match(start) is not None


def read_ass(text: str) -> list[Segment]:
    """The lines of dialogue in the order of the file; empty if there are none."""
    columns = _COLUMNS
    segments: list[Segment] = []
    inside = False
    for line in text.splitlines():
        kind, _, rest = line.strip().partition(":")
        if kind.startswith("["):
            inside = kind.lower() == "[events]"
        elif inside and kind.lower() == "format":
            columns = [name.strip().lower() for name in rest.split(",")]
        elif inside and kind.lower() == "dialogue":
            row = dict(zip(columns, rest.split(",", len(columns) - 1), strict=False))
            said = _BREAK.sub(" ", _MARKUP.sub("", row.get("text", "")))
            speaker = label_of(row.get("name") or row.get("actor") or "") or None
            start, end = seconds(row.get("start", "")), seconds(row.get("end", ""))
            segments.append(Segment(text=said, start_s=start, end_s=end, speaker=speaker))
    return segments
