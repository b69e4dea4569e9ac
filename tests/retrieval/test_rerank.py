from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.errors import ModelNotFound
from earmark.ports import Encoder, VectorIndex
from earmark.settings import SearchSettings, load_settings
from earmark.types import Filters
from retrieval.search.ranking import Ranker
from retrieval.search.rerank import Reranker, open_reranker

pytestmark = pytest.mark.heavy

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "kelp",
    "carbon",
    "rye",
    "flour",
    "starter",
    "sleep",
    "caffeine",
    "light",
    "clock",
    "what",
    "wakes",
    "a",
    "the",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of 60 KB with random weights, as sentence-transformers saves one."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    raw, saved = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("tiny")
    (raw / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
        num_labels=1,
        initializer_range=1.0,  # the usual .02 would score every pair nearly the same
    )
    BertForSequenceClassification(config).save_pretrained(raw)
    BertTokenizerFast(str(raw / "vocab.txt"), model_max_length=512).save_pretrained(raw)
    CrossEncoder(str(raw)).save_pretrained(str(saved))
    return saved


@pytest.fixture
def reranker(tiny: Path, tmp_path: Path) -> Reranker:
    return Reranker(str(tiny), models_dir=tmp_path, offline=True)


def test_a_score_a_pair(reranker: Reranker) -> None:
    scores = reranker.scores("what wakes a starter", ["rye flour wakes the starter", "kelp carbon", "caffeine sleep"])
    assert scores.shape == (3,)
    assert len(set(scores.tolist())) == 3
    again = reranker.scores("what wakes a starter", ["kelp carbon", "rye flour wakes the starter"])
    assert again == pytest.approx(scores[[1, 0]], abs=1e-4)
    assert reranker.scores("kelp", []).shape == (0,)


def test_the_first_are_put_into_its_order_and_the_rest_stay(
    reranker: Reranker, catalog: Catalog, index: VectorIndex, encoder: Encoder
) -> None:
    text = "what light wakes a starter"
    vector = encoder.encode([text])[0]
    plain = Ranker(catalog, index, encoder).rank(text, vector, filters=Filters(), limit=15)
    settings = SearchSettings(rerank_depth=6)
    read = Ranker(catalog, index, encoder, settings=settings, reranker=reranker).rank(
        text, vector, filters=Filters(), limit=15
    )
    assert {hit.key for hit in read[:6]} == {hit.key for hit in plain[:6]}
    assert [hit.key for hit in read[:6]] != [hit.key for hit in plain[:6]]
    assert read[6:] == plain[6:]
    assert [hit.score for hit in read] == sorted((hit.score for hit in read), reverse=True)
    by_key = {hit.key: hit for hit in plain}
    assert all((hit.show_id, hit.episode_id) == (by_key[hit.key].show_id, by_key[hit.key].episode_id) for hit in read)


def test_off_until_one_is_named(tmp_path: Path, tiny: Path) -> None:
    assert open_reranker(load_settings({}, home=tmp_path, environ={})) is None
    named = load_settings({"search": {"reranker": str(tiny)}}, home=tmp_path, environ={})
    opened = open_reranker(named)
    assert opened is not None
    assert np.isfinite(opened.scores("kelp", ["kelp carbon"])).all()


@pytest.mark.parametrize("model", ["./nowhere", "cross-encoder/not-here"])
def test_a_model_that_is_not_there_is_said_in_one_line(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound) as failure:
        Reranker(model, models_dir=tmp_path, offline=True)
    assert "\n" not in str(failure.value)


def test_a_folder_that_holds_no_cross_encoder_is_said_in_one_line(tmp_path: Path, tiny: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes()[:1000])
    (broken / "config.json").write_text('{"model_type": "nothing-known"}', encoding="utf-8")
    with pytest.raises(ModelNotFound) as failure:
        Reranker(str(broken), models_dir=tmp_path, offline=True).scores("kelp", ["carbon"])
    assert "\n" not in str(failure.value)
