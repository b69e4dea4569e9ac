"""How likely a reader is glad of an idea that a model writes: what promises it beforehand, and what the check says of it.

The scale is that of the insights without a model (`ingest.insights.worth`), so a library with both ranks them together.
"""

from __future__ import annotations

import math

__all__ = ["promise", "quality"]

BIAS, A_PLACE, A_RATING = 2.0, -0.6, 0.5
"""Of a logistic regression on 138 judged ideas of 16 episodes, of eight shows that the encoder which rates did not learn from.

Leaving one show out at a time, the area under the curve is .72. Words counted in quote and claim, which ranked before, have .53.
"""
USUAL_RATING = -2.4
"""The mean rating of those quotes; it stands for a rating where nothing rates."""
JUDGED_BIAS, A_WORTH, A_PROMISE = -3.12, 2.43, 0.62
"""The same with what a check by a strong model says each of the 138 is to a reader: the area is .85.

On 186 drafts of 14 episodes that came later it is .83, of the check's word alone .78 and of the promise .69. The writer's own
word on what it has just written has .69 on the 138, where the check's has .81: it is glad of nearly all.
"""
USUAL_WORTH = 1.7
"""What the check said of those 186 on average; it stands for a word that is missing."""


_SURE = 10.0
"""Log odds beyond which a probability would be 0 or 1 one day."""


def promise(place: float, rating: float | None) -> float:
    """The probability, in 0..1, that a reader will be glad of an idea which is not written yet.

    Args:
        place: where it stands in the editor's order, 0 for the first and 1 for the last.
        rating: the log odds that a reader is glad of what was said, by a `SpanRater`; ``None`` where nothing rates it.
    """
    return _probability(BIAS + A_PLACE * place + A_RATING * (USUAL_RATING if rating is None else rating))


def quality(promised: float, worth: int | None) -> float:
    """The probability, in 0..1, that a reader is glad of an idea as it is written.

    Args:
        promised: its `promise`.
        worth: what the check says it is to a reader, from 0 (should not be printed) to 3 (would be sent on); ``None`` where
            it does not say.
    """
    told = USUAL_WORTH if worth is None else worth
    return _probability(JUDGED_BIAS + A_WORTH * told + A_PROMISE * math.log(promised / (1 - promised)))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-_SURE, min(_SURE, odds))))
