"""The default encoder, fine-tuned to tell how glad a reader would be of what somebody says.

Its upper layers were trained further on labelled spans (``python -m evaluation.fits.worth_encoder``). What was learned is a
low-rank change of their matrices and a linear head: they come with Earmark as `WEIGHTS` and are added to the encoder's own
weights when those are loaded. They fit no other encoder.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelNotFound
from earmark.models import resolve
from retrieval.encoders.adapter import folder_of, read_arrays
from retrieval.encoders.openvino import why_not

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import SpanRater
    from earmark.settings import Settings

_log = logging.getLogger(__name__)

__all__ = ["SHA256", "WEIGHTS", "WorthAdapter", "open_rater", "read_adapter"]

WEIGHTS = Path(__file__).with_name("worth_adapter.npz")
SHA256 = "caa8df70ee343c9d206dc9a33bc9a1bbc6380a60d0030a17ee8b6a99337f51ac"

Pools = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts to the mean of their own tokens' hidden states and the first token's, side by side: ``(n_texts, 2 * width)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthAdapter:
    """What is added to the encoder's tensors, by their names, and the head: ``(2, 2 * width)`` and ``(2,)``."""

    changes: Mapping[str, NDArray[np.float32]]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def read_adapter(file: Path = WEIGHTS, digest: str = SHA256) -> WorthAdapter:
    """The adapter in a file; raises as `read_arrays` does."""
    kept = read_arrays(file, digest)
    changes = {
        name.removesuffix(".up"): kept[name] @ kept[name.removesuffix(".up") + ".down"]
        for name in kept
        if name.endswith(".up")
    }
    added = {name.removesuffix(".added"): kept[name] for name in kept if name.endswith(".added")}
    return WorthAdapter(changes={**changes, **added}, weights=kept["head.weight"], bias=kept["head.bias"])


def open_rater(settings: Settings) -> SpanRater | None:
    """What rates spoken spans, loaded by the first of them; ``None`` where the encoder is not the one that was trained.

    Raises:
        ModelNotFound: the encoder is in none of the places looked in.
    """
    wanted = settings.embedding
    if wanted.engine != "local":
        return None
    resolved = resolve(wanted.model, kind="embedding", models_dir=settings.models_dir, offline=settings.offline)
    folder, threads = folder_of(resolved), wanted.threads
    if folder is None:
        return None
    quick = wanted.backend != "torch" and not why_not(folder)

    def load(adapter: WorthAdapter) -> Pools:
        if quick:
            from retrieval.encoders.openvino_runner import open_pools

            try:
                return open_pools(folder, adapter.changes, threads=threads)
            except ModelNotFound as error:
                if wanted.backend == "openvino":
                    raise
                _log.warning("openvino could not load what rates spans: %s", error)
        from retrieval.encoders.torch import open_pools as open_torch_pools

        return open_torch_pools(folder, adapter.changes, threads=threads)

    return _Rater(load)


class _Rater:
    """A ``SpanRater`` on either backend; safe to share between threads, of which one computes at a time."""

    def __init__(self, load: Callable[[WorthAdapter], Pools]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: tuple[WorthAdapter, Pools] | None = None

    def rate(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Log odds that a reader is glad of each text, and that it can be read alone, of shape ``(len(texts), 2)``."""
        if not texts:
            return np.zeros((0, 2), dtype=np.float32)
        with self._lock:
            if self._loaded is None:
                adapter = read_adapter()
                self._loaded = adapter, self._load(adapter)
            adapter, pools = self._loaded
            pooled = pools(texts)
        rated: NDArray[np.float32] = pooled @ adapter.weights.T + adapter.bias
        if not np.isfinite(rated).all():
            raise ModelNotFound("gives numbers that are not finite; install Earmark again", subject=WEIGHTS.name)
        return rated
