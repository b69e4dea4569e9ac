"""Captions in XML: TTML, what YouTube serves, and Podlove's export. Elements with a time in them are what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from earmark.types import Segment
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import label_of

__all__ = ["looks_like_xml", "read_xml"]

_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>]*>)*<([\w.-]+:)?([\w.-]+)", re.DOTALL)
_PAGES = frozenset(
    "html head body p div cite time br span h1 h2 h3 h4 h5 h6 article section main ul ol li table pre a b i em strong "
    "blockquote figure header footer nav title meta link script style v c".split()
)
"""Elements that a page, or a part of one, begins with."""
_ROOTS = frozenset("tt transcript transcripts timedtext".split())
_HTML = re.compile(r"<html\b|<!doctype html", re.IGNORECASE)
_HTML_PART = re.compile(r"<(?:p|div|br|span|b|i)\b", re.IGNORECASE)
_TIMED = re.compile(r"<[\w:.-]+ [^<>]{0,200}\b(?:begin|start|start_ms|t)=[\"']\d")
_CLOSING = re.compile(r"</[\w:.-]+>")
_SEVERAL = 3
"""Closing tags from which a file of unknown elements is XML, and not talk with names in angle brackets."""
_FRAMES = frozenset("tt head body div metadata styling layout region style".split())
"""Elements of TTML around what is said; a time on one bounds all in it."""
_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|m|s|ms)", re.ASCII)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_FRAME = re.compile(r"(\d+:\d+:\d+):\d+", re.ASCII)


def looks_like_xml(start: str) -> bool:
    """Whether a file that begins so is XML and no page."""
    if start.startswith("<?xml"):
        return not _HTML.search(start)
    match = _ROOT.match(start)
    if match is None or match[2].lower() in _PAGES:
        return False
    several = len(_CLOSING.findall(start)) >= _SEVERAL and not _HTML_PART.search(start)
    return match[2].lower() in _ROOTS or _TIMED.search(start) is not None or several


def read_xml(text: str) -> list[Segment]:
    """What the elements with times say, in the order of the file; empty if there are none (another kind of XML)."""
    reader = _TimedXmlParser()
    reader.feed(text.replace("<![CDATA[", "").replace("]]>", "").replace("<![", "&lt;!["))
    reader.close()
    return reader.segments


class _TimedXmlParser(HTMLParser):
    """Reads XML of any quality; entities that a file declares stay as they are, so none can grow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.segments: list[Segment] = []
        self._agents: dict[str, str] = {}
        self._agent = ""  # whose name is being read
        self._open = ""  # the element with a time that is being read
        self._depth = 0
        self._pieces: list[str] = []
        self._times: tuple[float | None, float | None] = (None, None)
        self._speaker = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        values = {key.rpartition(":")[2]: value or "" for key, value in attrs}
        if name == "agent":
            self._agent = values.get("id", "")
        elif self._open:
            self._depth += name == self._open
            self._pieces.append(" " if name == "br" else "")
            self._speaker = self._speaker or _speaker(values)
        elif name not in _FRAMES and (times := _times(values)) is not None:
            self._open, self._depth, self._pieces, self._times = name, 1, [], times
            self._speaker = _speaker(values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open and tag.rpartition(":")[2] == "br":
            self._pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "agent":
            self._agent = ""
        elif name == self._open:
            self._depth -= 1
            if not self._depth:
                self._end()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._pieces.append(data)
        elif self._agent and data.strip():
            self._agents[self._agent] = f"{self._agents.get(self._agent, '')} {data}".strip()

    def _end(self) -> None:
        start, end = self._times
        speaker = label_of(self._agents.get(self._speaker, self._speaker)) or None
        self.segments.append(Segment(text="".join(self._pieces), start_s=start, end_s=end, speaker=speaker))
        self._open = ""


def _speaker(values: Mapping[str, str]) -> str:
    given = next((values[name] for name in ("voice", "agent", "speaker") if values.get(name)), "")
    return f"Speaker {given}" if given.isdecimal() else given


def _times(values: Mapping[str, str]) -> tuple[float | None, float | None] | None:
    """Start and end of an element in seconds; ``None`` if it has no start."""
    for name, until, length in (("start_ms", "end_ms", "dur_ms"), ("t", "", "d")):
        if values.get(name, "").isdecimal():
            start = int(values[name][:12]) / 1000
            end, duration = values.get(until, ""), values.get(length, "")
            if end.isdecimal():
                return start, int(end[:12]) / 1000
            return start, start + int(duration[:12]) / 1000 if duration.isdecimal() else None
    for name in ("begin", "start"):
        begin = _second(values.get(name, ""))
        if begin is not None:
            duration_s = _second(values.get("dur", ""))
            return begin, begin + duration_s if duration_s is not None else _second(values.get("end", ""))
    return None


def _second(value: str) -> float | None:
    """A time of TTML: a clock, with frames left away, or a number with its unit."""
    text = value.strip()[:40]
    if match := _OFFSET.fullmatch(text):
        return seconds(float(match[1]) * _UNITS[match[2]])
    if match := _FRAME.fullmatch(text):
        text = match[1]
    return seconds(text)
