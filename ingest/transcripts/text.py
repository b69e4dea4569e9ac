"""Plain text: paragraphs, with speakers and times in the ways that people write them.

Steve Gibson: Text                    Casey Rodarmor – 00:03:18: Text         Jane Doe (00:01:02): Text
[00:01:02] Jane Doe: Text             Jane Doe  0:14                          0:14
                                      Text on the next line                   Text on the next line
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from earmark.types import Segment
from ingest.transcripts.content import Content
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import ANY_CASE, ASKER, COLON, LABEL, label_of
from ingest.transcripts.turns import SpeakerTurns, TranscriptLine

__all__ = ["read_text"]

_TIME = r"[\[(]?(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])]?"
_GAP = r"[ \t]*[-–—|,@]?[ \t]*"
_BOLD = r"(?:\*\*|__)?"
_NAME = rf"{_BOLD}(?P<label>{LABEL}){_BOLD}"
_ENDS = rf"{COLON}{_BOLD}(?:(?=\s|$)|(?<=\uff1a))"
_PATTERNS = (
    re.compile(rf"{_BOLD}{_TIME}{_BOLD}{_GAP}{_NAME}{_ENDS}"),  # [0:14] Jane: text
    re.compile(rf"{_NAME}:?{_GAP}{_TIME}{_BOLD}{_ENDS}"),  # Jane (0:14): text
    re.compile(rf"{_NAME}{COLON}{_BOLD}[ \t]*{_TIME}(?=\s|$)"),  # Jane: (0:14) text
    re.compile(rf"{_NAME}:?{_BOLD}{_GAP}{_TIME}{_BOLD}[ \t]*$"),  # Jane  0:14
    re.compile(rf"{_BOLD}{_TIME}{_BOLD}{_GAP}{_NAME}:?{_BOLD}[ \t]*$"),  # 0:14 Jane
)
_PLAIN = re.compile(rf"(?P<mark>>>+ ?|[-–—] )?{_BOLD}\[?(?P<label>{ANY_CASE})\]?{_BOLD}{_ENDS}")
_ASKED = re.compile(r"(?P<label>[QA]) ?[-–—] (?=\S)")
"""Questions and answers, as notes of talks write them."""
_PLAIN_ALONE = re.compile(rf"{_BOLD}{LABEL}{COLON}{_BOLD}")
_MARK = re.compile(r">>")
_TIME_ONLY = re.compile(rf"(?=[\[(]){_TIME}(?=\s|$)|{_TIME}$")  # a bare time before words may be a time of day
_WITHIN = re.compile(rf"(?<=[.?!…\"”'’):]\s)(?P<label>{LABEL}){_GAP}{_TIME}:(?=\s)")
_HEADING = re.compile(r"#{1,6} +(\S.{0,300})")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one line, and where it begins: at which second, and whether with a paragraph."""

    line: TranscriptLine
    start_s: float | None
    paragraph: bool
    heading: bool = False


def read_text(text: str, persons: Sequence[str] = ()) -> Content:
    """One segment a paragraph, or a line where lines begin with speakers or times; the speaker goes on until the next.

    Args:
        text: the transcript; lines that begin with ``#`` are headings, as in Markdown.
        persons: names that the feed gives, which count as speakers even where they come up once.
    """
    pieces = _placed(_pieces(text, _headings(text)))
    turns = SpeakerTurns([piece.line for piece in pieces if not piece.heading], persons)
    accepted = turns.accepted
    segments: list[Segment] = []
    headings: list[tuple[int, str]] = []
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
        if piece.heading:
            flush()
            headings.append((len(segments), piece.line.rest))
            start = piece.start_s if piece.start_s is not None else start
            continue
        line, name = piece.line, _tail(piece.line.label, accepted)
        if name:
            flush()
            if segments and (extra := line.label[: -len(name)].strip()):
                segments[-1] = replace(segments[-1], text=f"{segments[-1].text} {extra}")
            line = replace(line, label=name)
        turn = turns.turn(line)
        if turn is not None or piece.paragraph or piece.start_s is not None:
            flush()
        if turn is not None:
            speaker = turn.speaker
        elif piece.paragraph and speaker == ASKER:
            speaker = None  # notes of talks mark a question, and then go on with what was said to it
        start = piece.start_s if piece.start_s is not None else start
        content = turn.text if turn is not None else line.whole if line.label else line.rest
        if content:
            said.append(content)
    flush()
    return Content(segments=segments, headings=tuple(headings))


def _tail(label: str, accepted: set[str]) -> str:
    """The accepted name that a longer label ends with: within a line a sentence's last words can stick to a name."""
    words = label.split()
    tails = (" ".join(words[i:]) for i in range(1, len(words) - 1))
    return next((tail for tail in tails if tail in accepted), "")


def _placed(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces; a label under a line that holds nothing but a time is as sure as one beside it."""
    result: list[_Piece] = []
    for piece in pieces:
        before = result[-1] if result else None
        if before is not None and before.start_s is not None and not before.line.rest and piece.line.label:
            result.append(replace(piece, line=replace(piece.line, sure=True)))
        else:
            result.append(piece)
    return result


def _heading_of(line: str) -> str:
    """The text after ``#``, as in Markdown; empty for other lines."""
    match = _HEADING.fullmatch(line)
    return match[1].rstrip(" #") if match else ""


def _headings(text: str) -> set[str]:
    """Lines that are headings: what follows ``#`` once, and is neither a speaker's label nor a mere time.

    A name with a time (``# Jane 0:14``) is a label where such a line names somebody twice.
    """
    counts = Counter(words for line in text.splitlines() if (words := _heading_of(line.strip())))
    timed = {words: match["label"] for words in counts for p in _PATTERNS if (match := p.fullmatch(words))}
    labels = set(timed) if len(set(timed.values())) < len(timed) else set()
    alone = (_PLAIN_ALONE, _TIME_ONLY)
    return {
        words
        for words, count in counts.items()
        if count == 1 and words not in labels and not any(p.fullmatch(words) for p in alone)
    }


def _pieces(text: str, headings: Container[str]) -> Iterator[_Piece]:
    paragraph = True
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip().lstrip("\ufeff")
        if not line:
            paragraph = True
            continue
        if words := _heading_of(line):
            paragraph = True
            line = words
            if line in headings:
                yield _heading(line)
                continue
        position = 0
        for match in _WITHIN.finditer(line):
            yield _piece(line[position : match.start()].strip(), paragraph=paragraph)
            position, paragraph = match.start(), True
        yield _piece(line[position:].strip(), paragraph=paragraph)
        paragraph = False


def _heading(words: str) -> _Piece:
    """A heading, with the time at its beginning or end if it has one."""
    start = None
    for pattern in (rf"{_TIME}{_GAP}(?P<words>\S.*)", rf"(?P<words>.*?\S){_GAP}{_TIME}"):
        if match := re.fullmatch(pattern, words):
            start, words = seconds(next(group for group in match.groups() if group and _is_time(group))), match["words"]
            break
    return _Piece(TranscriptLine(whole=words, rest=words), start, paragraph=True, heading=True)


def _piece(text: str, *, paragraph: bool) -> _Piece:
    for pattern in _PATTERNS:
        if match := pattern.match(text):
            start = seconds(next(group for group in match.groups() if group and _is_time(group)))
            line = TranscriptLine(
                whole=text, rest=text[match.end() :].strip(), label=label_of(match["label"]), sure=True
            )
            return _Piece(line, start, paragraph)
    if match := _PLAIN.match(text):
        mark = (match["mark"] or "").strip()
        line = TranscriptLine(
            whole=text,
            rest=text[match.end() :].strip(),
            label=label_of(match["label"]),
            mark=">>" if mark.startswith(">") else "-" if mark else "",
            opens=paragraph,
        )
        return _Piece(line, None, paragraph)
    if match := _ASKED.match(text):
        line = TranscriptLine(whole=text, rest=text[match.end() :].strip(), label=match["label"], opens=paragraph)
        return _Piece(line, None, paragraph)
    if match := _TIME_ONLY.match(text):
        rest = text[match.end() :].strip()
        return _Piece(TranscriptLine(whole=text, rest=rest, opens=paragraph), seconds(match[1] or match[2]), paragraph)
    mark = ">>" if _MARK.match(text) else ""
    return _Piece(TranscriptLine(whole=text, rest=text, mark=mark, opens=paragraph), None, paragraph)


def _is_time(text: str) -> bool:
    return text[0].isdigit() and ":" in text
