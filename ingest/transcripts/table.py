"""Tables with a row for each thing said (``start``, ``end``, ``text``, perhaps ``speaker``), as Whisper and others write."""

from __future__ import annotations

import csv
from io import StringIO

from earmark.types import Segment
from ingest.transcripts.json_entry import entry_of, in_seconds

__all__ = ["looks_like_table", "read_table"]

_STARTS = frozenset("start begin from offset start_time starttime start_ms startms timestamp time".split())
_TEXTS = frozenset("text body content transcript utterance sentence".split())
_SPELLED = {
    "starttime": "start_time",
    "endtime": "end_time",
    "startms": "start_ms",
    "endms": "end_ms",
    "timestamp": "start",
}
_LONGEST = 1_000_000
"""Characters of one row's text."""


def looks_like_table(start: str) -> bool:
    """Whether a file that begins so has columns for a time and for words."""
    head = _header(start)
    return bool(_STARTS & set(head) and _TEXTS & set(head))


def read_table(text: str) -> list[Segment]:
    """A segment for each row; empty if there are none."""
    head, _, rest = text.lstrip("\ufeff \t\r\n").partition("\n")
    names, delimiter = _header(head), _delimiter(head)
    csv.field_size_limit(_LONGEST)
    # Whisper's tables, with tabs, quote nothing: a quotation mark is part of the words.
    lines, tabs = StringIO(rest, newline=""), delimiter == "\t"
    reader = csv.reader(lines, "excel-tab", quoting=csv.QUOTE_NONE) if tabs else csv.reader(lines, delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error:
        return []
    named = (dict(zip(names, row, strict=False)) for row in rows)
    entries = [entry for row in named if (entry := entry_of({key: value for key, value in row.items() if value}))]
    return [entry.segment({}) for entry in in_seconds(entries)]


def _header(start: str) -> list[str]:
    line = start.split("\n", 1)[0][:1_000]
    names = [name.strip().strip('"').lower().replace(" ", "_") for name in line.split(_delimiter(line))]
    return [_SPELLED.get(name, name) for name in names]


def _delimiter(line: str) -> str:
    return max("\t,;", key=line.count)
