"""The formats that publishers' transcripts come in: one table, best first.

A new format is a module that reads it and a row here; what a feed links to, what a server sends and what lies in a folder
is told by this table alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from earmark.types import Segment, TranscriptLink
from ingest.transcripts.ass import looks_like_ass, read_ass
from ingest.transcripts.captions import with_speakers
from ingest.transcripts.content import Content
from ingest.transcripts.html import looks_like_html, read_html
from ingest.transcripts.json import looks_like_json, read_json
from ingest.transcripts.sbv import looks_like_sbv, read_sbv
from ingest.transcripts.srt import looks_like_srt, read_srt
from ingest.transcripts.table import looks_like_table, read_table
from ingest.transcripts.text import read_text
from ingest.transcripts.vtt import looks_like_vtt, read_vtt
from ingest.transcripts.xml import looks_like_xml, read_xml

__all__ = ["FORMATS", "Format", "format_of", "named", "place_of", "sniffed", "type_of"]

_LOOK = 20_000
"""Characters of a file by which its format is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of transcripts.

    ``types`` are its media types, that of a file on this disk first; ``marks`` are parts by which other media types in use
    are told. ``suffixes`` come with their dot. ``looks`` tells from the beginning of a file whether it is in this format;
    ``None`` if that leaves doubt. ``read`` takes the text and the names that the feed gives.
    """

    name: str
    types: tuple[str, ...]
    marks: tuple[str, ...] = ()
    suffixes: tuple[str, ...]
    looks: Callable[[str], bool] | None
    read: Callable[[str, Sequence[str]], Content]


def _cues(read: Callable[[str], list[Segment]]) -> Callable[[str, Sequence[str]], Content]:
    """A reader of files where speakers may be written into the words of cues."""
    return lambda text, persons: Content(segments=with_speakers(read(text), persons))


FORMATS: tuple[Format, ...] = (
    Format(
        name="vtt",
        types=("text/vtt",),
        marks=("vtt",),
        suffixes=(".vtt",),
        looks=looks_like_vtt,
        read=_cues(read_vtt),
    ),
    Format(
        name="json",
        types=("application/json",),
        marks=("json",),
        suffixes=(".json",),
        looks=looks_like_json,
        read=_cues(read_json),
    ),
    Format(
        name="xml",
        types=("application/ttml+xml", "application/xml", "text/xml", "application/x-podlove-transcript+xml"),
        marks=("ttml", "dfxp", "ttaf"),
        suffixes=(".ttml", ".dfxp", ".srv1", ".srv3"),
        looks=looks_like_xml,
        read=_cues(read_xml),
    ),
    Format(
        name="srt",
        types=("application/x-subrip",),
        marks=("subrip", "srt"),
        suffixes=(".srt",),
        looks=looks_like_srt,
        read=_cues(read_srt),
    ),
    Format(
        name="ass",
        types=("text/x-ssa", "text/x-ass"),
        suffixes=(".ass", ".ssa"),
        looks=looks_like_ass,
        read=_cues(read_ass),
    ),
    Format(
        name="sbv",
        types=("text/x-sbv",),
        suffixes=(".sbv",),
        looks=looks_like_sbv,
        read=_cues(read_sbv),
    ),
    Format(
        name="table",
        types=("text/tab-separated-values", "text/csv"),
        marks=("tsv", "csv"),
        suffixes=(".tsv",),
        looks=looks_like_table,
        read=_cues(read_table),
    ),
    Format(
        name="html",
        types=("text/html",),
        marks=("html",),
        suffixes=(".html", ".htm"),
        looks=looks_like_html,
        read=read_html,
    ),
    Format(
        name="text",
        types=("text/plain",),
        marks=("plain", "txt", "text/markdown"),
        suffixes=(".txt",),
        looks=None,
        read=read_text,
    ),
)
"""Best first: VTT, JSON and XML carry speakers and times, SRT and its like times, HTML speakers, text neither."""


def named(name: str) -> Format | None:
    """The format of that name."""
    return next((row for row in FORMATS if row.name == name), None)


def format_of(link: TranscriptLink) -> str:
    """The name of a link's format, by its type, else by its address's extension; empty if neither tells."""
    kind = link.type.partition(";")[0].strip()
    for row in FORMATS:
        if kind in row.types or any(mark in kind for mark in row.marks):
            return row.name
    suffix = PurePosixPath(urlsplit(link.url).path).suffix.lower()
    return next((row.name for row in FORMATS if suffix in row.suffixes), "")


def place_of(name: str) -> int:
    """How far down the table a format is; a format that is not in it comes after all others."""
    return next((place for place, row in enumerate(FORMATS) if row.name == name), len(FORMATS))


def type_of(suffix: str) -> str:
    """The media type of files with that extension (``.vtt``); empty if they are no transcripts."""
    return next((row.types[0] for row in FORMATS if suffix.lower() in row.suffixes), "")


def sniffed(text: str) -> str:
    """The name of the format that a text leaves little doubt about; empty for what may be anything."""
    start = text.lstrip("\ufeff \t\r\n")[:_LOOK]
    return next((row.name for row in FORMATS if row.looks is not None and row.looks(start)), "")
