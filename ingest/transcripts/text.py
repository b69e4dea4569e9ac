"""Plain text: paragraphs, with speakers and times in the ways that people write them.

Steve Gibson: Text                    Casey Rodarmor – 00:03:18: Text         Jane Doe (00:01:02): Text
[00:01:02] Jane Doe: Text             Jane Doe  0:14                          0:14
                                      Text on the next line                   Text on the next line
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from earmark.types import Segment
from ingest.transcripts.content import Content
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import LABEL, accepted_labels, full_names, label_of

__all__ = ["read_text"]

_TIME = r"[\[(]?(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])]?"
_GAP = r"[ \t]*[-–—|,@]?[ \t]*"
_PATTERNS = (
    re.compile(rf"(?:\*\*)?{_TIME}{_GAP}(?P<label>{LABEL})(?:\*\*)?:(?:\*\*)?(?=\s|$)"),  # [0:14] Jane: text
    re.compile(rf"(?:\*\*)?(?P<label>{LABEL})(?:\*\*)?:?{_GAP}{_TIME}(?:\*\*)?:(?=\s|$)"),  # Jane (0:14): text
    re.compile(rf"(?:\*\*)?(?P<label>{LABEL})(?:\*\*)?:[ \t]*{_TIME}(?=\s|$)"),  # Jane: (0:14) text
    re.compile(rf"(?P<label>{LABEL}):?{_GAP}{_TIME}[ \t]*$"),  # Jane  0:14
    re.compile(rf"{_TIME}{_GAP}(?P<label>{LABEL}):?[ \t]*$"),  # 0:14 Jane
)
_PLAIN = re.compile(rf"(?:>>+ ?|[-–—] )?(?:\*\*)?(?P<label>{LABEL})(?:\*\*)?:(?:\*\*)?(?=\s|$)")
_TIME_ONLY = re.compile(rf"(?=[\[(]){_TIME}(?=\s|$)|{_TIME}$")  # a bare time before words may be a time of day
_WITHIN = re.compile(rf"(?<=[.?!…\"”'’):]\s)(?P<label>{LABEL}){_GAP}{_TIME}:(?=\s)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one line. ``sure`` says that a time beside the label leaves no doubt that it is a speaker."""

    label: str
    start_s: float | None
    text: str
    whole: str
    sure: bool
    paragraph: bool


def read_text(text: str, persons: Sequence[str] = ()) -> Content:
    """One segment a paragraph, or a line where lines begin with speakers or times; the speaker goes on until the next.

    Args:
        text: the transcript.
        persons: names that the feed gives, which count as speakers even where they come up once.
    """
    pieces = list(_pieces(text))
    counts = Counter(piece.label for piece in pieces if piece.label)
    sure = {piece.label for piece in pieces if piece.sure}
    sure |= {after.label for before, after in pairwise(pieces) if before.start_s is not None and not before.text}
    accepted = accepted_labels(counts, persons, sure=sure)
    accepted |= {label for label in counts if _tail(label, accepted)}
    full = full_names((_tail(label, accepted) or label for label in counts.elements() if label in accepted), persons)
    segments: list[Segment] = []
    speaker: str | None = None
    start: float | None = None
    said: list[str] = []

    def flush() -> None:
        nonlocal start
        if said:
            segments.append(Segment(text=" ".join(said), start_s=start, speaker=speaker))
            said.clear()
            start = None

    for piece in pieces:
        if piece.label in accepted:
            flush()
            name = _tail(piece.label, accepted)
            if name and segments and (extra := piece.label[: -len(name)].strip()):
                segments[-1] = Segment(
                    text=f"{segments[-1].text} {extra}", start_s=segments[-1].start_s, speaker=segments[-1].speaker
                )
            speaker = full[name or piece.label]
            start = piece.start_s if piece.start_s is not None else start
            content = piece.text
        else:
            if piece.paragraph or piece.start_s is not None:
                flush()
            start = piece.start_s if piece.start_s is not None else start
            content = piece.whole if piece.label else piece.text
        if content:
            said.append(content)
    flush()
    return Content(segments=segments)


def _tail(label: str, accepted: set[str]) -> str:
    """The accepted name that a longer label ends with: within a line a sentence's last words can stick to a name."""
    words = label.split()
    tails = (" ".join(words[i:]) for i in range(1, len(words) - 1))
    return next((tail for tail in tails if tail in accepted), "")


def _pieces(text: str) -> Iterator[_Piece]:
    paragraph = True
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip().lstrip("\ufeff")
        if not line:
            paragraph = True
            continue
        position = 0
        for match in _WITHIN.finditer(line):
            yield _piece(line[position : match.start()].strip(), paragraph=paragraph)
            position, paragraph = match.start(), True
        yield _piece(line[position:].strip(), paragraph=paragraph)
        paragraph = False


def _piece(line: str, *, paragraph: bool) -> _Piece:
    for pattern in _PATTERNS:
        if match := pattern.match(line):
            start = seconds(next(group for group in match.groups() if group and group[0].isdigit() and ":" in group))
            rest = line[match.end() :].strip()
            return _Piece(label_of(match["label"]), start, rest, line, sure=True, paragraph=paragraph)
    if match := _PLAIN.match(line):
        rest = line[match.end() :].strip()
        return _Piece(label_of(match["label"]), None, rest, line, sure=False, paragraph=paragraph)
    if match := _TIME_ONLY.match(line):
        return _Piece(
            "", seconds(match[1] or match[2]), line[match.end() :].strip(), line, sure=False, paragraph=paragraph
        )
    return _Piece("", None, line, line, sure=False, paragraph=paragraph)
