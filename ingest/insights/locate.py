"""Where a quote stands in a transcript: found by code, whatever wrote the quote."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from ingest.text.likeness import nearest_stretch, spoken_places
from ingest.text.sentences import Sentence

__all__ = ["Locator", "normalise"]

_GAP = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\.{3}|…)\s*")
_LABEL = re.compile(r"^\s*(?:[-–—>»]+\s*)?(?:[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}|Speaker \d+):\s+")
GAP_WORDS = 80
"""Words that an ellipsis in a copied quote may stand for."""
ALIKE = 0.9
"""Share of a copied quote's words that must stand in the transcript in order, where a few were changed."""
LEAST_LOOSE_WORDS = 6
"""Words below which a copied quote has to match exactly: a short one fits in too many places."""

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

    def find_loosely(self, quote: str) -> tuple[int, int] | None:
        """Where a carelessly copied quote stands, as ``(start, end)`` in the joined text; ``None`` where it does not.

        Punctuation, quotation marks, case, speaker labels, stutters and fillers do not count; an ellipsis may stand for
        up to `GAP_WORDS` words; a few words may have been changed. What is shown is always the transcript's own text.
        """
        exact = self.find(quote)
        if exact is not None:
            return exact
        parts = [words for part in _GAP.split(_LABEL.sub("", quote)) if (words := _spoken(part))]
        if not parts or sum(map(len, parts)) < LEAST_LOOSE_WORDS:
            return None
        place = self._in_order(parts) or self._nearly([word for part in parts for word in part])
        if place is None:
            return None
        first, last = place
        return self._spoken_words[first][1], self._spoken_words[last][2]

    @cached_property
    def _spoken_words(self) -> list[tuple[str, int, int]]:
        """The words of the transcript as ``(word, start, end)``, without fillers and stutters."""
        return spoken_places(self._text)

    def _in_order(self, parts: Sequence[Sequence[str]]) -> tuple[int, int] | None:
        """The first and last word of parts that follow each other within `GAP_WORDS`."""
        for first in self._runs(parts[0], 0, len(self._spoken_words)):
            last = first + len(parts[0]) - 1
            for part in parts[1:]:
                after = next(self._runs(part, last + 1, last + 1 + GAP_WORDS + len(part)), None)
                if after is None:
                    break
                last = after + len(part) - 1
            else:
                return first, last
        return None

    def _runs(self, part: Sequence[str], low: int, high: int) -> Iterator[int]:
        """Where a part begins between two words of the transcript."""
        words = self._spoken_words
        for at in range(low, min(high, len(words) + 1) - len(part) + 1):
            if words[at][0] == part[0] and all(words[at + k][0] == word for k, word in enumerate(part)):
                yield at

    def _nearly(self, wanted: Sequence[str]) -> tuple[int, int] | None:
        """The stretch that has `ALIKE` of the wanted words in order."""
        like = nearest_stretch(wanted, [word for word, _, _ in self._spoken_words], alike=ALIKE)
        return None if like is None else (like.first, like.last)

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


def _spoken(text: str) -> list[str]:
    """The words of a text as `Locator` compares them: no fillers, no stutters, no punctuation."""
    return [word for word, _, _ in spoken_places(text)]
