"""Texts to unit vectors with a sentence-transformers model on PyTorch: any of its models, at full precision."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import ModelNotFound
from earmark.models import ResolvedModel, resolve
from retrieval.encoders.model_files import Prompts, dimension, name_of, prompts_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.ports import TokenVectors

__all__ = ["SentenceTransformerEncoder", "open_pools", "unit"]

_BATCH = 8


class SentenceTransformerEncoder:
    """A ``LocalEncoder`` over any sentence-transformers model with safe weights; safe to share between threads.

    Its name and its dimension are read from the model's own files, so that a search over an index that is up to date
    asks for them without loading the library (7 s on two cores, against 10 ms for a query afterwards).

    Raises:
        ModelNotFound: the model is in none of the places looked in.
    """

    def __init__(
        self,
        model: str,
        *,
        models_dir: Path,
        offline: bool,
        batch: int = 8,
        threads: int = 0,
        query_prompt: str = "",
        passage_prompt: str = "",
    ) -> None:
        self._resolved = resolve(model, kind="embedding", models_dir=models_dir, offline=offline)
        self._models_dir = models_dir
        self._offline = offline
        self._batch = batch
        self._threads = threads
        self._given = (query_prompt, passage_prompt)
        self._lock = threading.Lock()
        self._loaded: Any = None
        self.note = ""

    @property
    def resolved(self) -> ResolvedModel:
        """Where the model is, as far as that is known without fetching it."""
        return self._resolved

    @property
    def model_id(self) -> str:
        """Model, revision, longest input in tokens and the passages' prompt: what decides the vectors."""
        resolved = self._on_disk()
        name = Path(resolved.name).name if resolved.source == "path" else resolved.name
        return name_of(name, resolved.revision, _folder(resolved), self._prompts())

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return dimension(_folder(self._on_disk()))

    @property
    def backend(self) -> str:
        """What computes, in words."""
        from importlib.metadata import version

        return f"torch {version('torch')}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, L2-normalised, in the order of ``texts``.

        Raises:
            ModelNotFound: the model's files cannot be loaded, or it gives numbers that are not finite.
        """
        return self._encode(texts, self._prompts().passage)

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As ``encode``, of what is searched for, not of what is searched: the model's prompt for queries goes before."""
        return self._encode(texts, self._prompts().query)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Pooled and token vectors of each text, in the order of ``texts``, from one pass of the model.

        ``pooled`` is what ``encode`` gives; ``tokens`` are of the transformer's last hidden state, without the tokens
        that the tokenizer adds. Beyond the result, memory holds one batch. Other threads get their turn between batches.

        Raises:
            ModelNotFound: the model's files cannot be loaded, it gives no token vectors, or numbers that are not finite.
        """
        return self._encode_tokens(texts, self._prompts().passage)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As ``encode_tokens``, of what is searched for; the prompt's own tokens are left out."""
        return self._encode_tokens(texts, self._prompts().query)

    def _encode(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self._load().encode(  # sorts by length itself, so that a batch carries little padding
                list(texts), prompt=prompt, batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False
            )
        result: NDArray[np.float32] = np.ascontiguousarray(vectors, dtype=np.float32)
        if not np.isfinite(result).all():
            raise ModelNotFound("gives vectors that are not finite; choose another model", subject=self._resolved.name)
        return result

    def _encode_tokens(self, texts: Sequence[str], prompt: str) -> list[TokenVectors]:
        by_row: dict[int, TokenVectors] = {}
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
        for start in range(0, len(order), self._batch):
            rows = order[start : start + self._batch]
            with self._lock:
                model = self._load()
                items = model.encode(
                    [texts[n] for n in rows],
                    prompt=prompt,
                    batch_size=self._batch,
                    output_value=None,
                    show_progress_bar=False,
                )
                special = _added_tokens(model.tokenizer)
                skipped = len(model.tokenizer(prompt, add_special_tokens=False)["input_ids"]) if prompt else 0
            for row, item in zip(rows, items, strict=True):
                by_row[row] = _token_vectors(item, special, skipped, subject=self._resolved.name)
        return [by_row[row] for row in range(len(texts))]

    def _prompts(self) -> Prompts:
        query, passage = self._given
        return prompts_of(_folder(self._on_disk()), query=query, passage=passage)

    def _on_disk(self) -> ResolvedModel:
        """The model's folder; a model that only the hub has is fetched first."""
        if self._resolved.path is None:
            with self._lock:
                self._load()
        return self._resolved

    def _load(self) -> Any:
        if self._loaded is None:
            resolved = self._resolved
            self._loaded = _load(resolved, threads=self._threads, offline=self._offline)
            if resolved.path is None:
                self._resolved = resolve(resolved.name, kind="embedding", models_dir=self._models_dir, offline=True)
        return self._loaded


def _load(resolved: ResolvedModel, *, threads: int, offline: bool) -> Any:
    local = resolved.path is not None
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else a warning whenever a process forks later
    if offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    _let_threads_sleep()
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceTransformer(
            str(resolved.path) if local else resolved.name,
            cache_folder=str(resolved.cache_dir),
            local_files_only=local or offline,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        what = "its files cannot be loaded; get it again" if local else "cannot be fetched from the hub; try again"
        raise ModelNotFound(what, subject=resolved.name) from error


def _let_threads_sleep() -> None:
    """Has PyTorch's threads wait for one another asleep, if it is not loaded yet.

    They wait by spinning otherwise, which on a busy machine took more of the processor than computing did.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def open_pools(
    folder: Path, changes: Mapping[str, NDArray[np.float32]], *, threads: int
) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Texts to the mean of their own tokens' hidden states and the first token's, side by side: ``(n_texts, 2 * width)``.

    Args:
        folder: the model's.
        changes: what is added to its parameters, by their names.
        threads: threads it may take; 0 leaves it to PyTorch.

    Raises:
        ModelNotFound: the model's files cannot be loaded.
    """
    import numpy as np

    _let_threads_sleep()
    import torch

    resolved = ResolvedModel(name=folder.name, path=folder, source="path", revision="", cache_dir=folder)
    model = _load(resolved, threads=threads, offline=False)  # the folder is here, and nothing is fetched
    parameters = dict(model[0].auto_model.named_parameters())
    with torch.no_grad():
        for name, change in changes.items():
            parameters[name] += torch.from_numpy(change).to(parameters[name].device)
    special = _added_tokens(model.tokenizer)

    def pools(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = []
        for item in model.encode(list(texts), batch_size=_BATCH, output_value=None, show_progress_bar=False):
            hidden = item["token_embeddings"].float().cpu().numpy()
            mask, ids = (item[name].cpu().numpy() for name in ("attention_mask", "input_ids"))
            own = mask.astype(bool) & ~np.isin(ids, special)
            rows.append(np.concatenate([(hidden[own] if own.any() else hidden[:1]).mean(axis=0), hidden[0]]))
        return np.array(rows, dtype=np.float32)

    return pools


def _added_tokens(tokenizer: Any) -> list[int]:
    """Ids of what a tokenizer adds to a text (start, end, padding); an unknown word is of the text."""
    return sorted(set(tokenizer.all_special_ids) - {tokenizer.unk_token_id})


def _token_vectors(item: dict[str, Any], special: list[int], skipped: int, *, subject: str) -> TokenVectors:
    """One text's row of what the model gave: features by name, padded; its first ``skipped`` tokens are the prompt's."""
    import numpy as np

    from earmark.ports import TokenVectors

    if not {"token_embeddings", "input_ids", "attention_mask", "sentence_embedding"} <= item.keys():
        raise ModelNotFound("gives no vectors of single tokens; choose another model", subject=subject)
    ids = item["input_ids"].numpy().astype(np.int32)
    kept = np.flatnonzero(item["attention_mask"].numpy().astype(bool) & ~np.isin(ids, special))[skipped:]
    tokens = unit(item["token_embeddings"].float().numpy()[kept])
    pooled = unit(item["sentence_embedding"].float().numpy())
    if not (np.isfinite(tokens).all() and np.isfinite(pooled).all()):
        raise ModelNotFound("gives vectors that are not finite; choose another model", subject=subject)
    return TokenVectors(pooled=pooled, tokens=tokens, token_ids=ids[kept])


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors along the last axis at length 1 (zero stays zero), in memory of their own."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: NDArray[np.float32] = np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
    return result


def _folder(resolved: ResolvedModel) -> Path:
    if resolved.path is None:
        raise ModelNotFound("was fetched, but is not in the cache; name a folder instead", subject=resolved.name)
    return resolved.path
