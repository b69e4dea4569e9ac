"""What an alert on a search tells: of the claims that are about it, how many, and of those that it tells, how many are.

Every judged document is a claim of a library, every search an alert on it. Searches are the queries of a judged collection,
or, where documents name editors' ``topics`` and no ``kind`` of query is asked for, the topics that three of them have. Beside
the product's own rule a run each tells what has all words of a search, and what has them or is as near as a cosine, the same for all.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.embedding import insight_text
from earmark.errors import UsageError
from earmark.types import Filters
from evaluation.collection import default_cache, library, model_names
from evaluation.given_insights import put_insights
from evaluation.judgements import data_name, json_lines, licence, open_judged, selected
from evaluation.significance import mean, ratio
from evaluation.splits import PARTS, part
from evaluation.suite import Measure, SuiteResult
from retrieval.search.insight_search import InsightSearch
from retrieval.search.query import parse
from retrieval.search.subject import ABOUT, AboutRule

if TYPE_CHECKING:
    from earmark.settings import Settings
    from earmark.types import Insight
    from evaluation.collection import ScratchLibrary

__all__ = ["FLOORS", "evaluate_alerts"]

FLOORS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_PRODUCT = "the product"
_WORDS = AboutRule(alone=math.inf, beside=math.inf, few=math.inf)
"""Of what is told only where it holds all words of a search."""
_ALL = AboutRule(alone=-math.inf, few=-math.inf)
"""Of what is told of anything that a search does not leave out."""
_FEWEST = 3
"""Documents of a topic that is searched for."""

Progress = Callable[[str], None]
Wanted = Mapping[str, frozenset[str]]
"""The documents that belong to each search, by its words."""


def evaluate_alerts(
    folder: Path,
    *,
    settings: Settings,
    split: str = "",
    kind: str = "",
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """Precision (of all that is told), recall and claims told (both a search, averaged) of each run.

    Args:
        folder: holds corpus.jsonl, and queries.jsonl and qrels.tsv where its queries are the searches.
        settings: name the embedding model.
        split: ``tune`` or ``test``: half of the topics, or of the sources of the queries.
        kind: of the queries; empty for topics.
        cache: where vectors are kept between calls.
        on_progress: told what goes on.

    Raises:
        UsageError: the folder or an option cannot be used.
    """
    began = time.perf_counter()
    texts = _texts(folder)
    wanted = _of_queries(folder, kind, split) if kind else _of_topics(folder, split)
    if not wanted:
        raise UsageError("holds nothing to search for", subject=str(folder))
    with library(settings, cache=cache or default_cache(settings), on_progress=on_progress) as made:
        with made.catalog.write() as tx:
            document_of = put_insights(tx, texts)
            every = insights.listed(tx)
        made.follow({insight.content_hash: insight_text(insight) for insight in every})
        near = _nearness(made, list(wanted), every)
        told = {
            _PRODUCT: _told(made, wanted, len(texts), about=ABOUT),
            "all words": _told(made, wanted, len(texts), about=_WORDS),
        }
        everything = _told(made, wanted, len(texts), about=_ALL)
        for floor in FLOORS:
            told[f"all words, or from {floor:.2f}"] = {
                words: [key for key in keys if near[words][key] >= floor or key in told["all words"][words]]
                for words, keys in everything.items()
            }
        runs = {
            name: _measures({words: [document_of[key] for key in keys] for words, keys in by_words.items()}, wanted)
            for name, by_words in told.items()
        }
        models = model_names(settings, made.encoder)
    return SuiteResult(
        suite="alerts",
        data=data_name(folder),
        part=", ".join(word for word in (split, kind) if word),
        sizes={"claims": len(texts), "searches": len(wanted)},
        licence=licence(folder),
        runs=runs,
        models=models,
        seconds=round(time.perf_counter() - began, 1),
        notes=(
            f"The product tells what lies {ABOUT.alone:g} standard deviations above the library's mean, {ABOUT.beside:g} with "
            f"{ABOUT.share:.0%} of the words by rarity, or has all words of a search; the other runs tell from a cosine.",
            "A claim on the subject that its editors did not mark so counts as wrong.",
        ),
    )


def _texts(folder: Path) -> dict[str, tuple[str, str]]:
    """Title and text of each document, by its id."""
    return {
        str(line["_id"]): (str(line.get("title") or ""), str(line.get("text") or ""))
        for _, line in json_lines(folder / "corpus.jsonl")
    }


def _of_queries(folder: Path, kind: str, split: str) -> Wanted:
    judged = selected(open_judged(folder), kind=kind, split=split)
    return {query.text: frozenset(judged.relevant[query.id]) for query in judged.queries}


def _of_topics(folder: Path, split: str) -> Wanted:
    if split and split not in PARTS:
        raise UsageError(f"choose one of {', '.join(PARTS)}", subject=f"--split {split}")
    lines = [line for _, line in json_lines(folder / "corpus.jsonl")]
    counts = Counter(topic for line in lines for topic in line.get("topics", ()))
    return {
        topic: frozenset(str(line["_id"]) for line in lines if topic in line.get("topics", ()))
        for topic, count in sorted(counts.items())
        if count >= _FEWEST and split in ("", part(topic))
    }


def _told(made: ScratchLibrary, wanted: Wanted, limit: int, *, about: AboutRule) -> dict[str, list[str]]:
    """The ids of what is told of each search by a rule."""
    made.on_progress(f"searching {len(wanted):,} times")
    search = InsightSearch(made.catalog, made.index, made.encoder, about=about)
    return {words: [insight.id for insight in search.matching([(parse(words), Filters())], limit)] for words in wanted}


def _nearness(made: ScratchLibrary, searches: Sequence[str], every: Sequence[Insight]) -> dict[str, dict[str, float]]:
    """The cosine of each insight to each search, by its words and by id."""
    rows = made.vectors.encode([insight_text(insight) for insight in every])
    cosines = made.vectors.queries([parse(words).text for words in searches]) @ rows.T
    keys = [insight.id for insight in every]
    return {words: dict(zip(keys, line.tolist(), strict=True)) for words, line in zip(searches, cosines, strict=True)}


def _measures(told: Mapping[str, Sequence[str]], wanted: Wanted) -> dict[str, Measure]:
    right = [float(len(wanted[words] & set(documents))) for words, documents in told.items()]
    counts = [float(len(documents)) for documents in told.values()]
    recalls = [hits / len(wanted[words]) for hits, words in zip(right, told, strict=True)]
    precision = ratio(right, counts) if sum(counts) else Measure(value=0.0, n=len(counts))
    recall = mean(recalls)
    both = precision.value + recall.value
    return {
        "precision": precision,
        "recall": recall,
        "F1": Measure(value=2 * precision.value * recall.value / both if both else 0.0, n=len(counts)),
        "told": mean(counts),
        "silent": mean([float(not count) for count in counts]),
    }
