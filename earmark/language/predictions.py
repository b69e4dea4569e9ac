"""Whether a claim says what is to come, and by when: by its words, where no language model said what kind of claim it is.

For claims in English. "Water will boil at a lower pressure" is none: what is to come has a time, or somebody who foretells it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Foretelling", "foretold"]

_FORETELLING = re.compile(
    r"\b(?:I|we|they|he|she) (?:predict|forecast|bet|expect)s?\b|\b(?:my|our|their|his|her) (?:prediction|forecast|bet)\b|"
    r"\b(?:is|are) (?:projected|expected|forecast|predicted) to\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\b(?:will|won['’]t|shall|going to|gonna)\b|['’]ll\b", re.IGNORECASE)
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|fifty|a few|a couple of|several)"
_TIME = re.compile(
    r"\b(?:"
    r"(?:by|before|in|until) (?:the end of |around |about |early |late |mid-)?"
    r"(?:(?P<year>20\d\d)s?|(?:this|the|next) (?:year|decade|century|month|summer|winter|spring|autumn|fall))"
    rf"|(?:in|within|over|for) (?:the )?(?:(?:next|coming) )?{_COUNT}(?: (?:or|to) {_COUNT})? (?:years?|months|weeks|decades?)"
    r"|(?:in|within|over) the (?:next|coming) (?:few )?(?:years?|months|weeks|decades?)"
    r"|(?:next|this coming) (?:year|decade|month|quarter)"
    r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretelling:
    """That a claim says what is to come; ``due`` is by when, in its own words, and empty where it does not say."""

    due: str = ""


def foretold(claim: str, *, year: int | None = None) -> Foretelling | None:
    """What a claim foretells; ``None`` where it foretells nothing.

    Args:
        claim: one or two sentences.
        year: in which it was said, before which no year is to come; ``None`` where that is not known.
    """
    due = next((match[0] for match in _TIME.finditer(claim) if _to_come(match["year"], year)), "")
    if _FORETELLING.search(claim) or (due and _TO_COME.search(claim)):
        return Foretelling(due=due)
    return None


def _to_come(named: str | None, said: int | None) -> bool:
    return named is None or said is None or int(named) >= said
