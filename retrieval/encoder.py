"""Texts to unit vectors, with a sentence-transformers model on this machine."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import ModelNotFound, SettingsError
from earmark.models import ResolvedModel, resolve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.ports import Encoder
    from earmark.settings import Settings

__all__ = ["SentenceTransformerEncoder", "open_encoder"]


def open_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name; its model is loaded by the first text.

    Raises:
        ModelNotFound: the model is in none of the places looked in.
        SettingsError: an engine that there is not, or an endpoint that cannot be used.
    """
    wanted = settings.embedding
    if wanted.engine == "local":
        return SentenceTransformerEncoder(
            wanted.model,
            models_dir=settings.models_dir,
            offline=settings.offline,
            batch=wanted.batch,
            threads=wanted.threads,
        )
    if wanted.engine == "openai":
        from retrieval.openai_encoder import OpenAIEncoder

        return OpenAIEncoder(
            wanted.model,
            base_url=wanted.base_url or settings.llm.base_url,
            api_key=settings.llm.api_key.get_secret_value(),
            timeout_s=settings.llm.timeout_s,
            offline=settings.offline,
        )
    raise SettingsError("must be one of: local, openai", subject="embedding.engine")


class SentenceTransformerEncoder:
    """An ``Encoder`` over any sentence-transformers model with safe weights; safe to share between threads.

    Its name and its dimension are read from the model's own files, so that a search over an index that is up to date
    asks for them without loading the library (7 s on two cores, against 10 ms for a query afterwards).

    Raises:
        ModelNotFound: the model is in none of the places looked in.
    """

    def __init__(self, model: str, *, models_dir: Path, offline: bool, batch: int = 8, threads: int = 0) -> None:
        self._resolved = resolve(model, kind="embedding", models_dir=models_dir, offline=offline)
        self._models_dir = models_dir
        self._offline = offline
        self._batch = batch
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def model_id(self) -> str:
        """Model, revision and longest input in tokens: what decides the vectors."""
        found = self._on_disk()
        name = Path(found.name).name if found.source == "path" else found.name
        return f"{name}@{found.revision[:12]}/{_max_tokens(_folder(found))}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return _dimension(_folder(self._on_disk()))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, L2-normalised, in the order of ``texts``.

        Raises:
            ModelNotFound: the model's files cannot be loaded, or it gives numbers that are not finite.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            model = self._load()
            found = model.encode(  # sorts by length itself, so that a batch carries little padding
                list(texts), batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False
            )
        result: NDArray[np.float32] = np.ascontiguousarray(found, dtype=np.float32)
        if not np.isfinite(result).all():
            raise ModelNotFound("gives vectors that are not finite; choose another model", subject=self._resolved.name)
        return result

    def _on_disk(self) -> ResolvedModel:
        """The model's folder; a model that only the hub has is fetched first."""
        if self._resolved.path is None:
            with self._lock:
                self._load()
        return self._resolved

    def _load(self) -> Any:
        if self._loaded is None:
            found = self._resolved
            self._loaded = _load(found, threads=self._threads, offline=self._offline)
            if found.path is None:
                self._resolved = resolve(found.name, kind="embedding", models_dir=self._models_dir, offline=True)
        return self._loaded


def _load(found: ResolvedModel, *, threads: int, offline: bool) -> Any:
    local = found.path is not None
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else a warning whenever a process forks later
    if offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceTransformer(
            str(found.path) if local else found.name,
            cache_folder=str(found.cache_dir),
            local_files_only=local or offline,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        what = "its files cannot be loaded; get it again" if local else "cannot be fetched from the hub; try again"
        raise ModelNotFound(what, subject=found.name) from error


def _folder(found: ResolvedModel) -> Path:
    if found.path is None:
        raise ModelNotFound("was fetched, but is not in the cache; name a folder instead", subject=found.name)
    return found.path


def _max_tokens(folder: Path) -> int:
    """Longest input in tokens: sentence-transformers' own file, else the positions of the transformer."""
    own = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    return int(own or _json(folder / "config.json").get("max_position_embeddings") or 0)


def _dimension(folder: Path) -> int:
    """Length of a vector: of the last dense layer, else of the pooling, else of the transformer."""
    modules = _json(folder / "modules.json")
    found = _json(folder / "config.json").get("hidden_size") or 0
    for module in modules if isinstance(modules, list) else []:
        config = _json(folder / module["path"] / "config.json") if module.get("path") else {}
        for name in ("out_features", "word_embedding_dimension", "embedding_dimension"):
            found = config.get(name) or found
    truncated = _json(folder / "config_sentence_transformers.json").get("truncate_dim")
    if not (truncated or found):
        raise ModelNotFound("its files do not say how long its vectors are", subject=str(folder))
    return int(truncated or found)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelNotFound("this file of the model cannot be read; get the model again", subject=str(path)) from error
