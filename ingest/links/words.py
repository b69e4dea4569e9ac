"""Recognised words with their seconds, and a quote among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earmark.language.folding import has_unspaced
from earmark.types import Segment
from ingest.text.likeness import nearest_stretch, spoken_places

__all__ = ["LEAST_WORDS", "HeardWord", "heard_words", "quote_words", "second_of"]

LEAST_WORDS = 6
"""Words below which a quote is not looked for: a short one fits in too many places."""
ALIKE = 0.6
"""Share of a quote's words that has to be heard in order: small models mishear one word in five, publishers smooth others."""
IN_A_ROW = 3
"""So many of them in a row, by which places are found: of six words with one misheard, three in a row are right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word as it is compared, and the second of the file at which it is said."""

    word: str
    second: float


def quote_words(text: str) -> list[str]:
    """The words of a quote as they are compared; of scripts without spaces the characters."""
    return [word for word, _ in _words(text)]


def heard_words(segments: Iterable[Segment], *, offset_s: float = 0.0) -> list[HeardWord]:
    """The words of recognised segments, each at its share of its segment's time; ``offset_s`` is added."""
    heard: list[HeardWord] = []
    for segment in segments:
        if segment.start_s is None or not segment.text:
            continue
        length = (segment.end_s - segment.start_s) if segment.end_s is not None else 0.0
        for word, at in _words(segment.text):
            share = at / len(segment.text)
            heard.append(HeardWord(word=word, second=offset_s + segment.start_s + length * share))
    return heard


def second_of(quote: Sequence[str], heard: Sequence[HeardWord]) -> float | None:
    """The second at which a quote begins among heard words; ``None`` where it is not among them."""
    if len(quote) < LEAST_WORDS:
        return None
    like = nearest_stretch(quote, [word.word for word in heard], alike=ALIKE, in_a_row=IN_A_ROW)
    return None if like is None else heard[max(0, like.first - like.missing)].second


def _words(text: str) -> list[tuple[str, int]]:
    words: list[tuple[str, int]] = []
    for word, start, end in spoken_places(text):
        if has_unspaced(word):
            words += [(text[at].casefold(), at) for at in range(start, end)]
        else:
            words.append((word, start))
    return words
