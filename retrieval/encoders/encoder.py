"""Texts to unit vectors with a model on this machine: on PyTorch here, on OpenVINO where that is installed and fits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from earmark.errors import ModelNotFound, SettingsError
from earmark.ports import QueryEncoder, TokenEncoder
from retrieval.encoders.model_files import prompts_of
from retrieval.encoders.torch import SentenceTransformerEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.ports import Encoder, TokenVectors
    from earmark.settings import Settings
    from retrieval.encoders.openvino import OpenVINOEncoder

__all__ = ["LocalEncoder", "SentenceTransformerEncoder", "open_encoder"]

_log = logging.getLogger(__name__)


class LocalEncoder(TokenEncoder, QueryEncoder, Protocol):
    """An encoder whose model runs on this machine."""

    @property
    def backend(self) -> str:
        """What computes, in words."""
        ...

    @property
    def note(self) -> str:
        """Why the quicker backend is not the one; empty if it is, or was not wanted."""
        ...


def open_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name; its model is loaded by the first text.

    Raises:
        ModelNotFound: the model is in none of the places looked in.
        SettingsError: an engine that there is not, a backend that cannot run the model, or an endpoint that cannot be used.
    """
    wanted = settings.embedding
    if wanted.engine == "local":
        return _open_local(settings)
    if wanted.engine == "openai":
        from retrieval.encoders.openai import OpenAIEncoder

        return OpenAIEncoder(
            wanted.model,
            base_url=wanted.base_url or settings.llm.base_url,
            api_key=settings.llm.api_key.get_secret_value(),
            timeout_s=settings.llm.timeout_s,
            offline=settings.offline,
        )
    raise SettingsError("must be one of: local, openai", subject="embedding.engine")


def _open_local(settings: Settings) -> LocalEncoder:
    wanted = settings.embedding
    torch = SentenceTransformerEncoder(
        wanted.model,
        models_dir=settings.models_dir,
        offline=settings.offline,
        batch=wanted.batch,
        threads=wanted.threads,
        query_prompt=wanted.query_prompt,
        passage_prompt=wanted.passage_prompt,
    )
    if wanted.backend == "torch":
        return torch
    from retrieval.encoders.openvino import OpenVINOEncoder, why_not

    resolved = torch.resolved
    reason = why_not(resolved.path) if resolved.path else "the model is still to be fetched, which PyTorch does"
    if reason and wanted.backend == "openvino":
        raise SettingsError(f"cannot be openvino: {reason}", subject="embedding.backend")
    if reason or resolved.path is None:
        torch.note = reason
        return torch
    prompts = prompts_of(resolved.path, query=wanted.query_prompt, passage=wanted.passage_prompt)
    quick = OpenVINOEncoder(resolved, resolved.path, prompts=prompts, batch=wanted.batch, threads=wanted.threads)
    return quick if wanted.backend == "openvino" else _EitherEncoder(quick, torch)


class _EitherEncoder:
    """The quick backend, or PyTorch, which runs every model, if the quick one cannot be loaded after all."""

    def __init__(self, quick: OpenVINOEncoder, sure: SentenceTransformerEncoder) -> None:
        self._quick = quick
        self._sure = sure
        self._lock = threading.Lock()
        self._chosen: LocalEncoder | None = None

    @property
    def model_id(self) -> str:
        """As both have it."""
        return self._quick.model_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._quick.dimension

    @property
    def backend(self) -> str:
        """What computes, in words; known for certain once something was encoded."""
        return (self._chosen or self._quick).backend

    @property
    def note(self) -> str:
        """Why the quick one could not be loaded."""
        return self._sure.note

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the chosen one does."""
        return self._choose().encode(texts)

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the chosen one does."""
        return self._choose().encode_query(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As the chosen one does."""
        return self._choose().encode_tokens(texts)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As the chosen one does."""
        return self._choose().encode_query_tokens(texts)

    def _choose(self) -> LocalEncoder:
        with self._lock:
            if self._chosen is None:
                self._chosen = self._loaded_or_sure()
            return self._chosen

    def _loaded_or_sure(self) -> LocalEncoder:
        try:
            self._quick.load()
        except ModelNotFound as error:
            self._sure.note = f"openvino could not load the model: {error}"
            _log.warning("%s", self._sure.note)
            return self._sure
        return self._quick
