"""Numbers in English words and in figures."""

from __future__ import annotations

import re

__all__ = ["NUMBER_WORDS", "SCALES", "TENS", "figures", "spelled"]

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""Words that a word of one to nine may follow: *twenty-five*."""
NUMBER_WORDS = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(TENS, start=2)}
"""The value of each number that is one word."""
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
"""Words that multiply the number before them."""
_FIGURES = re.compile(r"\d[\d.,]*")
_SPELLED = 12
"""Counts up to this are written in words in running text, larger ones in figures."""


def figures(text: str) -> set[str]:
    """The numbers of a text that are in figures, as they are written."""
    return {match.rstrip(".,") for match in _FIGURES.findall(text)}


def spelled(count: int) -> str:
    """A count in running text: ``no``, ``one``, ``twelve``, then ``13``, ``1,204``."""
    if 0 <= count <= _SPELLED:
        return _UNITS[count] if count else "no"
    return f"{count:,}"
