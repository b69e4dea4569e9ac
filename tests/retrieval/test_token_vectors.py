"""Token vectors on their way into the catalog: from the same pass as those of whole texts, and only where wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import vectors
from earmark.embedding import vectors_for
from earmark.ports import TokenEncoder, TokenVectors
from earmark.token_store import tokens_model, unpack
from retrieval.search.late import TokenRarity

pytestmark = pytest.mark.heavy

TEXTS = {"a": "kelp takes carbon out of the water", "b": "rye flour wakes a tired starter", "c": "kelp"}


class CountingEncoder:
    """The bundled model, with how often each way of encoding was asked for."""

    def __init__(self, inner: TokenEncoder) -> None:
        self._inner = inner
        self.model_id = inner.model_id
        self.dimension = inner.dimension
        self.whole = 0
        self.by_token = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.whole += len(texts)
        return self._inner.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.by_token += len(texts)
        return self._inner.encode_tokens(texts)


@pytest.fixture
def counting(encoder: TokenEncoder) -> CountingEncoder:
    return CountingEncoder(encoder)


def kept(catalog: Catalog, encoder: CountingEncoder) -> dict[str, bytes]:
    with catalog.read() as tx:
        return vectors.get_bytes(tx, tokens_model(encoder.model_id), list(TEXTS))


def test_one_pass_gives_both(empty: Catalog, counting: CountingEncoder) -> None:
    made = vectors_for(empty, counting, TEXTS, tokens=True)
    assert (counting.whole, counting.by_token) == (0, 3)
    assert np.stack([made[key] for key in TEXTS]) == pytest.approx(counting.encode(list(TEXTS.values())), abs=1e-5)
    kept_tokens = {key: unpack(packed) for key, packed in kept(empty, counting).items()}
    assert {key: len(text.token_ids) for key, text in kept_tokens.items()} == {"a": 8, "b": 6, "c": 2}
    vectors_for(empty, counting, TEXTS, tokens=True)
    assert counting.by_token == 3


def test_none_are_kept_where_none_are_wanted(empty: Catalog, counting: CountingEncoder) -> None:
    vectors_for(empty, counting, TEXTS)
    assert (counting.whole, counting.by_token) == (3, 0)
    assert kept(empty, counting) == {}


def test_a_text_that_lacks_them_gets_them_and_keeps_its_vector(empty: Catalog, counting: CountingEncoder) -> None:
    before = vectors_for(empty, counting, {"a": TEXTS["a"]})
    after = vectors_for(empty, counting, TEXTS, tokens=True)
    assert (counting.whole, counting.by_token) == (1, 3)
    assert (after["a"] == before["a"]).all()
    assert kept(empty, counting).keys() == TEXTS.keys()


def test_rare_tokens_weigh_more(empty: Catalog, counting: CountingEncoder) -> None:
    rarity = TokenRarity(counting.model_id)
    both = counting.encode_tokens(["kelp"])[0].token_ids
    with empty.read() as tx:
        assert rarity.weights(tx, both).tolist() == [1.0] * len(both)
    vectors_for(empty, counting, TEXTS, tokens=True)
    rye = counting.encode_tokens(["rye"])[0].token_ids[:1]
    with empty.read() as tx:
        common, rare, unseen = rarity.weights(tx, np.array([both[0], rye[0], 30_000], dtype=np.int32)).tolist()
    assert 0 < common < rare < unseen
