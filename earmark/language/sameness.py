"""Whether two claims say nearly the same thing, which cosine alone cannot tell: it puts a claim beside its opposite."""

from __future__ import annotations

from functools import lru_cache

from earmark.language.numbers import figures
from earmark.language.polarity import may_point_apart
from earmark.language.words import content_terms

__all__ = ["NEAR", "may_be_same", "nearly_same", "overlap"]

NEAR = 0.86
"""Cosine from which claims may be one, under the default model.

With the words' consent precision and recall are .84 and .49 on STS (score 4 and up; .86 and .41 at .88, .79 and .55 at
.84), .81 and .72 on SICK (entailment), and on arguments and key points (KPA 2021, dev) above .96 of what is folded is
one point.
"""
_OVERLAP = 0.5
"""Share of the shorter claim's content words that the other must have."""
_KEPT = 4_096
"""Texts whose words are kept, about 2 KB each: a list compares each of a hundred with all others."""


def overlap(text: str, other: str) -> float:
    """The share in 0..1 of the content words of the text with fewer that the other has too."""
    a, b = _terms(text), _terms(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def nearly_same(text: str, other: str, cosine: float, *, threshold: float = NEAR) -> bool:
    """Whether two claims, with the cosine of the claims alone (not of claim and body), are near enough to count as one."""
    return cosine >= threshold and may_be_same(text, other)


def may_be_same(text: str, other: str) -> bool:
    """Whether the words of two claims allow that they say the same: they share half of them, and nothing tells them apart.

    Different numbers do, and whatever makes it doubtful that both point the same way
    (`earmark.language.polarity.may_point_apart`), so two that are opposed are never the same.
    """
    if overlap(text, other) < _OVERLAP or may_point_apart(text, other):
        return False
    mine, yours = figures(text), figures(other)
    return not mine or not yours or bool(mine & yours)


@lru_cache(maxsize=_KEPT)
def _terms(text: str) -> frozenset[str]:
    return frozenset(content_terms(text))
