from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import vectors
from earmark.ports import TokenVectors
from earmark.token_store import tokens_model
from evaluation.cache import VectorCache, cached
from evaluation.ranking_only import unmarked

pytestmark = pytest.mark.heavy


class CountingEncoder:
    """An encoder of numbers of letters that counts the texts it is given."""

    model_id = "counting@1"
    dimension = 4

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        rows = np.array([[len(text), text.count("a"), 1, 2] for text in texts], np.float32)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [
            TokenVectors(pooled=row, tokens=np.eye(4, dtype=np.float32)[:2], token_ids=np.array([7, 9], dtype=np.int32))
            for row in self.encode(texts)
        ]


class QueryEncoder(CountingEncoder):
    """The same, with other words before a query."""

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode([f"query: {text}" for text in texts])

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self.encode_tokens([f"query: {text}" for text in texts])


@contextmanager
def _cache(folder: Path, encoder: CountingEncoder) -> Iterator[VectorCache]:
    with closing(VectorCache(folder, encoder, lambda _words: None)) as cache:
        yield cache


def test_a_text_is_encoded_once_and_comes_back_in_order(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    with _cache(tmp_path, encoder) as cache:
        first = cache.encode(["banana", "kiwi", "banana"])
        assert cache.encode([]).shape == (0, 4)
    with _cache(tmp_path, encoder) as cache:
        second = cache.encode(["kiwi", "banana"])
    assert sorted(encoder.seen) == ["banana", "kiwi"]
    assert first[[1, 0]] == pytest.approx(second)


def test_a_query_is_not_a_passage(tmp_path: Path) -> None:
    encoder = QueryEncoder()
    with _cache(tmp_path, encoder) as cache:
        cache.encode(["kiwi"])
        cache.queries(["kiwi"])
    assert encoder.seen == ["kiwi", "query: kiwi"]


def test_another_catalog_gets_vectors_and_tokens(tmp_path: Path, catalog: Catalog) -> None:
    encoder = CountingEncoder()
    with _cache(tmp_path / "cache", encoder) as cache:
        cache.fill(catalog, {"h1": "banana", "h2": "kiwi"}, tokens=True)
    with catalog.read() as tx:
        assert vectors.get_many(tx, "counting@1", ["h1", "h2"]).keys() == {"h1", "h2"}
        assert vectors.get_bytes(tx, tokens_model("counting@1"), ["h1", "h2"]).keys() == {"h1", "h2"}
    assert len(encoder.seen) == 2


def test_unmarked_encodes_single_texts_and_queries_only() -> None:
    encoder = QueryEncoder()
    quick = unmarked(encoder)
    several = quick.encode(["banana", "kiwi"])
    assert several == pytest.approx(np.full((2, 4), 0.5))
    assert quick.encode(["kiwi"]) == pytest.approx(CountingEncoder().encode(["kiwi"]))
    assert quick.encode_query(["a", "b"]).shape == (2, 4)  # type: ignore[attr-defined]
    assert encoder.seen == ["kiwi", "query: a", "query: b"]
    assert not hasattr(unmarked(_Bare()), "encode_tokens")


class _Bare:
    model_id = "bare"
    dimension = 2

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 2), np.float32)


def test_a_cached_encoder_asks_its_model_once(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    again = cached(encoder, tmp_path, lambda _words: None)
    assert again.encode(["kiwi"]) == pytest.approx(again.encode(["kiwi"]))
    assert (encoder.seen, again.model_id, again.dimension) == (["kiwi"], "counting@1", 4)
