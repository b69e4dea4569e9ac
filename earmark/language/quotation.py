"""Claims that are their own quotes: a face that shows both would say everything twice."""

from __future__ import annotations

from functools import lru_cache

from earmark.language.folding import fold
from earmark.language.words import words

__all__ = ["is_own_quote", "shown_quote"]

MOST_OF = 0.6
"""Share of a quote's words from which on a text that is taken from it says nothing less than the quote."""


@lru_cache(maxsize=512)  # a mail that has to become shorter asks again for each length that is tried
def is_own_quote(quote: str, *texts: str) -> bool:
    """Whether texts are, one after another, the quote itself, cleaned for display.

    Words in brackets, which name what a word points back to, do not count.
    """
    said = [_folded(word) for word in words(quote)]
    shown = [_folded(word) for text in texts for word in words(_unbracketed(text))]
    if not shown or len(shown) < MOST_OF * len(said):
        return False
    rest = iter(said)
    return all(word in rest for word in shown)


def shown_quote(quote: str, *texts: str) -> str:
    """The quote to show after texts; empty if they are the quote itself."""
    return "" if is_own_quote(quote, *texts) else quote


@lru_cache(maxsize=4_096)
def _folded(word: str) -> str:
    return fold(word)


def _unbracketed(text: str) -> str:
    parts = text.split("[")
    return " ".join(part.partition("]")[2] if "]" in part else part for part in parts)
