"""Search: the moments in which something was said, for a query as people type it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog.content import chunks, passages, vectors
from earmark.clean import plain
from earmark.days import Days
from earmark.embedding import query_tokens, query_vectors
from earmark.errors import UsageError
from earmark.language.folding import fold, holds
from earmark.ports import TokenEncoder
from earmark.scope import EVERYTHING, ShowScope
from earmark.settings import SearchSettings
from earmark.types import Filters, Hit, Insight
from retrieval.rarity import RarityIndex
from retrieval.search.facets import SearchPage, count_facets
from retrieval.search.insight_search import InsightSearch
from retrieval.search.moments import PassageHit, gathered, marked, passage_hit
from retrieval.search.narrowing import Narrower
from retrieval.search.query import ParsedQuery, parse, words_only
from retrieval.search.ranking import Ranker
from retrieval.search.scan import PhraseMatch, both, matches, newest
from retrieval.search.ways import Marked, in_turn, unmarked, ways

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog, Connection
    from earmark.catalog.content.chunks import LocatedPassage
    from earmark.ports import Encoder, IndexHit, TokenVectors, VectorIndex
    from retrieval.search.rerank import Reranker

__all__ = ["LONGEST_QUERY", "Searcher", "clean_query"]

LONGEST_QUERY = 1_000
"""Characters of a query that are looked at: about the 256 tokens that the default model reads."""
_NEAR = 2
"""Passages for each result wanted that may lengthen a better one's moment: what would have been shown, or nearly."""
_SPARE = 3
"""Candidates for each result wanted: about two in three neighbours fold in a library of long interviews."""
_POOL = 60
"""Candidates that facets are counted over, where words match everything a little: as many as are read again."""
_NEWEST = 300
"""Passages that facets are counted over where there are no words."""


def clean_query(query: str) -> str:
    """A query as it is searched for: one line, nothing invisible, cut to what a model reads.

    Raises:
        UsageError: nothing is left.
    """
    cleaned = plain(query[: 10 * LONGEST_QUERY])[:LONGEST_QUERY].strip()
    if not any(character.isalnum() for character in cleaned):
        raise UsageError("there is nothing to search for; type a few words or a question")
    return cleaned


@dataclass(frozen=True, slots=True, kw_only=True)
class _SearchRun:
    """A query understood: what is looked for, where, and the vector of its words (``None`` if it has none)."""

    parsed: ParsedQuery
    filters: Filters
    written: tuple[str, ...]
    excluded: tuple[str, ...]
    vector: NDArray[np.float32] | None
    tokens: TokenVectors | None

    @property
    def phrases(self) -> tuple[str, ...]:
        """What a passage has to hold, as it is compared."""
        return tuple(phrase for written in self.written if (phrase := fold(written)))


class Searcher:
    """Search over passages; safe to share between threads.

    Args:
        catalog: holds the passages and their vectors.
        index: finds them.
        encoder: whose vectors they are.
        settings: how passages are ranked.
        reranker: a cross-encoder that reads the best again, where one is named.
        rarities: how rare words are in the catalog; one instance serves all that search it.
        timezone: whose days are meant where the filters do not say.
        scope: the only shows that are searched.
    """

    def __init__(
        self,
        catalog: Catalog,
        index: VectorIndex,
        encoder: Encoder,
        *,
        settings: SearchSettings | None = None,
        reranker: Reranker | None = None,
        rarities: RarityIndex | None = None,
        timezone: str = "UTC",
        scope: ShowScope = EVERYTHING,
    ) -> None:
        self.catalog = catalog
        self.scope = scope
        self.rarities = rarities or RarityIndex(catalog)
        self._encoder = encoder
        self._late = (settings or SearchSettings()).late_interaction
        self._ranker = Ranker(catalog, index, encoder, settings=settings, reranker=reranker)
        self._index = index
        self._insights = InsightSearch(catalog, index, encoder)
        self._narrower = Narrower(catalog, index, encoder, timezone=timezone, scope=scope)

    def within(self, scope: ShowScope, *, timezone: str) -> Searcher:
        """The same search in these shows alone, with the days of a time zone; names of other shows are unknown to it."""
        other = copy(self)
        other.scope = scope
        other._narrower = Narrower(self.catalog, self._index, self._encoder, timezone=timezone, scope=scope)
        return other

    def search(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, marked_as: Marked = unmarked
    ) -> list[Hit]:
        """The best moments, best first; passages that follow each other in an episode are one.

        Raises:
            UsageError: an empty query, or a limit below 1.
            NotFound: no speaker or show has the name that the query or the filters give.
        """
        return list(self.page(query, filters=filters, limit=limit, marked_as=marked_as).hits)

    def page(
        self,
        query: str,
        *,
        filters: Filters | None = None,
        limit: int = 10,
        correct: bool = True,
        marked_as: Marked = unmarked,
    ) -> SearchPage:
        """The best moments with their facets and the query as it was understood.

        Args:
            query: words, with or without the syntax of `retrieval.search.query`.
            filters: what the search is narrowed to beside what the query says.
            limit: how many moments are wanted at most.
            correct: whether names that are typed nearly right are corrected.
            marked_as: says what ``is:`` and ``tag:`` mean to the asking reader.

        Raises:
            UsageError: an empty query, or a limit below 1.
            NotFound: no speaker or show has the name that the query or the filters give.
        """
        _check(limit)
        typed = parse(clean_query(query))
        parsed = self._narrower.corrected(typed) if correct else typed
        asked = str(typed) if parsed.terms != typed.terms else ""
        searches = list(self._searches(parsed, filters or Filters(), marked_as))
        if not searches:
            return SearchPage(query=parsed, asked=asked)
        depth = max(limit * _SPARE + 10, _POOL)
        units = in_turn([self._units(search, depth) for search in searches], _places)
        located = {hit.place: hit.located for unit in units for hit in unit}.values()
        facets = count_facets(located, Days.named(searches[0].filters.zone or ""))
        phrases = tuple(dict.fromkeys(phrase for search in searches for phrase in search.phrases))
        vector = searches[0].vector if len(searches) == 1 else self._encoded(parsed.text)[0]
        moments = gathered(units, limit, near=None if phrases else _NEAR * limit if vector is not None else 0)
        hits = marked(
            moments,
            wanted=parsed.text,
            phrases=phrases,
            speakers=tuple(dict.fromkeys(name for search in searches for name in search.filters.speakers)),
            rarity=self.rarities.rarity(),
            vector=vector,
            encode=self._encoder.encode,
        )
        return SearchPage(hits=tuple(hits), facets=facets, query=parsed, asked=asked)

    def insights(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, marked_as: Marked = unmarked
    ) -> list[Insight]:
        """The insights that fit a query best, best first: by meaning and by words, fused by the index.

        Phrases of the query count as words. A query of ``is:`` and ``tag:`` alone gives what they mean, newest first.

        Raises:
            UsageError: an empty query, or a limit below 1.
            NotFound: no speaker or show has the name that the query or the filters give.
        """
        _check(limit)
        parsed = self._narrower.corrected(parse(clean_query(query)))
        return self._insights.best(ways(self._narrower, parsed, filters or Filters(), marked_as), limit)

    def matching(self, query: str, among: Sequence[str]) -> list[Insight]:
        """Those of some insights (by id) that are about a query, nearest first (`InsightSearch.matching`).

        Raises:
            UsageError: an empty query.
            NotFound: no speaker or show has the name that the query gives.
        """
        if not among:
            return []
        parsed = parse(clean_query(query))
        return self._insights.matching(ways(self._narrower, parsed, Filters(), lambda _: among), len(among))

    def conditions(
        self, parsed: ParsedQuery, given: Filters, marked_as: Marked = unmarked
    ) -> list[tuple[ParsedQuery, Filters]]:
        """Each way that a query leaves open, with all of its conditions in the filters; none where nothing can fit them.

        Args:
            parsed: conditions of a query, beside its words, if any; names that are typed nearly right are corrected.
            given: filters beside it, whose speakers may be parts of names.
            marked_as: says what ``is:`` and ``tag:`` mean to the asking reader.

        Raises:
            NotFound: no speaker or show has the name that the query or the filters give.
        """
        conditions: list[tuple[ParsedQuery, Filters]] = []
        for way in self._narrower.corrected(parsed, words=False).alternatives:
            asked, meant = self._narrower.asked(way, given), marked_as(way)
            if asked is not None and meant is not None:
                asked = self._where_said(replace(asked, keys=tuple(sorted(meant))))
            if asked is not None:
                conditions.append((way, replace(asked, phrases=way.phrases, without=way.excluded)))
        return conditions

    def _searches(self, parsed: ParsedQuery, given: Filters, marked_as: Marked) -> Iterator[_SearchRun]:
        """The ways that a query leaves open, as searches over passages; what is marked is where it was said."""
        for way, narrowed in ways(self._narrower, parsed, given, marked_as):
            over = narrowed if narrowed.keys is None else self._where_said(narrowed)
            if over is not None:
                yield self._understood(way, over)

    def _where_said(self, filters: Filters) -> Filters | None:
        """Filters whose ``keys`` are insights, with the passages in which these are said; ``None`` for no passage."""
        with self.catalog.read() as tx:
            said_in = passages.of_insights(tx, filters.keys or ())
        return replace(filters, keys=tuple(said_in)) if said_in else None

    def passages(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, operators: bool = True
    ) -> list[Hit]:
        """The best passages, best first, each on its own, in the order that ``search`` starts from.

        Names are not corrected, and a name in the filters that nobody has finds nothing. Without ``operators`` all of the
        query is words: conditions are in the filters.

        Raises:
            UsageError: an empty query, or a limit below 1.
            NotFound: no speaker or show has the name that the query gives.
        """
        _check(limit)
        cleaned = clean_query(query)
        parsed = parse(cleaned) if operators else words_only(cleaned)
        narrowed = self._narrower.narrowed(parsed, filters or Filters(), strict=False)
        if narrowed is None:
            return []
        units = self._units(self._understood(parsed, narrowed), limit)
        singles = {hit.place: hit for unit in units for hit in unit}
        return [passage_hit(hit) for hit in list(singles.values())[:limit]]

    def respelled(self, text: str) -> str:
        """A question with names and words typed nearly right as the library has them: what a second try looks for."""
        return self._narrower.respelled(text, self.rarities.rarity().counts)

    def _understood(self, parsed: ParsedQuery, filters: Filters) -> _SearchRun:
        vector, tokens = self._encoded(parsed.text)
        return _SearchRun(
            parsed=parsed,
            filters=filters,
            written=tuple(dict.fromkeys((*parsed.phrases, *filters.phrases))),
            excluded=tuple(phrase for written in (*parsed.excluded, *filters.without) if (phrase := fold(written))),
            vector=vector,
            tokens=tokens,
        )

    def _encoded(self, text: str) -> tuple[NDArray[np.float32] | None, TokenVectors | None]:
        """The vector of the words searched for and those of their tokens, from one pass of the model."""
        if not text:
            return None, None
        if self._late and isinstance(self._encoder, TokenEncoder):
            tokens = query_tokens(self._encoder, [text])[0]
            return tokens.pooled, tokens
        return query_vectors(self._encoder, [text])[0], None

    def _units(self, search: _SearchRun, limit: int) -> list[tuple[PassageHit, ...]]:
        """What was found, best first: single passages, and pairs over whose border a phrase runs."""
        ranked: list[IndexHit] = []
        if search.vector is not None:
            deep = max(limit, _POOL) if search.phrases or search.excluded else limit
            ranked = self._ranker.rank(
                search.parsed.text, search.vector, filters=search.filters, limit=deep, tokens=search.tokens
            )
        with self.catalog.read() as tx:
            if search.phrases:
                return _kept(search, self._with_phrases(tx, search, ranked))
            keys = [hit.key for hit in ranked] if search.vector is not None else newest(tx, search.filters, _NEWEST)
            hits = self._hits(tx, search, keys, {hit.key: hit.score for hit in ranked})
        return _kept(search, [(hits[key],) for key in keys if key in hits])[:limit]

    def _with_phrases(
        self, tx: Connection, search: _SearchRun, ranked: Sequence[IndexHit]
    ) -> list[tuple[PassageHit, ...]]:
        """The passages with all phrases: what the index ranks in its order, then the rest of the catalog by nearness."""
        together = _together(tx, search)
        scores = {hit.key: hit.score for hit in ranked}
        keys = dict.fromkeys([*scores, *(key for ids in together for key in ids)])
        passages = self._hits(tx, search, list(keys), scores)
        # The index folds letters that the database tells apart, so it has passages that the database did not give.
        given = {key for ids in together for key in ids}
        folded = [key for key in scores if key in passages and key not in given]
        together += [(key,) for key in folded if _holds_all(passages[key].located, search)]
        units = [tuple(passages[key] for key in ids) for ids in together if all(key in passages for key in ids)]
        place = {key: number for number, key in enumerate(scores)}

        def order(unit: tuple[PassageHit, ...]) -> tuple[int, float]:
            best = min(place.get(hit.located.chunk.id, len(place)) for hit in unit)
            return best, -max(hit.cosine or 0.0 for hit in unit)

        return sorted((tuple(sorted(unit, key=lambda hit: order((hit,)))) for unit in units), key=order)

    def _hits(
        self, tx: Connection, search: _SearchRun, keys: Sequence[str], scores: dict[str, float]
    ) -> dict[str, PassageHit]:
        located = chunks.located(tx, keys)
        if search.vector is None:
            return {key: PassageHit(located=passage, score=0.0) for key, passage in located.items()}
        hashes = [passage.chunk.content_hash for passage in located.values()]
        known = vectors.get_many(tx, self._encoder.model_id, hashes)
        hits = {}
        for key, passage in located.items():
            vector = known.get(passage.chunk.content_hash)
            cosine = None if vector is None else float(vector @ search.vector)
            hits[key] = PassageHit(located=passage, score=scores.get(key, 0.0), cosine=cosine)
        return hits


def _together(tx: Connection, search: _SearchRun) -> list[tuple[str, ...]]:
    """The ids of passages that hold all phrases, as the database finds them: alone, or two that follow each other."""
    held: list[PhraseMatch] | None = None
    for phrase in search.written:
        here = matches(tx, phrase, search.filters)
        held = here if held is None else both(held, here)
        if not held:  # whatever the other phrases are, nothing holds them all
            break
    return [tuple(key for _, key in match.ids) for match in held or ()]


def _places(unit: Sequence[PassageHit]) -> tuple[tuple[str, int], ...]:
    return tuple(hit.place for hit in unit)


def _check(limit: int) -> None:
    if limit < 1:
        raise UsageError(f"limit is {limit}; it has to be at least 1")


def _holds_all(located: LocatedPassage, search: _SearchRun) -> bool:
    text = fold(located.chunk.text)
    return all(holds(text, phrase) for phrase in search.phrases)


def _kept(search: _SearchRun, units: list[tuple[PassageHit, ...]]) -> list[tuple[PassageHit, ...]]:
    """The passages found, without those that contain an excluded word."""
    if not search.excluded:
        return units

    def clean(unit: tuple[PassageHit, ...]) -> bool:
        texts = [fold(hit.located.chunk.text) for hit in unit]
        return not any(holds(text, phrase) for text in texts for phrase in search.excluded)

    return [unit for unit in units if clean(unit)]
