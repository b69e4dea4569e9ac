"""What every source of chapters goes through: clean titles, order, bounds, and what a title says about its chapter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from earmark.clean import cut, plain
from earmark.types import Chapter

__all__ = ["FEWEST", "clock_s", "is_farewell", "is_greeting", "is_sponsor", "sane", "title_of"]

FEWEST = 2
"""One chapter is the episode itself."""
SHORTEST_S = 2.0
"""Chapters that begin nearer to each other than this are one: images that change, a jingle, the same start twice."""
MOST = 300
"""Beyond so many, chapters are slides or captions (a chapter a minute for five hours)."""
LONGEST_TITLE = 120
LONGEST_S = 7 * 86_400.0

_SPONSOR = re.compile(
    r"\b(?:sponsor(?:s|ed|ing|ship)?|advert(?:s|isements?|ising)?|promo(?:tion)?|commercials?|ad[ -]?(?:break|read|spot)s?|brought to you by"
    r"|werbung|anzeige|publicit[ée]|pubblicit[àa]|publicidad|patrocin\w+)\b|^\W*(?:ads?|break|mid-?roll|pre-?roll|post-?roll)\W*\d*\W*$",
    re.IGNORECASE,
)
_SUBJECT_OF_ADS = re.compile(
    r"\b(?:ads? (?:tech|network|block\w*)|(?:find|get|become|need|want|github|open[- ]source)\w* (?:\w+ )?sponsor|sponsor\w* (?:model|open|strateg|tier|develop)|sponsorware|self[- ]promotion|no ads|without ads)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:\d+\W+)?(?:intro(?:duction)?s?|opening|welcome|greetings?|hello|cold open|teaser|theme(?: (?:song|music))?|begr(?:ü|ue)(?:ß|ss)ung|intro jingle)"
    r"(?:\W+(?:and|&|to the show|music|jingle|song|theme|everyone|back|greetings?|welcome))*\W*$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^\W*(?:\d+\W+)?(?:outro(?:duction)?|closing|close|goodbyes?|farewell|bye|credits|sign[- ]?off|wrap(?:ping)?[- ]?up|housekeeping|"
    r"(?:next|coming up) (?:week|time|on the show)|thanks for listening|verabschiedung|abspann)"
    r"(?:\W+(?:and|&|remarks|music|credits|theme|song|thanks|thoughts|goodbyes?))*\W*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?", re.ASCII)


def title_of(text: object) -> str:
    """A title from outside on one line, at most ``LONGEST_TITLE`` characters; empty for what is no text."""
    return cut(plain(text[: 10 * LONGEST_TITLE]), LONGEST_TITLE) if isinstance(text, str) else ""


def clock_s(value: object) -> float | None:
    """Seconds from a number, a numeric string or ``[h:]m:s[.ms]``; ``None`` for anything else and beyond a week."""
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < 1e12 else None
    elif isinstance(value, str) and len(value) < 40:
        text = value.strip()
        if match := _CLOCK.fullmatch(text):
            number = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]) + float(f"0.{match[4] or 0}")
        elif re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
            number = float(text)
    return number if number is not None and math.isfinite(number) and 0 <= number <= LONGEST_S else None


def is_sponsor(title: str) -> bool:
    """Whether a title announces advertising, rather than talk about it."""
    return bool(_SPONSOR.search(title)) and not _SUBJECT_OF_ADS.search(title)


def is_greeting(title: str) -> bool:
    """Whether a title says no more than that the show begins."""
    return bool(_GREETING.match(title))


def is_farewell(title: str) -> bool:
    """Whether a title says no more than that the show ends."""
    return bool(_FAREWELL.match(title))


def sane(chapters: Iterable[Chapter], *, duration_s: float | None) -> tuple[Chapter, ...]:
    """The chapters in order, within the duration, each ending no later than the next begins; empty if fewer than two.

    Of chapters that begin within ``SHORTEST_S`` of each other the first with a title stays. Titles are cleaned, and
    those that announce advertising mark their chapter as such.
    """
    ordered = sorted((c for c in chapters if _placed(c, duration_s)), key=lambda chapter: chapter.start_s)
    kept: list[Chapter] = []
    for chapter in ordered:
        if kept and chapter.start_s - kept[-1].start_s < SHORTEST_S:
            if chapter.title and not kept[-1].title:
                kept[-1] = replace(chapter, start_s=kept[-1].start_s)
            continue
        kept.append(chapter)
    if not FEWEST <= len(kept) <= MOST:
        return ()
    return tuple(_bounded(kept, duration_s))


def _placed(chapter: Chapter, duration_s: float | None) -> bool:
    start = chapter.start_s
    return math.isfinite(start) and 0 <= start <= LONGEST_S and (duration_s is None or start < duration_s)


def _bounded(kept: Sequence[Chapter], duration_s: float | None) -> Iterable[Chapter]:
    nexts: list[float | None] = [after.start_s for _, after in pairwise(kept)]
    for chapter, following in zip(kept, [*nexts, duration_s], strict=True):
        end = chapter.end_s if chapter.end_s is not None and math.isfinite(chapter.end_s) else None
        if end is not None and end - chapter.start_s < SHORTEST_S:
            end = None
        if following is not None:
            end = following if end is None else min(end, following)
        title = title_of(chapter.title)
        yield replace(chapter, title=title, end_s=end, sponsor=chapter.sponsor or is_sponsor(title))
