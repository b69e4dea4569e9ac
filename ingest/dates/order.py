"""Whether 03/04/2021 is in March or in April: what the other dates of a feed show, else its language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from itertools import pairwise

__all__ = ["ORDERED", "Order", "day_of", "order_of"]

ORDERED = re.compile(r"(?<![\d:./-])(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d:])")
"""Two small numbers and a year, in an order that the numbers alone may not tell."""
_MONTH_FIRST = {"en-us", "es-us", "en-ph", "fil-ph", "en-fm", "en-gu", "en-pr", "es-pr"}
_LEAST_RUN = 3


class Order(Enum):
    """Which of the two small numbers is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def day_of(match: re.Match[str], order: Order | None) -> date | None:
    """The day that a match of ``ORDERED`` means; ``None`` if it is no day, or may be two.

    Full stops mean that the day comes first where nothing says otherwise: no language has them the other way round.
    """
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    dotted = match[2] == "."
    if len(match[4]) == 2:
        if order is None and not dotted:
            return None
        year += 2000 if year < 70 else 1900
    if second > 12 >= first or (first != second and max(first, second) <= 12 and order is Order.MONTH_FIRST):
        first, second = second, first
    elif first <= 12 and second <= 12 and first != second and order is None and not dotted:
        return None
    try:
        return date(year, second, first)
    except ValueError:
        return None


def order_of(texts: Sequence[str], language: str) -> Order | None:
    """The order in the dates of one feed; ``None`` if nothing tells, or they contradict each other.

    In this order: a number beyond 12; an order in which the feed runs in time while the other has it jump back and
    forth; the language, with its country. ``en`` alone says nothing: Britain and America differ.
    """
    matches = [match for text in texts if (match := ORDERED.search(text))]
    pairs = [(int(match[1]), int(match[3])) for match in matches]
    votes = {Order.DAY_FIRST for a, b in pairs if a > 12 >= b} | {Order.MONTH_FIRST for a, b in pairs if b > 12 >= a}
    if votes:
        return votes.pop() if len(votes) == 1 else None
    runs = [order for order in Order if _runs([day_of(match, order) for match in matches])]
    if len(runs) == 1:
        return runs[0]
    tag = language.casefold().replace("_", "-")
    if tag in _MONTH_FIRST:
        return Order.MONTH_FIRST
    return Order.DAY_FIRST if tag and tag != "en" else None


def _runs(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day is not None]
    if len(set(known)) < _LEAST_RUN:
        return False
    return all(a <= b for a, b in pairwise(known)) or all(a >= b for a, b in pairwise(known))
