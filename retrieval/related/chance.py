"""How sure it is that a candidate is about the same thing, so that a list ends where nothing near is left.

A logistic model of four numbers. Fitted (scikit-learn, C 100) with equal weight on two kinds of judgements: newsletter
items on Bitcoin that share an editor's tag (related_insights, the tune part), where everything is in one field; and
arguments on 24 public questions (KPA 2021, train), where only those on the same question belong together. At the floor
it keeps candidates of which .89 (recall .74) are on the same question in the second, and .48 share the tag (recall
.48, of a part that was not fitted on) in the first, where most of the others are still on a neighbouring matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.related.hubness import Scores

__all__ = ["believable", "chances"]

_SURE = 0.30
"""Chance from which a candidate is shown on its own merits."""
_FAIR, _NAMED = 0.15, 0.10
"""Chances from which it is shown where rare words in common, or a meaning that is very near, speak for it too.

Set by eye on the lists of 120 insights of nine real shows: with one word for both ("version", "key") chances of .3 are
reached by claims that have nothing to do with each other, and good pairs in one jargon stay below it.
"""
_FAR, _CLOSE = 0.25, 0.50
"""Cosines of meaning below which words alone have to carry a pair, and from which meaning alone may."""
_WORDS, _MEANING, _SUPPORT, _CROWDING, _BIAS = 11.98, 2.83, 8.17, -6.79, -3.86


def believable(chance: float, cosine: float, *, shared: Callable[[], bool]) -> bool:
    """Whether a candidate belongs in a list that a reader sees.

    Args:
        chance: that it is about the same thing.
        cosine: of meaning, between both.
        shared: whether both use words that few others do; asked only where it decides.
    """
    if chance >= _SURE:
        return cosine >= _FAR or shared()
    if chance >= _NAMED and cosine >= _CLOSE:
        return True
    return chance >= _FAIR and cosine >= _FAR and shared()


def chances(scores: Scores) -> NDArray[np.float64]:
    """The chance in 0..1 of each candidate that it is about the same thing, of shape ``(n,)``."""
    import numpy as np

    logit = (
        _WORDS * scores.words
        + _MEANING * scores.meaning
        + _SUPPORT * scores.support
        + _CROWDING * scores.crowding
        + _BIAS
    )
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(logit, dtype=np.float64))))
