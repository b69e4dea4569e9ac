"""Search on judged queries: the product's own search against the rankings that it combines."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from earmark.ports import IndexQuery
from earmark.types import Filters
from evaluation.collection import default_cache, library, load, model_names
from evaluation.judgements import open_judged, selected
from evaluation.metrics import DEPTH, MEASURES, per_query
from evaluation.misheard import misheard
from evaluation.ranking_only import ranked, same_order, single, unmarked
from evaluation.significance import comparisons, mean
from evaluation.suite import Measure, SuiteResult
from retrieval.search.searcher import clean_query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.ports import IndexHit
    from earmark.settings import Settings
    from evaluation.collection import LoadedCollection, ScratchLibrary
    from evaluation.judgements import JudgedCollection, JudgedQuery
    from retrieval.search.searcher import Searcher

__all__ = ["EXTRA", "RUNS", "evaluate_retrieval", "measured", "rankings", "run"]

RUNS = ("dense", "bm25", "hybrid", "system")
EXTRA = ("moments",)
"""Runs on request: the moments that ``system``'s passages are shown in, taken apart, each moment's best passage first."""
Progress = Callable[[str], None]
_CHECKED = 5
"""Queries that are asked both with and without the marking of sentences."""


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """All runs over all judged queries of a folder."""
    return evaluate_retrieval(folder, settings=settings, limit=limit, on_progress=on_progress)


def evaluate_retrieval(
    folder: Path,
    *,
    settings: Settings,
    split: str = "",
    kind: str = "",
    group: str = "",
    text: str = "",
    within: str = "",
    skip_same: str = "",
    word_errors: float = 0.0,
    limit: int | None = None,
    runs: Sequence[str] = RUNS,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """nDCG@10, recall@20 and reciprocal rank of each run, and how ``system`` compares with the others.

    Args:
        folder: holds corpus.jsonl, queries.jsonl and qrels.tsv.
        settings: name the embedding model.
        split: ``tune`` or ``test``, or a value of the field ``split``.
        kind: a value of the queries' field ``kind``.
        group: the field whose values are kept together in ``tune`` and ``test``.
        text: the queries' field that is searched for.
        within: search only inside documents with the query's value of this field.
        skip_same: leave out documents with the query's value of this field.
        word_errors: how many a word the documents get first (`evaluation.misheard`), beside those that they have.
        limit: judged queries at most.
        runs: names out of ``RUNS`` and ``EXTRA``.
        cache: where vectors are kept between calls; by default in the library's folder.
        on_progress: told what goes on.

    Raises:
        UsageError: the folder or an option cannot be used; the message says what to do.
    """
    _check(runs)
    began = time.perf_counter()
    judged = selected(open_judged(folder), split=split, kind=kind, group=group, text=text, limit=limit)
    if word_errors:
        judged = misheard(judged, rate=word_errors)
    with library(settings, cache=cache or default_cache(settings), on_progress=on_progress) as made:
        loaded = load(judged, made)
        ranked = rankings(judged, made, loaded, runs=runs, within=within, skip_same=skip_same)
        models = model_names(settings, made.encoder)
    relevant, skipped = _relevant(judged, skip_same)
    values = {name: per_query(relevant, ranked[name]) for name in runs}
    return SuiteResult(
        suite="retrieval",
        data=judged.name,
        part=part_name(split=split, kind=kind, text=text, within=within, limit=limit, word_errors=word_errors),
        sizes={"documents": len(judged.documents), "queries": len(relevant)},
        licence=judged.licence,
        runs={name: measured(values[name]) for name in runs},
        comparisons=comparisons(values, "system", MEASURES[:2]),
        models=models,
        seconds=round(time.perf_counter() - began, 1),
        notes=skipped,
    )


def measured(values: Mapping[str, Mapping[str, float]]) -> dict[str, Measure]:
    """The means of values by measure and query."""
    return {name: mean(list(of_queries.values())) for name, of_queries in values.items()}


def part_name(*, split: str, kind: str, text: str, within: str, limit: int | None, word_errors: float = 0.0) -> str:
    """The options that decide what was measured, in words."""
    words = [split, kind, text.replace("_", " "), f"within {within}" if within else ""]
    words.append(f"{word_errors:.0%} of words misheard" if word_errors else "")
    return ", ".join([word for word in words if word] + ([f"first {limit}"] if limit else []))


def rankings(
    judged: JudgedCollection,
    made: ScratchLibrary,
    loaded: LoadedCollection,
    *,
    runs: Sequence[str],
    within: str = "",
    skip_same: str = "",
) -> dict[str, dict[str, list[str]]]:
    """Document ids by run and query, best first, ``DEPTH`` at most, without those that are to be left out.

    Raises:
        UsageError: a query lacks the field that ``within`` or ``skip_same`` names.
    """
    scopes = _scopes(judged, loaded, within)
    same = _members(judged, skip_same)
    vectors = made.vectors.queries([clean_query(query.text) for query in judged.queries])
    narrow = {
        query.id: Filters(episodes=scopes[_value(judged, query, within)]) if within else Filters()
        for query in judged.queries
    }
    asking = _Asker(
        made, _searcher(judged.queries[:_CHECKED], made, narrow) if {"system", *EXTRA}.intersection(runs) else None
    )
    ranked: dict[str, dict[str, list[str]]] = {name: {} for name in runs}
    for number, (query, vector) in enumerate(zip(judged.queries, vectors, strict=True)):
        if number % 100 == 0:
            made.on_progress(f"query {number:,} of {len(judged.queries):,}")
        out = same.get(_value(judged, query, skip_same), frozenset()) | {query.id}
        filters = narrow[query.id]
        for name in runs:
            keys = asking.ask(
                name, query.text, vector, filters=filters, limit=DEPTH + len(out & judged.documents.keys())
            )
            ranking = [loaded.document_of[key] for key in keys]
            ranked[name][query.id] = [document for document in ranking if document not in out][:DEPTH]
    return ranked


@dataclass(frozen=True, slots=True)
class _Asker:
    made: ScratchLibrary
    searcher: Searcher | None

    def ask(self, run: str, text: str, vector: NDArray[np.float32], *, filters: Filters, limit: int) -> list[str]:
        """Passage ids of one run for one query, best first, each once."""
        index, plain = self.made.index, clean_query(text)
        hits: list[IndexHit]
        match run:
            case "dense":
                hits = index.query(IndexQuery(kind="chunk", vector=vector.tolist(), limit=limit, filters=filters))
            case "bm25":
                hits = index.query(IndexQuery(kind="chunk", text=plain, limit=limit, filters=filters))
            case "hybrid":
                hits = index.query(
                    IndexQuery(kind="chunk", vector=vector.tolist(), text=plain, limit=limit, filters=filters)
                )
            case "moments":
                return ranked(self.searcher, text, filters=filters, limit=limit) if self.searcher else []
            case _:
                return single(self.searcher, text, filters=filters, limit=limit) if self.searcher else []
        return [hit.key for hit in hits]


def _searcher(queries: Sequence[JudgedQuery], made: ScratchLibrary, narrow: Mapping[str, Filters]) -> Searcher:
    """The product's search, without the marking of sentences if that gives the same order for the first queries."""
    whole, quick = made.searcher(), made.searcher(unmarked(made.encoder))
    texts, filters = [query.text for query in queries], [narrow[query.id] for query in queries]
    return quick if same_order(quick, whole, texts, filters=filters, limit=DEPTH) else whole


def _check(runs: Sequence[str]) -> None:
    unknown = [name for name in runs if name not in (*RUNS, *EXTRA)]
    if unknown or not runs:
        raise UsageError(
            f"there is no run {', '.join(unknown) or 'named'}; choose from {', '.join((*RUNS, *EXTRA))}",
            subject="--runs",
        )


def _value(judged: JudgedCollection, query: JudgedQuery, name: str) -> str:
    if not name:
        return ""
    value = query.fields.get(name)
    if not value:
        raise UsageError(f"query {query.id} has no field {name!r}; choose another field", subject=judged.name)
    return str(value)


def _members(judged: JudgedCollection, name: str) -> dict[str, frozenset[str]]:
    """Documents by their value of a field."""
    by_value: dict[str, set[str]] = {}
    for document in judged.documents.values() if name else ():
        if document.fields.get(name):
            by_value.setdefault(str(document.fields[name]), set()).add(document.id)
    return {value: frozenset(members) for value, members in by_value.items()}


def _scopes(judged: JudgedCollection, loaded: LoadedCollection, within: str) -> dict[str, tuple[str, ...]]:
    """Episodes by the value of the field ``within``.

    Raises:
        UsageError: no document has what a query asks for, or an episode has documents of several values.
    """
    members = _members(judged, within)
    scopes = {
        value: tuple(dict.fromkeys(loaded.episode_of[document] for document in ids)) for value, ids in members.items()
    }
    shared = Counter(episode for episodes in scopes.values() for episode in episodes)
    if any(count > 1 for count in shared.values()):
        raise UsageError(f"documents of one episode differ in {within!r}; choose another field", subject="--within")
    for query in judged.queries if within else ():
        if _value(judged, query, within) not in scopes:
            raise UsageError(
                f"no document has the {within} of query {query.id}; choose another field", subject="--within"
            )
    return scopes


def _relevant(judged: JudgedCollection, skip_same: str) -> tuple[dict[str, dict[str, int]], tuple[str, ...]]:
    """The judgements without left-out documents, and a note if queries lose all of theirs."""
    same = _members(judged, skip_same)
    kept: dict[str, dict[str, int]] = {}
    for query in judged.queries:
        out = same.get(_value(judged, query, skip_same), frozenset()) | {query.id}
        grades = {document: grade for document, grade in judged.relevant[query.id].items() if document not in out}
        if grades:
            kept[query.id] = grades
    lost = len(judged.queries) - len(kept)
    if not kept:
        raise UsageError("leaves no query with a relevant document; choose another field", subject="--skip-same")
    return kept, (f"{lost} queries have only relevant documents that are skipped",) if lost else ()
