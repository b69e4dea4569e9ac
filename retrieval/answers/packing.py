"""What a writer is given to read: passages that differ, within a budget, in the order in which they were said."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.language.words import content_terms
from earmark.types import Hit

__all__ = ["BUDGET", "WIDE", "pack", "reading_room", "repeats"]

BUDGET = 2_400
"""Tokens of evidence that a model is given: small servers take 4,096 with the question, the rules and the answer."""
WIDE = 6_000
"""The same for a model with room: some thirty passages of several searches."""
_KEPT_FREE = 3_000
"""Tokens of a context that the question, the rules and the answer may take, with the thoughts of a model that thinks."""
_AMPLE = 32_000
"""Context from which a model on this machine is one of a machine for models."""
_TOKENS_A_WORD = 1.35
"""As English is cut by the vocabularies of common models; other languages take more, so it is rounded up."""
_MOST = 10
_REPEATS = 0.7
"""Share of the shorter passage's content words from which one repeats the other (a repeated episode, a trailer)."""


def reading_room(context: int | None, *, local: bool) -> int:
    """Tokens of passages that a model is given.

    Args:
        context: how many tokens it reads and writes at once; ``None`` if its server does not say.
        local: whether the server is on this machine, or near and silent: reading takes long there, and what is too long may be
            cut without a word.
    """
    if context is None or local:
        return WIDE if (context or 0) >= _AMPLE or not local else BUDGET
    return max(BUDGET, min(WIDE, context - _KEPT_FREE))


def pack(hits: Sequence[Hit], scores: Sequence[float], *, budget: int = BUDGET, most: int = _MOST) -> tuple[Hit, ...]:
    """The passages worth reading: best first while they fit and say something new, then put in order.

    In order means by episode, that of the best passage first, and within an episode as it was said.

    Args:
        hits: the passages.
        scores: how well each answers, in the order of ``hits``.
        budget: tokens that they may have together.
        most: how many at most.
    """
    left, taken = float(budget), list[Hit]()
    for n in sorted(range(len(hits)), key=lambda n: -scores[n]):
        hit = hits[n]
        cost = len(hit.text.split()) * _TOKENS_A_WORD
        if len(taken) == most or (taken and cost > left) or any(repeats(hit.text, other.text) for other in taken):
            continue
        taken.append(hit)
        left -= cost
    rank: dict[str, int] = {}
    for hit in taken:
        rank.setdefault(hit.episode_id, len(rank))
    return tuple(sorted(taken, key=lambda hit: (rank[hit.episode_id], hit.start_s or 0.0)))


def repeats(text: str, other: str) -> bool:
    """Whether two passages say the same in nearly the same words."""
    a, b = set(content_terms(text)), set(content_terms(other))
    return bool(a and b) and len(a & b) >= _REPEATS * min(len(a), len(b))
