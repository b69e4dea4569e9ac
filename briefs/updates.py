"""What is new in a claim that comes near one that a reader was told: its numbers."""

from __future__ import annotations

from datetime import date

from briefs.calendar_words import MONTHS
from earmark.language.numbers import figures

__all__ = ["amounts", "news"]


def amounts(text: str) -> set[str]:
    """The numbers of a text without those that are years."""
    return {number for number in figures(text) if not (len(number) == 4 and number[:2] in {"19", "20"})}


def news(claim: str, told: str, on: date) -> str:
    """``now 55, where you were told 40 on 3 November``; empty where the claim has no number that the told one lacks."""
    new, old = amounts(claim), amounts(told)
    if not new - old:
        return ""
    when = f" on {on.day} {MONTHS[on.month - 1]}"
    if not old:
        return f"now with a number, {_listed(new)}, where you were told none{when}"
    if not old - new:
        return f"now also {_listed(new - old)}, where you were told {_listed(old)}{when}"
    return f"now {_listed(new - old)}, where you were told {_listed(old - new)}{when}"


def _listed(numbers: set[str]) -> str:
    return " and ".join(sorted(numbers)[:3])
