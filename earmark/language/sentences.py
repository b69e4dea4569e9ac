"""Sentences of a passage, as stretches of its text: a light rule for any script, for passages end at sentences already."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from earmark.language.folding import UNSPACED

__all__ = ["LONGEST", "SpokenLine", "sentence_spans", "spans_in", "turns"]

LONGEST = 45
"""Words of the longest stretch without full stops (recognised speech) that is left whole."""
_STRETCH = 28
_UNSPACED_WORD = 3
"""Characters of an unspaced script that count as a word here."""

_LABEL = re.compile(r"([^\W_][^:\n]{0,79}): ")
_END = re.compile(
    r"(?:(?<=[.!?…])[\"'”’»)\]]*\s+(?=[^\s])|(?<=[。！？｡؟۔।॥])[”’」』）\s]*)"  # with a space after; without
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|No|Inc|Ltd|Co|approx|Gen|Sen|Rep|bzw|Nr|ca)|\b[^\W\d_]|\b[ei]\.[eg])\.$"
)
_PIECE = re.compile(f"[{UNSPACED}]{{1,{_UNSPACED_WORD}}}|[^\\s{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """What one person says in a passage: a line of it, from ``start`` to ``end``, without the ``name`` before it."""

    start: int
    end: int
    name: str = ""


def turns(text: str) -> list[SpokenLine]:
    """The turns of a passage, in order: a passage of several speakers has one a line, behind its speaker's name."""
    several = "\n" in text
    lines: list[SpokenLine] = []
    for line in re.finditer(r"[^\n]+", text):
        label = _LABEL.match(text, line.start(), line.end()) if several else None
        begin, name = (label.end(), label[1]) if label else (line.start(), "")
        lines.append(SpokenLine(begin, line.end(), name))
    return lines


def sentence_spans(text: str, *, longest: int = LONGEST) -> list[tuple[int, int]]:
    """Where the sentences of a passage begin and end, in order, none empty; names before turns are in none.

    Args:
        text: a passage.
        longest: words from which a stretch without full stops (recognised speech) is cut into readable sentences.
    """
    return [span for turn in turns(text) for span in spans_in(text, turn.start, turn.end, longest=longest)]


def spans_in(text: str, start: int, end: int, *, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """The same of a part of a passage, as places in the whole."""
    begin = start
    cased = any(map(str.isupper, text[start:end]))
    for match in _END.finditer(text, start, end):
        if match.end() >= end or _goes_on(text, begin, match, cased=cased):
            continue
        yield from _stretches(text, begin, match.end(), longest)
        begin = match.end()
    yield from _stretches(text, begin, end, longest)


def _goes_on(text: str, begin: int, match: re.Match[str], *, cased: bool) -> bool:
    """Whether the full stop is that of an abbreviation, or the next word has a small initial in a text with capitals."""
    if match.start() == 0 or text[match.start() - 1] in "。！？｡؟۔।॥":
        return False
    following = text[match.end()]
    if cased and following.islower() and text[match.start() - 1] == ".":
        return True
    return bool(_ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start()]))


def _stretches(text: str, begin: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """The sentence without the spaces around it, or, where it is too long to be one, stretches of about equal length."""
    pieces = [piece.start() for piece in _PIECE.finditer(text, begin, end)]
    if not pieces:
        return
    count = math.ceil(len(pieces) / _STRETCH) if len(pieces) > longest else 1
    bounds = [pieces[len(pieces) * number // count] for number in range(count)] + [end]
    for first, last in pairwise(bounds):
        stop = first + len(text[first:last].rstrip())
        if stop > first:
            yield first, stop
