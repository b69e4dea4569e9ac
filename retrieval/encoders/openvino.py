"""Texts to unit vectors with OpenVINO: over twice the passages a second of PyTorch on the same processor, loaded in a second.

A text's vector never depends on which texts it was encoded with: only texts of one padded length share a batch, so the
order of every sum is the same. That keeps vectors reproducible although 8-bit rounding would magnify any difference.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelNotFound
from earmark.models import ResolvedModel
from earmark.ports import TokenVectors
from retrieval.encoders.model_files import Prompts, dimension, json_file, modules, name_of
from retrieval.encoders.openvino_bert import engine_version, unusable
from retrieval.encoders.openvino_runner import TOKENIZER, WEIGHTS, Runner, Sink, in_batches
from retrieval.encoders.torch import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OpenVINOEncoder", "why_not"]

_POOLINGS = ("mean", "cls", "max")
_BERT_OPTIONS = {
    "do_lower_case": "lowercase",
    "strip_accents": "strip_accents",
    "tokenize_chinese_chars": "handle_chinese_chars",
}
"""Options of BERT's tokenizer by their names in ``tokenizer_config.json`` and in ``tokenizer.json``."""
_LEGACY_POOLINGS = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


def why_not(folder: Path) -> str:
    """Why the model in a folder cannot run here; empty if it can.

    Raises:
        ModelNotFound: a file of the model cannot be read.
    """
    if not engine_version():
        return "openvino is not installed (pip install 'earmark[fast]')"
    reason = unusable(json_file(folder / "config.json")) or _unlike(folder)
    return f"its model cannot run on openvino: {reason}" if reason else ""


def _unlike(folder: Path) -> str:
    """What of a model's pipeline differs from what this module does."""
    if not (folder / WEIGHTS).is_file() or not (folder / TOKENIZER).is_file():
        return f"no {WEIGHTS} and {TOKENIZER}"
    odd = [name for name, _ in modules(folder) if name not in {"Transformer", "Pooling", "Normalize"}]
    if odd:
        return f"module {odd[0][:40]}"
    if _pooling(folder) not in _POOLINGS:
        return f"pooling {_pooling(folder)[:40]}"
    first = json_file(folder / "sentence_bert_config.json")
    if first.get("do_lower_case") or first.get("transformer_task", "feature-extraction") != "feature-extraction":
        return "what is done before or with its transformer"
    return "a tokenizer whose two files differ" if _two_tokenizers(folder) else ""


def _two_tokenizers(folder: Path) -> bool:
    """Whether transformers, which goes by ``tokenizer_config.json``, would cut words otherwise than ``tokenizer.json``."""
    config = json_file(folder / "tokenizer_config.json")
    normal = json_file(folder / TOKENIZER).get("normalizer")
    if not isinstance(normal, dict) or normal.get("type") != "BertNormalizer":
        return False
    return any(key in config and config[key] != normal.get(name) for key, name in _BERT_OPTIONS.items())


def _pooling(folder: Path) -> str:
    """The one way in which token vectors become one; several, or prompts left out, are named by a word not known here."""
    config = next((config for name, config in modules(folder) if name == "Pooling"), {})
    if config.get("include_prompt") is False:
        return "without its prompt"
    given = config.get("pooling_mode") or [mode for key, mode in _LEGACY_POOLINGS.items() if config.get(key)] or "mean"
    return given if isinstance(given, str) else " + ".join(map(str, given))


class OpenVINOEncoder:
    """A ``TokenEncoder`` and ``QueryEncoder`` over a BERT-like model; safe to share between threads.

    Nothing is loaded before the first text. Threads that encode a few texts do not wait for a thread that encodes many.
    """

    def __init__(self, resolved: ResolvedModel, folder: Path, *, prompts: Prompts, batch: int, threads: int) -> None:
        self._name = resolved.name
        self._folder = folder
        self._prompts = prompts
        self._batch = batch
        self._threads = threads
        name = Path(resolved.name).name if resolved.source == "path" else resolved.name
        self._model_id = name_of(name, resolved.revision, folder, prompts)
        self._dimension = dimension(folder)
        self._pooling = _pooling(folder)
        self._loading = threading.Lock()
        self._many = threading.Lock()
        self._loaded: Runner | None = None

    @property
    def model_id(self) -> str:
        """Model, revision and longest input in tokens. The same as on PyTorch: mixing both was measured harmless."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def backend(self) -> str:
        """What computes, in words."""
        return f"openvino {engine_version()}, 8-bit"

    @property
    def note(self) -> str:
        """Nothing: this is the quicker backend."""
        return ""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, L2-normalised, in the order of ``texts``.

        Raises:
            ModelNotFound: the model's files cannot be loaded, or it gives numbers that are not finite.
        """
        return self._encode([self._prompts.passage + text for text in texts])

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As ``encode``, of what is searched for, not of what is searched: the model's prompt for queries goes before."""
        return self._encode([self._prompts.query + text for text in texts])

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Pooled and token vectors of each text, in the order of ``texts``, from one pass of the model.

        Raises:
            ModelNotFound: the model's files cannot be loaded, or it gives numbers that are not finite.
        """
        return self._encode_tokens(texts, self._prompts.passage)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As ``encode_tokens``, of what is searched for; the prompt's own tokens are left out."""
        return self._encode_tokens(texts, self._prompts.query)

    def load(self) -> None:
        """Loads the model and tries it on a word.

        Raises:
            ModelNotFound: its files, or the engine, cannot be used.
        """
        self._encode(["word"])

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        result = np.zeros((len(texts), self._dimension), dtype=np.float32)

        def keep(row: int, _: list[int], hidden: NDArray[np.float32]) -> None:
            result[row] = self._pooled(hidden)

        self._run(texts, keep)
        self._check(result)
        return result

    def _encode_tokens(self, texts: Sequence[str], prompt: str) -> list[TokenVectors]:
        by_row: dict[int, TokenVectors] = {}
        loaded = self._ready() if texts else None
        skipped = len(loaded.content(loaded.tokens([prompt])[0])) if loaded and prompt else 0

        def keep(row: int, ids: list[int], hidden: NDArray[np.float32]) -> None:
            kept = (loaded.content(ids) if loaded else [])[skipped:]
            by_row[row] = TokenVectors(
                pooled=self._pooled(hidden),
                tokens=unit(hidden[kept]),
                token_ids=np.array([ids[n] for n in kept], dtype=np.int32),
            )

        self._run([prompt + text for text in texts], keep)
        for vectors in by_row.values():
            self._check(vectors.pooled)
            self._check(vectors.tokens)
        return [by_row[row] for row in range(len(texts))]

    def _pooled(self, hidden: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._pooling == "cls":
            vector = hidden[0]
        else:
            vector = hidden.mean(axis=0) if self._pooling == "mean" else hidden.max(axis=0)
        return unit(vector[: self._dimension])

    def _run(self, texts: Sequence[str], sink: Sink) -> None:
        """Hands every text's hidden states to ``sink``, in whatever order they come."""
        if not texts:
            return
        loaded = self._ready()
        ids = loaded.tokens(texts)
        parts = in_batches([len(tokens) for tokens in ids], self._batch)
        try:
            if len(texts) <= self._batch:
                for rows in parts:
                    loaded.run(rows, ids, sink)
            else:
                with self._many:
                    loaded.run_all(parts, ids, sink)
        except RuntimeError as error:
            raise ModelNotFound("openvino failed; set embedding.backend to torch", subject=self._name) from error

    def _check(self, vectors: NDArray[np.float32]) -> None:
        if not np.isfinite(vectors).all():
            raise ModelNotFound("gives vectors that are not finite; choose another model", subject=self._name)

    def _ready(self) -> Runner:
        with self._loading:
            if self._loaded is None:
                try:
                    self._loaded = Runner(self._folder, threads=self._threads)
                except (KeyError, OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
                    raise ModelNotFound("its files cannot be loaded; get it again", subject=self._name) from error
            return self._loaded
