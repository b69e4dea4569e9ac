"""Lists of times in show notes: ``12:34 Title``, ``(00:12:34) – Title``, ``Title … 12:34``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earmark.language.plaintext import html_to_text
from earmark.types import Chapter
from ingest.chapters.values import clock_s, title_of

__all__ = ["read_notes"]

FEWEST_STAMPS = 3
"""Two times in a text are as likely the hours of an event as chapters."""
LATEST_FIRST = 0.34
"""The first chapter of a list begins in the first third of the episode; a few "at 58:12 we …" do not make a list."""
LONGEST_LINE = 300

_STAMP = r"(?P<{0}>(?:\d{{1,2}}:)?\d{{1,3}}:\d{{2}})(?:\.\d{{1,3}})?"
_DAYTIME = r"(?!\s*(?:[ap]\.?m\b|uhr\b|(?:UTC|GMT|CES?T|[ECMP][SD]?T)\b))"
_BULLET = r"^\W{0,4}?(?:[-–—•*·►▶]\s*|\d{1,3}[.)]\s+)?"
_LEADING = re.compile(
    _BULLET
    + r"[\[({<]?\s*"
    + _STAMP.format("start")
    + _DAYTIME
    + r"(?:\s*(?:-|–|—|to)\s*"
    + _STAMP.format("end")
    + r")?\s*[\])}>]?\s*[-–—:|•.]*\s*(?P<title>\S.*)$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"^(?P<title>\S.*?\w.*?)[\s.…_:–—-]+[\[(]?\s*" + _STAMP.format("start") + r"\s*[\])]?\W*$", re.IGNORECASE
)
_INSIDE = re.compile(r"[\[(]\s*(?:\d{1,2}:)?\d{1,3}:\d{2}\s*[\])]")


def read_notes(notes: str, *, duration_s: float | None) -> tuple[Chapter, ...]:
    """The chapters that show notes list, in order; empty if they hold no such list.

    A list is ``FEWEST_STAMPS`` or more lines with a time each, ascending, within the duration (when that is known),
    the first of them early. Notes whose line breaks were lost are read if every time is in brackets.

    Args:
        notes: HTML or plain text.
        duration_s: of the episode.
    """
    text = html_to_text(notes)
    lines = text.split("\n")
    if len(_INSIDE.findall(text)) >= FEWEST_STAMPS and max(map(len, lines)) > LONGEST_LINE:
        lines = [line for whole in lines for line in _INSIDE.sub(lambda match: "\n" + match[0], whole).split("\n")]
    for pattern in (_LEADING, _TRAILING):
        stamped = [chapter for line in lines if (chapter := _chapter(pattern, line))]
        best = _longest_ascent([c for c in stamped if duration_s is None or c.start_s < duration_s])
        if len(best) >= max(FEWEST_STAMPS, (len(stamped) + 1) // 2) and _early(best, duration_s):
            return tuple(best)
    return ()


def _chapter(pattern: re.Pattern[str], line: str) -> Chapter | None:
    match = pattern.match(line.strip()[:LONGEST_LINE])
    start = clock_s(match["start"]) if match else None
    if match is None or start is None:
        return None
    title = title_of(match["title"].strip(" -–—:|•\t"))
    if not any(map(str.isalpha, title)):
        return None
    end = clock_s(match["end"]) if "end" in match.re.groupindex and match["end"] else None
    return Chapter(start_s=start, end_s=end, title=title, source="notes")


def _early(chapters: Sequence[Chapter], duration_s: float | None) -> bool:
    last = duration_s if duration_s is not None else chapters[-1].start_s
    return chapters[0].start_s <= max(120.0, LATEST_FIRST * last)


def _longest_ascent(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The longest run of lines whose times ascend: notes may list several things, and quote times in between."""
    best: list[Chapter] = []
    run: list[Chapter] = []
    for chapter in chapters:
        if run and chapter.start_s <= run[-1].start_s:
            run = []
        run.append(chapter)
        if len(run) > len(best):
            best = list(run)
    return best
