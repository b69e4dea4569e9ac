"""Texts to unit vectors, behind an OpenAI-compatible ``/embeddings`` endpoint."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from earmark.catalog.batches import batches
from earmark.errors import ModelCallError, SettingsError
from earmark.net import is_loopback

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OpenAIEncoder"]

_BATCH = 64
"""Texts a call: well under the 2,048 inputs and 300,000 tokens that OpenAI's endpoint takes."""
_RETRIES = 2


class OpenAIEncoder:
    """An ``Encoder`` behind an endpoint; safe to share between threads.

    Raises:
        SettingsError: no endpoint and no key, or an endpoint elsewhere while offline.
    """

    def __init__(self, model: str, *, base_url: str, api_key: str, timeout_s: float, offline: bool) -> None:
        if not base_url and not api_key:
            raise SettingsError(
                "engine openai needs an address (or a key in llm.api_key)", subject="embedding.base_url"
            )
        if offline and not is_loopback(base_url):
            raise SettingsError("is not on this machine, and Earmark is offline", subject="embedding.base_url")
        self._model = model
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._client: Any = None
        self._dimension = 0

    @property
    def model_id(self) -> str:
        """Endpoint and model; a server that swaps weights under one name cannot be told apart."""
        return f"{self._model}@{self._base_url or 'openai'}"

    @property
    def dimension(self) -> int:
        """Length of a vector; the first time this costs a call, if nothing was encoded yet."""
        if not self._dimension:
            self.encode(["dimension"])
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, L2-normalised, in the order of ``texts``.

        Raises:
            ModelCallError: the endpoint failed, or its answer does not fit what it was given.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows: list[list[float]] = []
        for part in batches(list(texts), _BATCH):
            rows.extend(self._call(part))
        try:
            vectors = np.asarray(rows, dtype=np.float32)
        except ValueError as error:
            raise ModelCallError("answered vectors of several lengths", subject=self._model) from error
        if vectors.ndim != 2 or (self._dimension and vectors.shape[1] != self._dimension):
            raise ModelCallError(f"answered vectors of shape {vectors.shape[1:]}", subject=self._model)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not (norms > 0).all():
            raise ModelCallError("answered vectors that are zero or not finite", subject=self._model)
        self._dimension = int(vectors.shape[1])
        result: NDArray[np.float32] = vectors / norms
        return result

    def _call(self, texts: Sequence[str]) -> list[list[float]]:
        import openai

        with self._lock:
            if self._client is None:
                self._client = openai.OpenAI(
                    base_url=self._base_url or None,
                    api_key=self._api_key or "none",
                    timeout=self._timeout_s,
                    max_retries=_RETRIES,
                )
        # Empty input is refused by OpenAI's endpoint. Small servers know no base64, the client's default.
        inputs = [text or " " for text in texts]
        try:
            reply = self._client.embeddings.create(model=self._model, input=inputs, encoding_format="float")
            embeddings = {row.index: list(row.embedding) for row in reply.data}
        except openai.OpenAIError as error:
            raise ModelCallError("the embeddings endpoint failed; try again", subject=self._model) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise ModelCallError("answered something that is not embeddings", subject=self._model) from error
        if sorted(embeddings) != list(range(len(texts))):
            raise ModelCallError(f"answered {len(embeddings)} vectors for {len(texts)} texts", subject=self._model)
        return [embeddings[n] for n in range(len(texts))]

    def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            self._client.close()
