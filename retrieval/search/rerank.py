"""A cross-encoder that reads query and passage together and orders the best passages; off until one is named."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from earmark.catalog.content import chunks
from earmark.embedding import chunk_text
from earmark.errors import ModelNotFound
from earmark.models import resolve
from earmark.ports import IndexHit

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.settings import Settings

__all__ = ["Reranker", "open_reranker"]

_BATCH = 16


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that ``search.reranker`` names, ``None`` if it names none; its model is loaded by the first query.

    Raises:
        ModelNotFound: the model is in none of the places looked in.
    """
    if not settings.search.reranker:
        return None
    return Reranker(settings.search.reranker, models_dir=settings.models_dir, offline=settings.offline)


class Reranker:
    """A sentence-transformers ``CrossEncoder`` with safe weights; safe to share between threads.

    Args:
        model: a folder, or a hub id such as ``cross-encoder/ms-marco-MiniLM-L6-v2``.
        models_dir: where downloaded models are kept.
        offline: whether the hub may not be used.

    Raises:
        ModelNotFound: the model is in none of the places looked in.
    """

    def __init__(self, model: str, *, models_dir: Path, offline: bool) -> None:
        self._resolved = resolve(model, kind="embedding", models_dir=models_dir, offline=offline)
        self._offline = offline
        self._lock = threading.Lock()
        self._loaded: Any = None

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """How well each passage answers the query, of shape ``(len(passages),)``; higher is better.

        Raises:
            ModelNotFound: the model cannot be loaded, or does not give one finite number a pair.
        """
        import numpy as np

        if not passages:
            return np.zeros(0, dtype=np.float32)
        with self._lock:
            predicted = self._load().predict(
                [(query, passage) for passage in passages], batch_size=_BATCH, show_progress_bar=False
            )
        scores: NDArray[np.float32] = np.asarray(predicted, dtype=np.float32)
        if scores.shape != (len(passages),) or not np.isfinite(scores).all():
            raise ModelNotFound("does not give one score a pair; choose another model", subject=self._resolved.name)
        return scores

    def reordered(self, catalog: Catalog, query: str, hits: Sequence[IndexHit], *, depth: int) -> list[IndexHit]:
        """The first ``depth`` hits in the model's order, then the others as they were; equal scores keep their order.

        The scores are those that came in, in falling order: two models' scores do not compare.
        """
        head = list(hits[:depth])
        with catalog.read() as tx:
            located = chunks.located(tx, [hit.key for hit in head])
        texts = [chunk_text(located[hit.key].chunk) if hit.key in located else "" for hit in head]
        scores = self.scores(query, texts).tolist()
        order = sorted(range(len(head)), key=lambda n: -scores[n])
        new = [
            IndexHit(key=head[n].key, score=old.score, show_id=head[n].show_id, episode_id=head[n].episode_id)
            for n, old in zip(order, head, strict=True)
        ]
        return [*new, *hits[depth:]]

    def _load(self) -> Any:
        if self._loaded is None:
            self._loaded = self._opened()
        return self._loaded

    def _opened(self) -> Any:
        resolved = self._resolved
        local = resolved.path is not None
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else a warning whenever a process forks later
        if self._offline:
            os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(
                str(resolved.path) if local else resolved.name,
                cache_folder=str(resolved.cache_dir),
                local_files_only=local or self._offline,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            what = (
                "its files cannot be loaded as a cross-encoder"
                if local
                else "cannot be fetched from the hub; try again"
            )
            raise ModelNotFound(what, subject=resolved.name) from error
