"""Numbers in English words and in figures."""

from __future__ import annotations

import re

__all__ = ["NUMBER_WORDS", "SCALES", "TENS", "figures", "spelled", "values"]

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
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TENS = re.compile(rf"\b({'|'.join(TENS)})[\s-](one|two|three|four|five|six|seven|eight|nine)\b")
_SCALE = "|".join(SCALES)
_SCALED = re.compile(rf"\b(\d+(?:\.\d+)?)[\s-]?({_SCALE})\b")
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


def values(text: str) -> set[str]:
    """The numbers of a text, in figures, as values without grouping; "eleven percent" is 11."""
    low = text.casefold()
    low = _TENS.sub(lambda match: str(NUMBER_WORDS[match[1]] + NUMBER_WORDS[match[2]]), low)
    low = re.sub(r"[a-z]+", lambda match: str(NUMBER_WORDS.get(match[0], match[0])), low)
    low = re.sub(r"(?<=\d),(?=\d{3}\b)", "", low)
    low = re.sub(rf"\ba (?={_SCALE})", "1 ", low)
    scaled = {f"{float(match[1]) * SCALES[match[2]]:g}" for match in _SCALED.finditer(low)}
    plain_ones = {
        f"{float(number):g}"
        for number in (figure.replace(",", ".") for figure in _NUMBER.findall(low))
        if number.count(".") < 2
    }
    # "One" and "two" are words as often as counts: those a passage has, or has not, prove nothing.
    return (plain_ones | scaled) - {"0", "1", "2"}
