from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.errors import UsageError
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters
from retrieval.search import LONGEST_QUERY, Searcher, clean_query


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


def test_finds_what_was_said_with_who_and_when(searcher: Searcher) -> None:
    hit = searcher.search("eleven percent sinks at the site off Namibia", limit=3)[0]
    assert (hit.show, hit.speaker, hit.start_s) == ("Tideline", "Ines Okafor", 20.0)
    assert hit.text.startswith("Only the part that sinks")
    assert hit.url == "https://tideline.example/1#t=20"
    assert hit.cosine is not None
    assert 0.4 < hit.cosine < 1.0


def test_neighbours_of_a_better_passage_are_folded(searcher: Searcher) -> None:
    hits = searcher.search("kelp carbon credits moorings", limit=10)
    places = {(hit.episode_id, round((hit.start_s or 0) / 20)) for hit in hits}
    assert all((episode, seq + 1) not in places for episode, seq in places)
    assert len({hit.show for hit in hits}) == 5


def test_filters(searcher: Searcher) -> None:
    hits = searcher.search("caffeine", filters=Filters(speakers=("tom reyes",)), limit=9)
    assert {hit.speaker for hit in hits} == {"Tom Reyes"}
    late = searcher.search("caffeine", filters=Filters(after=date(2026, 6, 10)), limit=9)
    assert {hit.show for hit in late} == {"Deep Work Radio"}


@pytest.mark.parametrize("query", ["", "   ", "\x00\u200b", "?!…"])
def test_an_empty_query_is_a_usage_error(searcher: Searcher, query: str) -> None:
    with pytest.raises(UsageError, match="nothing to search for"):
        searcher.search(query)


def test_a_limit_below_one_is_a_usage_error(searcher: Searcher) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        searcher.search("kelp", limit=0)


def test_a_very_long_query_is_cut_not_refused(searcher: Searcher) -> None:
    assert searcher.search("kelp and carbon " * 50_000, limit=1)[0].show in ("Tideline", "Ledger & Leaf")
    assert len(clean_query("a" * 10**6)) == LONGEST_QUERY


def test_the_query_s_own_vector_gives_the_cosine(searcher: Searcher, encoder: Encoder) -> None:
    hit = searcher.search("rye flour", limit=1)[0]
    vector = encoder.encode(["rye flour", f"Crumb — Starters and patience — Bo Lindqvist\n{hit.text}"])
    assert hit.cosine == pytest.approx(float(np.dot(vector[0], vector[1])), abs=1e-4)
