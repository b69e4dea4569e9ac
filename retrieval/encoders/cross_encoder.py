"""Question and sentence read together: how likely a sentence answers, by the default encoder with a learned adapter."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelNotFound
from earmark.models import resolve
from retrieval.encoders.adapter import Adapter, folder_of, read_adapter
from retrieval.encoders.openvino import why_not
from retrieval.encoders.openvino_runner import Runner, in_batches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.settings import Settings

__all__ = ["CrossEncoder", "SpokenSentence", "open_cross_encoder"]

_UNKNOWN, _CLS, _SEP = 100, 101, 102
_QUESTION, _BEFORE, _TEXT = 24, 10, 40
"""Tokens of each part that are read: of what is said before, the last."""
_BATCH = 8
_FIRST, _MEAN = 4.0, 4.0
"""What the two single vectors of unit length are multiplied by before the head."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence with what is said just before it; ``before`` ends in who says it."""

    text: str
    before: str


def open_cross_encoder(settings: Settings) -> CrossEncoder | None:
    """The cross-encoder, where the settings name the encoder that it was learned beside and OpenVINO runs it; else ``None``."""
    wanted = settings.embedding
    if wanted.engine != "local" or wanted.backend == "torch":
        return None
    try:
        resolved = resolve(wanted.model, kind="embedding", models_dir=settings.models_dir, offline=True)
    except ModelNotFound:
        return None
    folder = folder_of(resolved)
    if folder is None or why_not(folder):
        return None
    return CrossEncoder(folder, threads=wanted.threads)


class CrossEncoder:
    """Safe to share between threads; nothing is loaded before the first question.

    Args:
        folder: of the encoder that the adapter was learned beside.
        threads: threads it may take; 0 leaves it to the engine.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Runner, Adapter] | None = None
        self._failure: ModelNotFound | None = None

    def log_odds(self, question: str, sentences: Sequence[SpokenSentence]) -> NDArray[np.float64]:
        """The logarithm of the odds that each sentence answers, of shape ``(len(sentences),)``.

        Raises:
            ModelNotFound: the files cannot be loaded, or the engine fails on them.
        """
        runner, adapter = self._ready()
        parts = [question, *(text for said in sentences for text in (said.before, said.text))]
        pieces = runner.pieces(parts)
        asked = pieces[0][:_QUESTION] or [_UNKNOWN]
        rows, spans = [], []
        for n in range(len(sentences)):
            before, text = pieces[1 + 2 * n], pieces[2 + 2 * n][:_TEXT] or [_UNKNOWN]  # signs that are no tokens
            head = [_CLS, *asked, _SEP, *before[-_BEFORE:], _SEP]
            rows.append([*head, *text, _SEP])
            spans.append((len(head), len(head) + len(text)))
        odds = np.zeros(len(sentences))

        def keep(row: int, _: list[int], hidden: NDArray[np.float32]) -> None:
            vectors = (hidden[0], hidden[slice(*spans[row])].mean(axis=0), hidden[1 : 1 + len(asked)].mean(axis=0))
            first, said, put = (vector / max(1e-12, float(np.linalg.norm(vector))) for vector in vectors)
            weights = adapter.head
            odds[row] = (
                _FIRST * first @ weights[0] + _MEAN * said @ weights[1] + (put * said) @ weights[2] + adapter.bias
            )

        with self._lock:
            try:
                runner.run_all(in_batches([len(row) for row in rows], _BATCH), rows, keep)
            except RuntimeError as error:
                raise ModelNotFound("fails on a batch", subject=self._folder.name) from error
        return odds

    def _ready(self) -> tuple[Runner, Adapter]:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._loaded is None:
                try:
                    self._loaded = self._load()
                except ModelNotFound as error:  # a load that failed is not tried at each question
                    self._failure = error
                    raise
            return self._loaded

    def _load(self) -> tuple[Runner, Adapter]:
        adapter = read_adapter()
        try:
            return Runner(self._folder, threads=self._threads, changes=adapter.changes()), adapter
        except (KeyError, OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            raise ModelNotFound("its files cannot be loaded; get it again", subject=self._folder.name) from error
