"""Where two speakers contradict each other: which sentences do, and who holds what.

A contradiction is shown only where two things meet: the sentences are about the same (near in meaning, with words of
substance in common), and the words themselves oppose each other: one denies what the other says, or uses the opposite
word. Nothing else counts, so most disagreements are not found; what is shown should be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.language.polarity import opposed, takes_no_side
from earmark.language.sameness import overlap
from earmark.language.words import content_terms
from earmark.types import Citation, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["contradict", "find_views"]

_NEAR = 0.55
"""Cosine from which two sentences may be about the same."""
_SHARED = 2
"""Content words that they have in common."""
_SHARE = 0.5
"""Share of the shorter sentence's content words that they have in common."""


def find_views(citations: Sequence[Citation], vectors: NDArray[np.float32]) -> tuple[View, ...]:
    """The two sides of the clearest contradiction among what is cited, the first to be cited first; mostly none.

    Args:
        citations: of one answer.
        vectors: of their quotes, of shape ``(len(citations), dimension)``.
    """
    best: tuple[float, int, int] | None = None
    for a, citation in enumerate(citations):
        for b in range(a + 1, len(citations)):
            other = citations[b]
            if not (citation.speaker and other.speaker) or citation.speaker == other.speaker:
                continue
            near = float(vectors[a] @ vectors[b])
            if contradict(citation.quote, other.quote, near) and (best is None or near > best[0]):
                best = (near, a, b)
    if best is None:
        return ()
    return tuple(View(holder=citations[n].speaker or "", cites=(citations[n].n,)) for n in best[1:])


def contradict(quote: str, other: str, cosine: float) -> bool:
    """Whether two sentences say opposite things of the same."""
    shared = set(content_terms(quote)) & set(content_terms(other))
    if cosine < _NEAR or len(shared) < _SHARED or overlap(quote, other) < _SHARE:
        return False
    if takes_no_side(quote) or takes_no_side(other):
        return False
    return opposed(quote, other)
