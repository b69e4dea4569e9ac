"""The search over insights, where `retrieval.search.searcher` searches passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.days import span
from earmark.embedding import query_vectors
from earmark.language.folding import fold, holds
from earmark.ports import IndexQuery
from retrieval.index.points import lowered
from retrieval.search.subject import ABOUT, AboutRule, ClaimSamples
from retrieval.search.ways import in_turn

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Encoder, VectorIndex
    from earmark.types import Filters, Insight
    from retrieval.search.query import ParsedQuery

__all__ = ["InsightSearch"]

_DEEPER = 3
"""Insights for each that is wanted, where words leave some out."""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class InsightSearch:
    """Searches insights for queries without ``OR``; safe to share between threads.

    Args:
        catalog: holds the insights.
        index: finds them.
        encoder: whose vectors they are.
        about: when a claim is about a few words.
    """

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, *, about: AboutRule = ABOUT) -> None:
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._about = about
        self._samples = ClaimSamples(catalog, model_id=encoder.model_id)

    def best(self, ways: Iterable[tuple[ParsedQuery, Filters]], limit: int) -> list[Insight]:
        """The insights that fit one of some queries best, best first, by meaning and by words, fused by the index."""
        return in_turn([self._best(parsed, narrowed, limit) for parsed, narrowed in ways], _id)[:limit]

    def matching(self, ways: Iterable[tuple[ParsedQuery, Filters]], limit: int) -> list[Insight]:
        """The insights that are about one of some queries, nearest first: those that somebody who searches so wants told.

        They hold every phrase, and are about the words as `retrieval.search.subject` has it.
        """
        return in_turn([self._matching(parsed, narrowed, limit) for parsed, narrowed in ways], _id)[:limit]

    def _best(self, parsed: ParsedQuery, narrowed: Filters, limit: int) -> list[Insight]:
        words = " ".join((parsed.text, *parsed.phrases)).strip()
        excluded = _folded(parsed.excluded)
        if not words:
            return [insight for insight in self._newest(narrowed) if not _says(insight, excluded)][:limit]
        vector = query_vectors(self._encoder, [words])[0].tolist()
        deep = limit * _DEEPER if excluded else limit
        asked = IndexQuery(kind="insight", vector=vector, text=words, limit=deep, filters=narrowed)
        listed = self._read([hit.key for hit in self._index.query(asked)])
        return [insight for insight in listed if not _says(insight, excluded)][:limit]

    def _matching(self, parsed: ParsedQuery, narrowed: Filters, limit: int) -> list[Insight]:
        words, phrases, excluded = parsed.text, _folded(parsed.phrases), _folded(parsed.excluded)
        listed = self._about_words(words, limit, narrowed, loosely=bool(phrases)) if words else self._newest(narrowed)
        return [
            insight
            for insight in listed
            if all(_says(insight, [phrase]) for phrase in phrases) and not _says(insight, excluded)
        ]

    def _about_words(self, words: str, limit: int, narrowed: Filters, *, loosely: bool) -> list[Insight]:
        """The insights that are about some words, nearest first; ``loosely``, all by how near they are."""
        vector = query_vectors(self._encoder, [words])[0]
        asked = IndexQuery(kind="insight", vector=vector.tolist(), limit=limit, filters=narrowed)
        near = {hit.key: hit.score for hit in self._index.query(asked)}
        listed = self._read(list(near))
        if loosely:
            return listed
        subject = self._samples.current().subject(words, vector)
        return [insight for insight in listed if subject.holds(insight, near[insight.id], self._about)]

    def _newest(self, narrowed: Filters) -> list[Insight]:
        """The insights that filters name, newest first; none where they name none."""
        fitting = (insight for insight in self._read(narrowed.keys or ()) if _fits(insight, narrowed))
        return sorted(fitting, key=lambda i: (i.published or _BEFORE_ALL, i.quality, i.id), reverse=True)

    def _read(self, keys: Sequence[str]) -> list[Insight]:
        with self._catalog.read() as tx:
            known = insights.get_many(tx, keys)
        return [known[key] for key in keys if key in known]


def _id(insight: Insight) -> str:
    return insight.id


def _folded(phrases: Sequence[str]) -> list[str]:
    return [folded for phrase in phrases if (folded := fold(phrase))]


def _says(insight: Insight, phrases: Sequence[str]) -> bool:
    """Whether it holds one of some folded phrases."""
    text = fold(f"{insight.claim}\n{insight.body}\n{insight.quote}") if phrases else ""
    return any(holds(text, phrase) for phrase in phrases)


def _fits(insight: Insight, filters: Filters) -> bool:
    """Whether an insight is what filters allow, which the index says where it is asked."""
    after, before = span(filters)
    when = insight.published
    return (
        (not filters.shows or insight.show_id in filters.shows)
        and (not filters.episodes or insight.episode_id in filters.episodes)
        and (not filters.speakers or lowered(insight.speaker or "") in {lowered(name) for name in filters.speakers})
        and (after is None or (when is not None and when >= after))
        and (before is None or (when is not None and when < before))
    )
