from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from earmark.errors import ModelNotFound, SettingsError
from earmark.models import resolve
from earmark.ports import QueryEncoder, TokenEncoder
from earmark.settings import Settings
from retrieval.encoders.encoder import LocalEncoder, SentenceTransformerEncoder, open_encoder
from retrieval.encoders.model_files import Prompts
from retrieval.encoders.openvino import OpenVINOEncoder, why_not
from retrieval.encoders.openvino_bert import quantise_rows
from tests.retrieval.models import tiny_model

pytestmark = pytest.mark.heavy

TEXTS = [
    "Kelp stores carbon, and nobody had counted it before the survey.",
    "",
    "Rye flour wakes a starter. " * 40,
    "A city is a slow computer: its streets remember what people asked of them. " * 8,
    "What do cities remember?",
]
installed = pytest.mark.skipif(importlib.util.find_spec("openvino") is None, reason="openvino is not installed")


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> OpenVINOEncoder:
    model = resolve("all-MiniLM-L6-v2", kind="embedding", models_dir=tmp_path_factory.mktemp("models"), offline=True)
    assert model.path is not None
    return OpenVINOEncoder(model, model.path, prompts=Prompts(), batch=2, threads=2)


def opened(folder: Path | str, home: Path, backend: str) -> LocalEncoder:
    embedding = {"model": str(folder), "backend": backend}
    encoder = open_encoder(Settings(home=home, offline=True, embedding=embedding))
    return cast("LocalEncoder", encoder)  # only an endpoint's is no local one


@installed
def test_it_agrees_with_torch(quick: OpenVINOEncoder, torch_encoder: SentenceTransformerEncoder) -> None:
    encoder = torch_encoder
    assert isinstance(quick, TokenEncoder)
    assert isinstance(quick, QueryEncoder)
    assert (quick.model_id, quick.dimension) == (encoder.model_id, encoder.dimension)
    mine, theirs = quick.encode(TEXTS), encoder.encode(TEXTS)
    assert mine.shape == theirs.shape and mine.dtype == np.float32
    assert np.allclose(np.linalg.norm(mine, axis=1), 1, atol=1e-5)
    cosine = (mine * theirs).sum(axis=1)
    assert cosine[1] > 0.99  # the empty text, of which there are no words to average over
    assert np.delete(cosine, 1).min() > 0.998
    for ours, exact in zip(quick.encode_tokens(TEXTS), encoder.encode_tokens(TEXTS), strict=True):
        assert ours.token_ids.tolist() == exact.token_ids.tolist()
        assert ((ours.tokens * exact.tokens).sum(axis=1) > 0.98).all()
    assert quick.encode([]).shape == (0, 384)
    assert quick.encode_tokens([]) == []


@installed
def test_a_text_s_vector_does_not_depend_on_its_company(quick: OpenVINOEncoder) -> None:
    together = quick.encode(TEXTS)
    apart = np.concatenate([quick.encode([text]) for text in TEXTS])
    assert (together == apart).all()
    assert (together == [text.pooled for text in quick.encode_tokens(TEXTS)]).all()
    assert (together == quick.encode_query(TEXTS)).all()  # this model has no prompts


@installed
def test_threads_share_it(quick: OpenVINOEncoder) -> None:
    expected = quick.encode(TEXTS)
    right: list[bool] = []

    def work(number: int) -> None:
        rows = [number % 5] if number % 2 else list(range(5))
        texts = [TEXTS[row] for row in rows]
        right.extend(bool((quick.encode(texts) == expected[rows]).all()) for _ in range(5))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 30


@pytest.mark.slow
@installed
@pytest.mark.parametrize(
    ("kind", "pooling"), [("bert", "mean"), ("bert", "cls"), ("bert", "max"), ("xlm-roberta", "mean")]
)
def test_other_models(tmp_path: Path, kind: str, pooling: str) -> None:
    folder = tiny_model(tmp_path, kind=kind, pooling=pooling, prompts={"query": "query : ", "passage": "passage : "})
    quick, sure = (opened(folder, tmp_path / "home", backend) for backend in ("openvino", "torch"))
    texts = ["kelp stores carbon", "", "the cities sleep , slow computers", "the " * 90]
    assert quick.model_id == sure.model_id
    assert (quick.encode(texts) * sure.encode(texts)).sum(axis=1).min() > 0.999
    assert (quick.encode_query(texts) * sure.encode_query(texts)).sum(axis=1).min() > 0.999
    for ours, exact in zip(quick.encode_query_tokens(texts), sure.encode_query_tokens(texts), strict=True):
        assert ours.token_ids.tolist() == exact.token_ids.tolist()


@installed
@pytest.mark.parametrize(("kind", "pooling"), [("distilbert", "mean"), ("bert", "dense"), ("bert", "lasttoken")])
def test_a_model_that_it_cannot_run_goes_to_torch(tmp_path: Path, kind: str, pooling: str) -> None:
    folder = tiny_model(tmp_path, kind=kind, pooling=pooling)
    with pytest.raises(SettingsError, match=r"embedding\.backend.*cannot be openvino"):
        opened(folder, tmp_path / "home", "openvino")
    chosen = opened(folder, tmp_path / "home", "auto")
    assert isinstance(chosen, SentenceTransformerEncoder)
    assert "cannot run on openvino" in chosen.note
    assert chosen.encode(["kelp"]).shape == (1, chosen.dimension)


@installed
def test_weights_that_it_cannot_read_go_to_torch(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    _rename_a_tensor(folder / "model.safetensors")
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        opened(folder, tmp_path / "home", "openvino").encode(["kelp"])
    chosen = opened(folder, tmp_path / "home", "auto")
    assert chosen.backend.startswith("openvino")
    assert chosen.encode(["kelp"]).shape == (1, 64)
    assert chosen.backend.startswith("torch")
    assert "could not load" in chosen.note


@installed
def test_no_pytorch_and_no_telemetry(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from earmark.settings import Settings\n"
        "from retrieval.encoders.encoder import open_encoder\n"
        "e = open_encoder(Settings(home=Path(sys.argv[1]), offline=True))\n"
        "assert e.encode(['a']).shape == (1, 384)\n"
        "print([n for n in ('torch', 'sentence_transformers', 'transformers', 'openvino_telemetry') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_openvino(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.encoders.openvino.engine_version", lambda: "")
    chosen = opened("all-MiniLM-L6-v2", tmp_path, "auto")
    assert isinstance(chosen, SentenceTransformerEncoder)
    assert "earmark[fast]" in chosen.note
    with pytest.raises(SettingsError, match="not installed"):
        opened("all-MiniLM-L6-v2", tmp_path, "openvino")


@installed
def test_two_tokenizer_files_that_differ(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    config = folder / "tokenizer_config.json"
    config.write_text(config.read_text().replace("{", '{"do_lower_case": false,', 1))
    assert "differ" in why_not(folder)


def test_rows_in_8_bits() -> None:
    rng = np.random.default_rng(3)
    weight = (rng.standard_normal((6, 50)) * np.array([[1, 10, 0.01, 1, 0, 1]]).T).astype(np.float32)
    weight[3] = np.abs(weight[3]) + 5
    values, zero, scale = quantise_rows(weight)
    assert values.dtype == np.uint8
    assert (zero.shape, scale.shape) == ((6, 1), (6, 1))
    back = (values.astype(np.float32) - zero) * scale
    assert (np.abs(back - weight) <= scale * 1.01).all()


def _rename_a_tensor(path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(path)
    tensors["encoder.layer.1.output.dense.other"] = tensors.pop("encoder.layer.1.output.dense.bias")
    save_file(tensors, path, metadata={"format": "pt"})
