from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.content import vectors
from earmark.embedding import query_tokens, query_vectors, vectors_for
from earmark.errors import ModelCallError, ModelNotFound, SettingsError
from earmark.ports import Encoder, TokenEncoder
from earmark.settings import Settings
from retrieval.encoders.encoder import SentenceTransformerEncoder, open_encoder
from retrieval.encoders.openai import OpenAIEncoder
from tests.retrieval.models import tiny_model

pytestmark = pytest.mark.heavy


@pytest.fixture
def encoder(torch_encoder: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
    return torch_encoder


def test_vectors_are_unit_and_in_order(encoder: Encoder) -> None:
    texts = ["Kelp stores carbon. " * 30, "", "Rye flour wakes a starter."]
    encoded = encoder.encode(texts)
    assert encoded.shape == (3, encoder.dimension) == (3, 384)
    assert encoded.dtype == np.float32
    assert np.allclose(np.linalg.norm(encoded, axis=1), 1, atol=1e-5)
    assert np.allclose(encoded[2], encoder.encode([texts[2]])[0], atol=1e-5)
    assert encoder.encode([]).shape == (0, 384)


def test_the_name_says_model_revision_and_length(encoder: Encoder) -> None:
    assert encoder.model_id == "sentence-transformers/all-MiniLM-L6-v2@53aa51172d14/256"


def test_name_and_dimension_load_no_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.encoders.encoder import SentenceTransformerEncoder\n"
        "import retrieval.search.searcher, retrieval.answers.answerer, retrieval.related.finder, retrieval.index\n"
        "e = SentenceTransformerEncoder('all-MiniLM-L6-v2', models_dir=Path(sys.argv[1]), offline=True)\n"
        "e.model_id, e.dimension\n"
        "heavy = ('torch', 'sentence_transformers', 'transformers', 'qdrant_edge', 'qdrant_client', 'langchain_core', 'openai')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_model_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        SentenceTransformerEncoder("nobody/nothing", models_dir=tmp_path, offline=True)


def test_a_damaged_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not a model")
    (tmp_path / "config.json").write_text('{"hidden_size": 8}')
    encoder = SentenceTransformerEncoder(str(tmp_path), models_dir=tmp_path / "models", offline=True)
    assert encoder.dimension == 8
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        encoder.encode(["a"])


def test_token_vectors(encoder: SentenceTransformerEncoder) -> None:
    texts = ["Kelp stores carbon.", "", "Rye flour wakes a starter. " * 20, "zebra 𝕬 [SEP]"]
    assert isinstance(encoder, TokenEncoder)
    encoded = encoder.encode_tokens(texts)
    assert np.allclose(encoder.encode(texts), [text.pooled for text in encoded], atol=1e-6)
    assert [text.tokens.shape for text in encoded] == [(5, 384), (0, 384), (120, 384), (2, 384)]
    for embedded in encoded:
        assert embedded.tokens.dtype == np.float32 and embedded.token_ids.dtype == np.int32
        assert embedded.token_ids.shape == embedded.tokens.shape[:1]
        assert np.allclose(np.linalg.norm(embedded.tokens, axis=1), 1, atol=1e-5)
    assert encoded[3].token_ids.tolist() == [29145, 100]  # what a tokenizer adds is left out, an unknown word is not
    assert encoder.encode_tokens([]) == []


@pytest.mark.parametrize("pooling", ["mean", "cls", "dense"])
def test_token_vectors_of_other_models(tmp_path: Path, pooling: str) -> None:
    folder = tiny_model(tmp_path, pooling=pooling)
    encoder = SentenceTransformerEncoder(str(folder), models_dir=tmp_path / "models", offline=True, batch=2)
    texts = ["kelp stores carbon", "slow", "the cities sleep , slow computers", "the " * 90]
    encoded = encoder.encode_tokens(texts)
    assert encoder.dimension == (16 if pooling == "dense" else 64)
    assert np.allclose(encoder.encode(texts), [text.pooled for text in encoded], atol=1e-6)
    assert [text.tokens.shape for text in encoded] == [(3, 64), (1, 64), (6, 64), (22, 64)]
    assert encoder.model_id.endswith("/24")


def test_the_model_s_own_prompts(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path, prompts={"query": "query : ", "passage": "passage : "})
    bare = SentenceTransformerEncoder(str(tiny_model(tmp_path / "bare")), models_dir=tmp_path, offline=True)
    own = SentenceTransformerEncoder(str(folder), models_dir=tmp_path, offline=True)
    given = SentenceTransformerEncoder(
        str(folder), models_dir=tmp_path, offline=True, query_prompt="sleep : ", passage_prompt="the "
    )
    text = "kelp stores carbon"
    assert np.allclose(own.encode([text]), bare.encode([f"passage : {text}"]), atol=1e-6)
    assert np.allclose(query_vectors(own, [text]), bare.encode([f"query : {text}"]), atol=1e-6)
    assert np.allclose(given.encode([text]), bare.encode([f"the {text}"]), atol=1e-6)
    assert np.allclose(given.encode_query([text]), bare.encode([f"sleep : {text}"]), atol=1e-6)
    assert query_tokens(own, [text])[0].token_ids.tolist() == bare.encode_tokens([text])[0].token_ids.tolist()
    assert len({prompted.model_id.rpartition("@")[2] for prompted in (bare, own, given)}) == 3


def test_an_encoder_without_prompts_is_asked_as_ever() -> None:
    assert query_vectors(CountingEncoder(), ["four"]).tolist() == [[4.0, 1.0]]


class CountingEncoder:
    """An encoder that counts what it encodes."""

    model_id = "counting"
    dimension = 2

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def test_nothing_is_embedded_twice(empty: Catalog) -> None:
    encoder = CountingEncoder()
    texts = {f"h{n}": "x" * n for n in range(100)}
    told: list[int] = []
    first = vectors_for(empty, encoder, texts, on_encoded=told.append)
    assert told == [64, 36]
    assert sorted(encoder.seen) == sorted(texts.values())
    again = vectors_for(empty, encoder, texts | {"h100": "new"})
    assert encoder.seen[100:] == ["new"]
    assert all((first[key] == again[key]).all() for key in first)
    assert first["h7"].tolist() == [7.0, 1.0]
    with empty.read() as tx:
        assert len(vectors.known(tx, "counting", list(texts))) == 100


@pytest.fixture
def endpoint(httpserver: HTTPServer) -> Iterator[OpenAIEncoder]:
    encoder = OpenAIEncoder("m", base_url=httpserver.url_for("/v1"), api_key="", timeout_s=5, offline=True)
    yield encoder
    encoder.close()


def rows(*embeddings: list[float]) -> dict[str, Any]:
    return {
        "object": "list",
        "model": "m",
        "data": [{"object": "embedding", "index": n, "embedding": v} for n, v in enumerate(embeddings)],
    }


def test_an_endpoint_s_vectors(httpserver: HTTPServer, endpoint: OpenAIEncoder) -> None:
    def answer(request: Request) -> Response:
        texts = json.loads(request.data)["input"]
        reply = rows(*[[3.0, 4.0 * (text == "b"), 0.0] for text in texts])
        reply["data"].reverse()  # order is by index, not by place
        return Response(json.dumps(reply), content_type="application/json")

    httpserver.expect_request("/v1/embeddings", method="POST").respond_with_handler(answer)
    encoded = endpoint.encode(["a"] * 70 + ["b"])
    assert encoded.shape == (71, 3)
    assert encoded[0].tolist() == [1.0, 0.0, 0.0]
    assert encoded[70].tolist() == pytest.approx([0.6, 0.8, 0.0])
    assert (endpoint.dimension, len(httpserver.log)) == (3, 2)
    assert endpoint.model_id.startswith("m@http://")


@pytest.mark.parametrize(
    "reply",
    [rows(), rows([0.0, 0.0]), rows([1.0], [2.0]), rows([float("nan"), 1.0]), {"data": None}, {"data": [{"x": 1}]}],
)
def test_an_answer_that_does_not_fit(httpserver: HTTPServer, endpoint: OpenAIEncoder, reply: object) -> None:
    httpserver.expect_request("/v1/embeddings").respond_with_data(json.dumps(reply), content_type="application/json")
    with pytest.raises(ModelCallError):
        endpoint.encode(["a"])


def test_an_endpoint_that_fails(httpserver: HTTPServer, endpoint: OpenAIEncoder) -> None:
    httpserver.expect_request("/v1/embeddings").respond_with_data("no", status=400)
    with pytest.raises(ModelCallError, match="endpoint failed"):
        endpoint.encode(["a"])


def test_the_factory(tmp_path: Path) -> None:
    sure = {"backend": "torch"}
    assert isinstance(open_encoder(Settings(home=tmp_path, embedding=sure, offline=True)), SentenceTransformerEncoder)
    remote = {"engine": "openai", "base_url": "http://127.0.0.1:9/v1"}
    assert isinstance(open_encoder(Settings(home=tmp_path, embedding=remote, offline=True)), OpenAIEncoder)
    away = {"engine": "openai", "base_url": "https://api.example/v1"}
    with pytest.raises(SettingsError, match="offline"):
        open_encoder(Settings(home=tmp_path, embedding=away, offline=True))
    with pytest.raises(SettingsError, match="needs an address"):
        open_encoder(Settings(home=tmp_path, embedding={"engine": "openai"}))
    odd = Settings(home=tmp_path).model_copy(
        update={"embedding": Settings().embedding.model_copy(update={"engine": "x"})}
    )
    with pytest.raises(SettingsError, match="local, openai"):
        open_encoder(odd)
