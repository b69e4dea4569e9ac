"""Whether two claims say nearly the same thing, which cosine alone cannot tell: it puts a claim beside its opposite."""

from __future__ import annotations

import re

from earmark.language.numbers import figures
from earmark.language.polarity import swapped
from earmark.language.words import content_terms, stem, words

__all__ = ["NEAR", "may_be_same", "nearly_same", "overlap"]

NEAR = 0.86
"""Cosine from which claims may be one, under the default model.

With the words' consent precision and recall are .84 and .49 on STS (score 4 and up; .86 and .41 at .88, .79 and .55 at
.84), .81 and .72 on SICK (entailment), and on arguments and key points (KPA 2021, dev) above .96 of what is folded is
one point.
"""
_OVERLAP = 0.5
"""Share of the shorter claim's content words that the other must have."""

_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely)\b|n['’]t\b", re.IGNORECASE
)
_OPPOSED_WORDS = """
raise/cut raised/cut rise/fall rose/fell increase/decrease increased/decreased increase/reduce
increased/reduced more/less more/fewer higher/lower high/low up/down better/worse best/worst good/bad
above/below over/under faster/slower fast/slow before/after always/never all/none win/lose won/lost buy/sell
open/close opened/closed safe/dangerous easy/hard easier/harder cheap/expensive strong/weak stronger/weaker
old/new first/last gain/loss success/failure succeed/fail succeeded/failed support/oppose for/against
legal/illegal possible/impossible likely/unlikely true/false right/wrong help/hurt helps/hurts improve/worsen
improves/worsens improved/worsened larger/smaller large/small big/small bigger/smaller long/short
longer/shorter hot/cold empty/full
"""
_OPPOSITES = {frozenset(pair.split("/")) for pair in _OPPOSED_WORDS.split()}


def overlap(one: str, other: str) -> float:
    """The share in 0..1 of the content words of the text with fewer that the other has too."""
    a, b = set(content_terms(one)), set(content_terms(other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def nearly_same(one: str, other: str, cosine: float, *, threshold: float = NEAR) -> bool:
    """Whether two claims, with the cosine of the claims alone (not of claim and body), are near enough to count as one."""
    return cosine >= threshold and may_be_same(one, other)


def may_be_same(one: str, other: str) -> bool:
    """Whether the words of two claims allow that they say the same: they share half of them and are not opposed.

    One denied and the other not, different numbers, a word in one and its opposite in the other, or two things compared
    the other way round keep them apart.
    """
    return overlap(one, other) >= _OVERLAP and not _opposed(one, other) and not swapped(one, other)


def _opposed(one: str, other: str) -> bool:
    if bool(_NEGATION.search(one)) != bool(_NEGATION.search(other)):
        return True
    mine, yours = figures(one), figures(other)
    if mine and yours and not mine & yours:
        return True
    a, b = ({form for word in words(text) for form in (word.casefold(), stem(word))} for text in (one, other))
    return any(len(pair & (a - b)) == 1 and len(pair & (b - a)) == 1 for pair in _OPPOSITES)
