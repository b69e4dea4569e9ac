"""Where a quote stands in a transcript: found by code, whatever wrote the quote."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ingest.text.sentences import Sentence

__all__ = ["Locator", "normalise"]

_JOINERS = "\u200c\u200d"
"""Spelling in Persian, Sinhala and others, which a model may leave out of a quote; without them ids stay as they were."""
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "} | dict.fromkeys(_JOINERS, "")
)


def normalise(text: str) -> str:
    """The text in lower case with whitespace collapsed, typographic quotes and dashes made plain, and joiners left out."""
    return " ".join(text.translate(_SAME).lower().split())


class Locator:
    """Finds stretches of a transcript's joined text."""

    def __init__(self, text: str, sentences: Sequence[Sentence]) -> None:
        self._text = text
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]
        self._flat, self._origin = _flatten(text)

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where a quote stands, as ``(start, end)`` in the joined text; whitespace and case aside it is verbatim.

        A match inside of a word ("art" in "start") is none.
        """
        wanted = normalise(quote)
        at = self._flat.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if self._is_edge(at) and self._is_edge(end):
                return self._origin[at], self._after(self._origin[end - 1])
            at = self._flat.find(wanted, at + 1)
        return None

    def _after(self, last: int) -> int:
        """Where a stretch ends that ends with a character, with the joiners that belong to it."""
        end = last + 1
        while end < len(self._text) and self._text[end] in _JOINERS:
            end += 1
        return end

    def _is_edge(self, at: int) -> bool:
        if at in (0, len(self._flat)):
            return True
        return not (self._flat[at - 1].isalnum() and self._flat[at].isalnum())

    def verbatim(self, start: int, end: int) -> str:
        """The transcript's own words there, whitespace collapsed."""
        return " ".join(self._text[start:end].split())

    def sentences(self, start: int, end: int) -> range:
        """Indices of the sentences that a stretch touches."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = max(first, bisect_right(self._starts, end - 1) - 1)
        return range(first, last + 1)


def _flatten(text: str) -> tuple[str, list[int]]:
    """``normalise(text)`` and, for each of its characters, the offset in ``text`` it comes from."""
    flat: list[str] = []
    origin: list[int] = []
    for offset, character in enumerate(text):
        plain = character.translate(_SAME)
        if plain.isspace():
            if flat and flat[-1] != " ":
                flat.append(" ")
                origin.append(offset)
            continue
        for lower in plain.lower():
            flat.append(lower)
            origin.append(offset)
    return "".join(flat), origin
