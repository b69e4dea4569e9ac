"""Quotes looked for in a changed file: few minutes are heard, and what two places agree on holds between them.

What a host inserts moves everything behind it by the same time. So the first and the last quote are looked for; where their
shifts agree, one in the middle tells whether all between share them, and where they differ the change is closed in on by
halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from earmark.errors import EarmarkError
from earmark.timeline import AGREE_S, Anchor
from ingest.links.words import HeardWord, second_of

__all__ = ["Findings", "Quote", "search"]

WINDOWS_S = ((-20.0, 100.0), (90.0, 270.0), (-210.0, -10.0))
"""Seconds around the expected one that are heard, one window after another until the quote is found.

Advertisements in podcasts come in breaks of 30 s to 3 minutes, and more often come than go.
"""

Hear = Callable[[float, float], Sequence[HeardWord]]
"""Gives the words that are said in a file between two seconds; raises where nothing more may be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote, as `ingest.links.words.quote_words` gives it, and its second in the transcript."""

    at_s: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The quotes that were looked for, in order, and what ended the search before it was done."""

    anchors: tuple[Anchor, ...]
    trouble: EarmarkError | None = None


def search(quotes: Sequence[Quote], hear: Hear, *, added_s: float = 0.0) -> Findings:
    """Looks for some quotes; those whose shift follows from others are not looked for.

    Args:
        quotes: in order of their seconds.
        hear: gives what is said.
        added_s: by how much the file is longer than the one that was transcribed, as far as known.
    """
    looked = _Search(hear)
    trouble = None
    try:
        looked.run(list(quotes), added_s)
    except EarmarkError as error:
        trouble = error
    return Findings(anchors=looked.anchors, trouble=trouble)


class _Search:
    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._anchors: dict[float, Anchor] = {}

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return tuple(sorted(self._anchors.values(), key=lambda anchor: anchor.at_s))

    def run(self, quotes: list[Quote], added_s: float) -> None:
        first = self._first(quotes, 0.0)
        last = self._first(quotes[::-1], added_s or (first[1] if first else 0.0))
        if first is not None and last is not None:
            between = [quote for quote in quotes if first[0] < quote.at_s < last[0]]
            self._between(between, first[1], last[1], sure=False)

    def _first(self, quotes: Sequence[Quote], expected_s: float) -> tuple[float, float] | None:
        """The second and the shift of the first of these quotes that is found."""
        for quote in quotes:
            shift_s = self._look(quote, expected_s)
            if shift_s is not None:
                return quote.at_s, shift_s
        return None

    def _between(self, quotes: list[Quote], low_s: float, high_s: float, *, sure: bool) -> None:
        """Closes in on what changes among quotes, between a place shifted by ``low_s`` and one by ``high_s``."""
        agree = abs(high_s - low_s) <= AGREE_S
        if not quotes or (agree and sure):
            return
        middle = len(quotes) // 2
        shift_s = self._look(quotes[middle], low_s)
        if shift_s is None:
            rest = quotes[:middle] + quotes[middle + 1 :]
            self._between(rest, low_s, high_s, sure=agree)
            return
        self._between(quotes[:middle], low_s, shift_s, sure=True)
        self._between(quotes[middle + 1 :], shift_s, high_s, sure=True)

    def _look(self, quote: Quote, expected_s: float) -> float | None:
        known = self._anchors.get(quote.at_s)
        if known is not None:
            return known.shift_s
        shift_s = self._found(quote, expected_s)
        self._anchors[quote.at_s] = Anchor(at_s=quote.at_s, shift_s=shift_s)
        return shift_s

    def _found(self, quote: Quote, expected_s: float) -> float | None:
        for begin_s, end_s in WINDOWS_S:
            around_s = quote.at_s + expected_s
            if around_s + end_s <= 0:
                continue
            second = second_of(quote.words, self._hear(max(0.0, around_s + begin_s), around_s + end_s))
            if second is not None:
                return round(second - quote.at_s, 2)
        return None
