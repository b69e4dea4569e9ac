"""Sentences of a passage, as stretches of its text: a light rule for any script, for passages end at sentences already."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from earmark.language.folding import UNSPACED

__all__ = ["sentence_spans"]

_LONGEST = 45
"""Words from which on a stretch without full stops (recognised speech) is cut into ones that can be read."""
_STRETCH = 28
_UNSPACED_WORD = 3
"""Characters of an unspaced script that count as a word here."""

_LABEL = re.compile(r"[^:\n]{1,80}: ")
_END = re.compile(
    r"(?:(?<=[.!?…])[\"'”’»)\]]*\s+(?=[^\s])|(?<=[。！？｡؟۔।॥])[”’」』）\s]*)"  # with a space after; without
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|No|Inc|Ltd|Co|approx|Gen|Sen|Rep|bzw|Nr|ca)|\b[^\W\d_]|\b[ei]\.[eg])\.$"
)
_PIECE = re.compile(f"[{UNSPACED}]{{1,{_UNSPACED_WORD}}}|[^\\s{UNSPACED}]+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a passage begin and end, in order, none empty; names before turns are in none."""
    several = "\n" in text
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        label = _LABEL.match(text, line.start(), line.end()) if several else None
        found.extend(_spans(text, label.end() if label else line.start(), line.end()))
    return found


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() >= end or _goes_on(text, begin, match):
            continue
        yield from _stretches(text, begin, match.end())
        begin = match.end()
    yield from _stretches(text, begin, end)


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the full stop is that of an abbreviation, or the next word has a small initial."""
    if match.start() == 0 or text[match.start() - 1] in "。！？｡؟۔।॥":
        return False
    following = text[match.end()]
    if following.islower() and text[match.start() - 1] == ".":
        return True
    return bool(_ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start()]))


def _stretches(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence without the spaces around it, or, where it is too long to be one, stretches of about equal length."""
    pieces = [piece.start() for piece in _PIECE.finditer(text, begin, end)]
    if not pieces:
        return
    count = math.ceil(len(pieces) / _STRETCH) if len(pieces) > _LONGEST else 1
    bounds = [pieces[len(pieces) * number // count] for number in range(count)] + [end]
    for first, last in pairwise(bounds):
        stop = first + len(text[first:last].rstrip())
        if stop > first:
            yield first, stop
