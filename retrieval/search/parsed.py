"""A query in its parts, and the ways that ``OR`` leaves open in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice, product

__all__ = ["DATE", "MOST_ALTERNATIVES", "Mark", "ParsedQuery", "Term", "TermKind", "choices", "first_day"]

MOST_ALTERNATIVES = 6
"""Each is a search of its own."""
DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?=[?!.,;]*(?:\s|$))")
"""A year, a month or a day, at the end of a sentence too."""


class TermKind(StrEnum):
    """What a part of a query asks for."""

    WORDS = "words"
    PHRASE = "phrase"
    WITHOUT = "without"
    SHOW = "show"
    SPEAKER = "speaker"
    AFTER = "after"
    BEFORE = "before"
    IS = "is"
    TAG = "tag"
    OR = "or"
    """Stands between two parts of which either may hold."""


class Mark(StrEnum):
    """What ``is:`` takes: what the asking reader did with an idea, or was told of it."""

    SAVED = "saved"
    TOLD = "told"
    READ = "read"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of a query, in the order typed."""

    kind: TermKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A query in its parts; ``str()`` is a query that parses to the same parts."""

    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words searched for by meaning: the plain ones and those of phrases, in order."""
        return " ".join(term.value for term in self.terms if term.kind in (TermKind.WORDS, TermKind.PHRASE))

    @property
    def phrases(self) -> tuple[str, ...]:
        """What has to occur word for word."""
        return self.values(TermKind.PHRASE)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Words and phrases that must not occur."""
        return self.values(TermKind.WITHOUT)

    @property
    def after(self) -> date | None:
        """The first day wanted: the latest that was named."""
        return max((day for value in self.values(TermKind.AFTER) if (day := first_day(value))), default=None)

    @property
    def before(self) -> date | None:
        """The first day not wanted any more: the earliest that was named."""
        return min((day for value in self.values(TermKind.BEFORE) if (day := first_day(value))), default=None)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that an idea has to have, all of them."""
        return tuple(Mark(value) for value in self.values(TermKind.IS))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that an idea has to have, all of them."""
        return self.values(TermKind.TAG)

    @property
    def alternatives(self) -> tuple[ParsedQuery, ...]:
        """Queries without ``OR``, at most ``MOST_ALTERNATIVES``; what any of them asks for is what this one asks for."""
        open_ways = choices(self.terms)
        if all(len(choice) == 1 for choice in open_ways):
            return (self,)
        return tuple(ParsedQuery(terms=terms) for terms in islice(product(*open_ways), MOST_ALTERNATIVES))

    def values(self, kind: TermKind) -> tuple[str, ...]:
        """The values of the parts of a kind, in order."""
        return tuple(term.value for term in self.terms if term.kind is kind)

    def __str__(self) -> str:
        return " ".join(_written(term) for term in self.terms)


def choices(terms: Sequence[Term]) -> list[list[Term]]:
    """The parts in order, those that ``OR`` joins together."""
    joined: list[list[Term]] = []
    for at, term in enumerate(terms):
        if term.kind is TermKind.OR:
            continue
        if at and terms[at - 1].kind is TermKind.OR:
            joined[-1].append(term)
        else:
            joined.append([term])
    return joined


def first_day(value: str) -> date | None:
    """The first day of what ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` names; ``None`` if there is no such day."""
    match = DATE.fullmatch(value)
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _written(term: Term) -> str:
    match term.kind:
        case TermKind.WORDS:
            return term.value
        case TermKind.PHRASE:
            return f'"{term.value}"'
        case TermKind.WITHOUT:
            return f'-"{term.value}"'
        case TermKind.OR:
            return "OR"
        case TermKind.AFTER | TermKind.BEFORE | TermKind.IS:
            return f"{term.kind.value}:{term.value}"
        case _:
            return f'{term.kind.value}:"{term.value}"'
