"""Related insights on editors' judgements: the finder against the rankings that it combines, and its hubs.

Every value of one field (by default the date) is a show with one episode, so "another show" means another date. The
finder's shipped list has a floor, and shows take turns in it; its ranking before those rules is measured too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.embedding import insight_text
from earmark.errors import UsageError
from earmark.ids import make_id
from earmark.ports import IndexQuery
from earmark.types import EpisodeData, Insight
from evaluation.collection import default_cache, library, model_names, published, put_show
from evaluation.given_insights import given_insight
from evaluation.hubs import diversity, hub_measures
from evaluation.judgements import open_judged, selected
from evaluation.metrics import DEPTH, MEASURES, per_query
from evaluation.significance import comparisons, mean
from evaluation.suite import Measure, SuiteResult
from evaluation.suites.retrieval import measured, part_name
from retrieval.related.finder import RelatedFinder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.settings import Settings
    from evaluation.collection import ScratchLibrary
    from evaluation.judgements import JudgedCollection, JudgedDocument

__all__ = ["RUNS", "evaluate_related", "run"]

RUNS = ("dense", "bm25", "hybrid", "related", "related, as shown")
"""``related`` is the finder's ranking, ``related, as shown`` the list that readers see: floor, folding, shows taking turns."""
Progress = Callable[[str], None]


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """All runs over all judged queries of a folder."""
    return evaluate_related(folder, settings=settings, limit=limit, on_progress=on_progress)


def evaluate_related(
    folder: Path,
    *,
    settings: Settings,
    split: str = "",
    skip_same: str = "date",
    limit: int | None = None,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """Ranking measures of each run, hub rate, skew of k-occurrence, diversity, and the share of entries of the own show.

    Args:
        folder: holds corpus.jsonl, queries.jsonl and qrels.tsv; every query is a document.
        settings: name the embedding model.
        split: ``tune`` or ``test``, or a value of the field ``split``.
        skip_same: the field whose values are shows.
        limit: judged queries at most.
        cache: where vectors are kept between calls; by default in the library's folder.
        on_progress: told what goes on.

    Raises:
        UsageError: the folder or an option cannot be used; the message says what to do.
    """
    began = time.perf_counter()
    judged = selected(open_judged(folder), split=split, group=skip_same, limit=limit)
    _check(judged, skip_same)
    with library(settings, cache=cache or default_cache(settings), on_progress=on_progress) as made:
        stored = _load(judged, skip_same, made)
        lists = _lists(judged, stored, made)
        vectors = _vectors(stored, made)
        models = model_names(settings, made.encoder)
    relevant = _relevant(judged, skip_same)
    values = {name: per_query(relevant, lists[name]) for name in lists}
    runs = {name: measured(values[name]) | _of_lists(lists[name], judged, skip_same, vectors) for name in lists}
    return SuiteResult(
        suite="related",
        data=judged.name,
        part=part_name(split=split, kind="", text="", within="", limit=limit),
        sizes={"insights": len(judged.documents), "queries": len(relevant)},
        licence=judged.licence,
        runs=runs,
        comparisons=comparisons(values, "related", MEASURES[:2]),
        models=models,
        seconds=round(time.perf_counter() - began, 1),
    )


@dataclass(frozen=True, slots=True)
class _StoredInsights:
    """Insights by document, and documents by insight id."""

    insights: dict[str, Insight]
    document_of: dict[str, str]


def _check(judged: JudgedCollection, field: str) -> None:
    for document in judged.documents.values():
        if not document.fields.get(field):
            raise UsageError(
                f"document {document.id} has no field {field!r}; choose another --skip-same", subject=judged.name
            )
    for query in judged.queries:
        if query.id not in judged.documents:
            raise UsageError(f"query {query.id} is no document; here every query has to be one", subject=judged.name)


def _load(judged: JudgedCollection, field: str, made: ScratchLibrary) -> _StoredInsights:
    made.on_progress(f"taking in {len(judged.documents):,} insights")
    shows: dict[str, list[JudgedDocument]] = {}
    for document in judged.documents.values():
        shows.setdefault(str(document.fields[field]), []).append(document)
    with made.catalog.write() as tx:
        for show, members in shows.items():
            data = EpisodeData(guid=show, title=show, published=published(members[0]))
            episode_id = put_show(tx, show, [data])[0]
            insights.replace(
                tx, episode_id, [_insight(document, n, episode_id) for n, document in enumerate(members)], {}
            )
    given = [_insight(document, 0, "") for document in judged.documents.values()]
    made.follow({insight.content_hash: insight_text(insight) for insight in given})
    ids = {document.id: make_id("insight", document.id) for document in judged.documents.values()}
    with made.catalog.read() as tx:
        known = insights.get_many(tx, list(ids.values()))
    return _StoredInsights(
        {document: known[key] for document, key in ids.items()}, {key: document for document, key in ids.items()}
    )


def _insight(document: JudgedDocument, seq: int, episode_id: str) -> Insight:
    claim, body = (document.title, document.text) if document.title else (document.text, "")
    return given_insight(document.id, episode_id, claim=claim, body=body, seq=seq)


def _lists(judged: JudgedCollection, stored: _StoredInsights, made: ScratchLibrary) -> dict[str, dict[str, list[str]]]:
    """Documents by run and query, best first, ``DEPTH`` at most."""
    finder = RelatedFinder(made.catalog, made.index, made.encoder)
    vectors = _vectors(stored, made)
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in RUNS}
    for number, query in enumerate(judged.queries):
        if number % 50 == 0:
            made.on_progress(f"query {number:,} of {len(judged.queries):,}")
        insight = stored.insights[query.id]
        for name, keys in _ranked(made, finder, insight, vectors[query.id].tolist()).items():
            rankings[name][query.id] = [stored.document_of[key] for key in keys]
    return rankings


def _ranked(made: ScratchLibrary, finder: RelatedFinder, insight: Insight, vector: list[float]) -> dict[str, list[str]]:
    index, text, own = made.index, insight_text(insight), (insight.show_id,)
    dense = index.query(IndexQuery(kind="insight", vector=vector, limit=DEPTH, exclude_shows=own))
    words = index.query(IndexQuery(kind="insight", text=text, limit=DEPTH, exclude_shows=own))
    both = index.query(IndexQuery(kind="insight", vector=vector, text=text, limit=DEPTH, exclude_shows=own))
    shown = [entry.insight.id for entry in finder.related(insight, limit=DEPTH) if entry.insight is not None]
    ranked = [relative.id for relative in finder.ranked(insight, limit=DEPTH)]
    plain = ([hit.key for hit in hits] for hits in (dense, words, both))
    return dict(zip(RUNS, (*plain, ranked, shown), strict=True))


def _vectors(stored: _StoredInsights, made: ScratchLibrary) -> dict[str, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)`` by document."""
    keys = list(stored.insights)
    return dict(zip(keys, made.vectors.encode([insight_text(stored.insights[key]) for key in keys]), strict=True))


def _relevant(judged: JudgedCollection, field: str) -> dict[str, dict[str, int]]:
    """The judgements of insights that are not of the query's own show."""
    show = {document.id: str(document.fields[field]) for document in judged.documents.values()}
    kept = {
        query.id: {
            document: grade for document, grade in judged.relevant[query.id].items() if show[document] != show[query.id]
        }
        for query in judged.queries
    }
    return {query: grades for query, grades in kept.items() if grades}


def _of_lists(
    lists: dict[str, list[str]], judged: JudgedCollection, field: str, vectors: dict[str, NDArray[np.float32]]
) -> dict[str, Measure]:
    show = {document.id: str(document.fields[field]) for document in judged.documents.values()}
    leaks = [_share([show[other] == show[query] for other in ranking]) for query, ranking in lists.items()]
    return hub_measures(lists, judged.documents.keys()) | {
        "diversity@10": diversity(lists, vectors),
        "same show": mean(leaks),
        "entries": mean([float(len(ranking)) for ranking in lists.values()]),
    }


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
