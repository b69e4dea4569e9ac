from __future__ import annotations

from pathlib import Path

import pytest

from earmark.catalog.content import chunks, episodes
from earmark.embedding import chunk_text
from earmark.errors import UsageError
from earmark.settings import Settings
from earmark.types import Filters, Segment, Transcript
from evaluation.collection import library, load
from evaluation.judgements import open_judged, selected
from evaluation.ranking_only import unmarked
from evaluation.suites.retrieval import evaluate_retrieval, rankings
from ingest.passages.chunking import chunk
from retrieval.search.searcher import Searcher
from tests.evaluation.samples import lines

pytestmark = pytest.mark.heavy


def _quiet(_words: str) -> None:
    pass


def test_all_runs_are_measured_and_compared(judged: Path, settings: Settings, cache: Path) -> None:
    told: list[str] = []
    report = evaluate_retrieval(judged, settings=settings, cache=cache, on_progress=told.append)
    assert list(report.runs) == ["dense", "bm25", "hybrid", "system"]
    assert report.sizes == {"documents": 10, "queries": 5}
    for measures in report.runs.values():
        assert measures["nDCG@10"].n == 5
        assert 0.8 <= measures["nDCG@10"].value <= 1
        assert measures["R@20"].value == 1
    assert sum("system against hybrid" in line for line in report.comparisons) == 2
    assert "all-MiniLM-L6-v2" in report.models["embedding"]
    assert any("indexing" in words for words in told)


def test_system_goes_through_search(
    judged: Path, settings: Settings, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = Searcher.passages

    def passages(self: Searcher, query: str, *, filters: Filters | None = None, limit: int = 10) -> object:
        asked.append(query)
        return original(self, query, filters=filters, limit=limit)

    monkeypatch.setattr(Searcher, "passages", passages)
    evaluate_retrieval(judged, settings=settings, cache=cache, runs=["system"])
    assert set(asked) == {query.text for query in selected(open_judged(judged)).queries}


@pytest.mark.slow
def test_moments_are_taken_apart_into_their_passages(judged: Path, settings: Settings, cache: Path) -> None:
    collection = selected(open_judged(judged), kind="short")
    with library(settings, cache=cache, on_progress=_quiet) as made:
        loaded = load(collection, made)
        ranked = rankings(collection, made, loaded, runs=["moments"])["moments"]
        hits = made.searcher().search(collection.queries[0].text, limit=20)
    expected = [loaded.document_of[key] for hit in hits for key in (hit.chunk_ids or (hit.chunk_id,))]
    assert ranked["q1"] == list(dict.fromkeys(expected))[:20]
    assert ranked["q1"][0] == "kelp#1"


@pytest.mark.slow
def test_not_marking_sentences_keeps_the_order(judged: Path, settings: Settings, cache: Path) -> None:
    collection = selected(open_judged(judged))
    with library(settings, cache=cache, on_progress=_quiet) as made:
        load(collection, made)
        whole = made.searcher()
        quick = made.searcher(unmarked(made.encoder))
        for query in collection.queries:
            first, second = (searcher.search(query.text, limit=20) for searcher in (whole, quick))
            assert [hit.chunk_ids for hit in first] == [hit.chunk_ids for hit in second]


@pytest.mark.slow
def test_within_stays_inside_and_skip_same_stays_outside(judged: Path, settings: Settings, cache: Path) -> None:
    collection = selected(open_judged(judged), kind="long")
    with library(settings, cache=cache, on_progress=_quiet) as made:
        loaded = load(collection, made)
        inside = rankings(collection, made, loaded, runs=["dense", "bm25", "hybrid", "system"], within="episode")
        outside = rankings(collection, made, loaded, runs=["dense", "bm25", "hybrid", "system"], skip_same="episode")
    for run in inside:
        assert set(inside[run]["q3"]) <= {"sourdough#0", "sourdough#1", "sourdough#2"}
        assert inside[run]["q3"]
        assert not any(document.startswith("sourdough") for document in outside[run]["q3"])
    assert len(outside["dense"]["q3"]) == 7


def test_the_query_itself_is_never_found(tmp_path: Path, settings: Settings, cache: Path) -> None:
    texts = {"a": "Kelp sinks deep.", "b": "Kelp sinks deeper still.", "c": "Bread wants time."}
    fields = [{"_id": key, "text": text} for key, text in texts.items()]
    lines(tmp_path / "self" / "corpus.jsonl", fields)
    lines(tmp_path / "self" / "queries.jsonl", fields[:1])
    (tmp_path / "self" / "qrels.tsv").write_text("a\tb\t1\na\ta\t1\n", encoding="utf-8")
    report = evaluate_retrieval(tmp_path / "self", settings=settings, cache=cache)
    assert [report.runs[run]["RR@20"].value for run in report.runs] == [1, 1, 1, 1]


def test_passages_carry_the_context_line_that_ingest_makes(judged: Path, settings: Settings, cache: Path) -> None:
    collection = open_judged(judged)
    with library(settings, cache=cache, on_progress=_quiet) as made:
        loaded = load(collection, made)
        with made.catalog.read() as tx:
            located = chunks.located(tx, [loaded.chunk_of["kelp#1"]])[loaded.chunk_of["kelp#1"]]
            episode = episodes.get(tx, loaded.episode_of["kelp#1"])
    transcript = Transcript(segments=(Segment(text=collection.documents["kelp#1"].text),), source="given")
    product = chunk(episode, transcript, words=150)[0]
    assert chunk_text(located.chunk) == chunk_text(product)
    assert located.chunk.content_hash == product.content_hash
    assert (located.show, located.episode, located.chunk.seq) == ("Tideline", "What kelp can do", 1)


def test_a_document_that_names_nothing_has_no_context(tmp_path: Path, settings: Settings, cache: Path) -> None:
    lines(tmp_path / "d" / "corpus.jsonl", [{"_id": "1", "text": "Bread."}, {"_id": "2", "title": "On salt", "text": "Two percent."}, {"_id": "3", "text": ""}])  # fmt: skip
    lines(tmp_path / "d" / "queries.jsonl", [{"_id": "q", "text": "bread"}])
    (tmp_path / "d" / "qrels.tsv").write_text("q\t1\t1\n", encoding="utf-8")
    with library(settings, cache=cache, on_progress=_quiet) as made:
        loaded = load(open_judged(tmp_path / "d"), made)
        with made.catalog.read() as tx:
            located = chunks.located(tx, list(loaded.document_of))
        assert made.index.count("chunk") == 2
    contexts = {loaded.document_of[key]: place.chunk.context for key, place in located.items()}
    assert contexts == {"1": "", "2": "On salt"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"runs": ["magic"]}, "no run magic; choose from dense, bm25, hybrid, system, moments"),
        ({"within": "mood"}, "has no field 'mood'"),
        ({"skip_same": "mood"}, "has no field 'mood'"),
        ({"within": "kind"}, "no document has the kind of query"),
    ],
)
def test_options_that_cannot_be_used(
    judged: Path, settings: Settings, cache: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        evaluate_retrieval(judged, settings=settings, cache=cache, **options)  # type: ignore[arg-type]


def test_a_date_that_is_none_is_named(tmp_path: Path, settings: Settings, cache: Path) -> None:
    lines(tmp_path / "d" / "corpus.jsonl", [{"_id": "1", "text": "Bread.", "date": "soon"}])
    lines(tmp_path / "d" / "queries.jsonl", [{"_id": "q", "text": "bread"}])
    (tmp_path / "d" / "qrels.tsv").write_text("q\t1\t1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="document 1: its date 'soon'"):
        evaluate_retrieval(tmp_path / "d", settings=settings, cache=cache)


def test_skipping_all_that_is_relevant_is_refused(judged: Path, settings: Settings, cache: Path) -> None:
    with pytest.raises(UsageError, match="leaves no query with a relevant document"):
        evaluate_retrieval(judged, settings=settings, cache=cache, skip_same="episode", runs=["bm25"])
