"""What a search gives beside its hits: facets, which say from which shows, speakers and years the passages are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earmark.types import Hit
from retrieval.search.query import ParsedQuery

if TYPE_CHECKING:
    from earmark.catalog.content.chunks import LocatedPassage
    from earmark.days import Days

__all__ = ["Facet", "Facets", "SearchPage", "count_facets"]

_MOST = 8
"""Values of a facet that are listed; the rest is one filter away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A value to narrow a search to: ``value`` is what the filter takes, ``label`` what the reader sees."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The values of each facet, most frequent first, years newest first; counted over ``passages`` passages.

    Those are all that hold a phrase; for words, which match everything a little, the best; without either the newest.
    """

    shows: tuple[Facet, ...] = ()
    speakers: tuple[Facet, ...] = ()
    years: tuple[Facet, ...] = ()
    passages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The hits of a search, their facets, and the query as it was understood.

    ``asked`` is the query as typed where names in it were corrected, else empty.
    """

    hits: tuple[Hit, ...] = ()
    facets: Facets = Facets()
    query: ParsedQuery = field(default_factory=ParsedQuery)
    asked: str = ""


def count_facets(passages: Iterable[LocatedPassage], days: Days) -> Facets:
    """The facets of passages; years are those of the reader's days."""
    shows: Counter[tuple[str, str]] = Counter()
    speakers: Counter[tuple[str, str]] = Counter()
    years: Counter[tuple[str, str]] = Counter()
    count = 0
    for passage in passages:
        count += 1
        shows[passage.show_id, passage.show] += 1
        if passage.chunk.speaker:
            speakers[passage.chunk.speaker, passage.chunk.speaker] += 1
        if passage.published:
            year = f"{days.of(passage.published).year:04}"
            years[year, year] += 1
    return Facets(
        shows=_facet(shows),
        speakers=_facet(speakers),
        years=tuple(sorted(_facet(years), key=lambda facet: facet.value, reverse=True)),
        passages=count,
    )


def _facet(counts: Counter[tuple[str, str]]) -> tuple[Facet, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][1].casefold(), item[0][0]))
    return tuple(Facet(value=value, label=label, count=count) for (value, label), count in ordered[:_MOST])
