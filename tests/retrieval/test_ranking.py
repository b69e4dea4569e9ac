from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import chunks
from earmark.ports import Encoder, IndexHit, TokenEncoder, VectorIndex
from earmark.settings import SearchSettings
from earmark.types import Filters
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.search.ranking import Ranker
from tests.retrieval.library import fill

pytestmark = pytest.mark.heavy

NONE = Filters()


def ranked(ranker: Ranker, encoder: Encoder, text: str, *, filters: Filters = NONE, limit: int = 20) -> list[IndexHit]:
    return ranker.rank(text, encoder.encode([text])[0], filters=filters, limit=limit)


def words_of(catalog: Catalog, hit: IndexHit) -> str:
    with catalog.read() as tx:
        return chunks.located(tx, [hit.key])[hit.key].chunk.text


class PooledEncoder:
    """An encoder that gives no token vectors, as an endpoint."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self.model_id = inner.model_id
        self.dimension = inner.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._inner.encode(texts)


@pytest.fixture
def ranker(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Ranker:
    return Ranker(catalog, index, encoder)


def test_the_passage_that_says_it_comes_first(ranker: Ranker, catalog: Catalog, encoder: Encoder) -> None:
    best = ranked(ranker, encoder, "which flour wakes a tired starter")[0]
    assert words_of(catalog, best).startswith("Rye flour wakes")


def test_what_stands_between_two_that_fit_is_lifted(ranker: Ranker, encoder: Encoder, catalog: Catalog) -> None:
    hits = ranked(ranker, encoder, "what do the moorings off Namibia cost, and who has them")
    shows = [words_of(catalog, hit) for hit in hits[:4]]
    assert {text.split()[0] for text in shows} == {"Only", "So", "The", "Kelp"}  # the four of one episode


def test_scores_fall_and_every_passage_comes_once(ranker: Ranker, encoder: Encoder) -> None:
    hits = ranked(ranker, encoder, "kelp and carbon")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.key for hit in hits}) == len(hits) == 15


def test_the_same_order_every_time(ranker: Ranker, encoder: Encoder) -> None:
    first = ranked(ranker, encoder, "caffeine and sleep")
    assert all(ranked(ranker, encoder, "caffeine and sleep") == first for _ in range(3))


def test_a_limit_cuts_the_same_ranking(ranker: Ranker, encoder: Encoder) -> None:
    assert ranked(ranker, encoder, "caffeine", limit=3) == ranked(ranker, encoder, "caffeine", limit=20)[:3]


def test_filters_hold_for_all_that_comes_back(ranker: Ranker, encoder: Encoder, catalog: Catalog) -> None:
    hits = ranked(ranker, encoder, "moorings", filters=Filters(speakers=("Ines Okafor",)))
    assert len(hits) == 3  # not Mara Voss, whose passages lie between hers
    late = ranked(ranker, encoder, "kelp", filters=Filters(after=date(2026, 6, 10)))
    assert {hit.show_id for hit in late} == {ranked(ranker, encoder, "the body clock is moved by light")[0].show_id}


def test_nothing_there_is_an_empty_ranking(encoder: Encoder, empty: Catalog, tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    assert ranked(Ranker(empty, index, encoder), encoder, "kelp") == []
    index.close()


def test_words_that_nothing_holds_leave_it_to_the_vectors(ranker: Ranker, encoder: Encoder, catalog: Catalog) -> None:
    hits = ranked(ranker, encoder, "Kaffee und Schlaf")
    assert len(hits) == 15
    assert np.isfinite([hit.score for hit in hits]).all()


@pytest.mark.parametrize("way", ["not given", "turned off", "none kept"])
def test_without_tokens_the_ranking_stays_sane(
    way: str, catalog: Catalog, index: VectorIndex, encoder: Encoder, empty: Catalog, tmp_path: Path
) -> None:
    text = "rye flour for a tired starter"
    if way == "none kept":
        fill(empty)
        bare = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
        follow(empty, bare, encoder, tokens=False)
        hits = ranked(Ranker(empty, bare, encoder), encoder, text)
        bare.close()
    elif way == "turned off":
        ranker = Ranker(catalog, index, encoder, settings=SearchSettings(late_interaction=False))
        hits = ranked(ranker, encoder, text)
    else:
        hits = ranked(Ranker(catalog, index, PooledEncoder(encoder)), encoder, text)
    assert words_of(catalog, hits[0]).startswith("Rye flour wakes")
    assert len(hits) == 15


def test_query_tokens_may_be_handed_in(ranker: Ranker, encoder: TokenEncoder) -> None:
    text = "naps in the afternoon"
    tokens = encoder.encode_tokens([text])[0]
    given = ranker.rank(text, tokens.pooled, filters=NONE, limit=5, tokens=tokens)
    assert [hit.key for hit in given] == [hit.key for hit in ranked(ranker, encoder, text, limit=5)]
