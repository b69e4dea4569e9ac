"""HTML: ``<cite>``, ``<time>`` and ``<p>`` as the podcast namespace has them; any other page as its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from html.parser import HTMLParser

from earmark.language.plaintext import html_to_text
from earmark.types import Segment
from ingest.transcripts.captions import line_of
from ingest.transcripts.content import Content
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import label_of
from ingest.transcripts.text import read_text
from ingest.transcripts.turns import SpeakerTurns, TranscriptLine

__all__ = ["looks_like_html", "read_html"]

_BLOCKS = frozenset("p div li blockquote section article dd dt tr h1 h2 h3 h4 h5 h6 pre".split())
_SILENT = frozenset("head script style nav header footer aside form button noscript template svg".split())
_ELEMENT = re.compile(
    r"<(?:!doctype html|html|head|body|p|div|cite|time|br|span|h[1-6]|article|section)\b[^<>]*>", re.IGNORECASE
)
_ASIDES = re.compile(r"<(nav|header|footer|aside|form|button)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<(h[1-6])\b[^<>]*>(.{1,200}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_MARKED = re.compile(r"<(?:cite|time)\b", re.IGNORECASE)


def looks_like_html(start: str) -> bool:
    """Whether a file that begins so is a page, or part of one."""
    elements = len(_ELEMENT.findall(start))
    return elements >= (1 if start.startswith("<") else 3)


def read_html(text: str, persons: Sequence[str] = ()) -> Content:
    """One segment a paragraph, with speaker and start where given, in the order of the page."""
    if not _MARKED.search(text):
        page = _HEADING.sub(
            lambda match: f"<p># {' '.join(_TAG.sub('', match[2]).split())}</p>", _ASIDES.sub(" ", text)
        )
        return read_text(html_to_text(page, limit=len(page)), persons)
    reader = _PageParser()
    reader.feed(text.replace("<![", "&lt;!["))  # html.parser answers some of these with an AssertionError
    reader.close()
    reader.end_block()
    return Content(segments=_by_turns(reader.segments, reader.cited, persons), headings=tuple(reader.headings))


def _by_turns(segments: Sequence[Segment], cited: Collection[int], persons: Sequence[str]) -> list[Segment]:
    """The segments with full names; a label that is written into a paragraph ends the turn of whoever was cited."""
    lines = [
        TranscriptLine(whole=s.text, rest=s.text, label=s.speaker or "", sure=True)
        if place in cited
        else line_of(s.text)
        for place, s in enumerate(segments)
    ]
    turns = SpeakerTurns(lines, persons)
    result: list[Segment] = []
    speaker: str | None = None
    for place, (segment, line) in enumerate(zip(segments, lines, strict=True)):
        turn = turns.turn(line)
        if turn is not None or place in cited:
            speaker = turn.speaker if turn is not None else segment.speaker
        result.append(replace(segment, speaker=speaker, text=turn.text if turn is not None else segment.text))
    return result


class _PageParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.segments: list[Segment] = []
        self.cited: set[int] = set()
        self.headings: list[tuple[int, str]] = []
        self._heading = False
        self._gathering = ""  # cite, time, or empty for speech
        self._pieces: list[str] = []
        self._label: list[str] = []
        self._speaker: str | None = None
        self._start: float | None = None
        self._begun = False  # nothing before the first cite or time is speech
        self._new = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in {"cite", "time"}:
            self.end_block()
            self._begun, self._gathering, self._label = True, tag, []
            if tag == "time" and (value := seconds(dict(attrs).get("datetime") or "")) is not None:
                self._start = value
        elif tag in _BLOCKS:
            self.end_block()
            self._heading = tag in _HEADINGS
        elif tag == "br":
            self._pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == self._gathering:
            self._end_label()
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            (self._label if self._gathering else self._pieces).append(data)

    def end_block(self) -> None:
        """Makes a segment of the text gathered, if there is any."""
        self._end_label()
        text = "".join(self._pieces).strip()
        self._pieces = []
        if self._heading:
            self._heading = False
            if any(map(str.isalnum, text)):
                self.headings.append((len(self.segments), text))
            return
        if self._begun and any(map(str.isalnum, text)):  # a paragraph of nothing does not use up the time
            if self._new:
                self.cited.add(len(self.segments))
                self._new = False
            self.segments.append(Segment(text=text, start_s=self._start, speaker=self._speaker))
            self._start = None

    def _end_label(self) -> None:
        text = "".join(self._label).strip()
        if self._gathering == "cite":
            self._speaker, self._new = label_of(text) or None, True
        elif self._gathering == "time" and (value := seconds(text.strip("[]() "))) is not None:
            self._start = value
        self._gathering, self._label = "", []
