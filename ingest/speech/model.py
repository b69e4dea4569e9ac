"""The speech model on this machine: found, checked, loaded onto the GPU where there is one, shared by all threads."""

from __future__ import annotations

import importlib.metadata
import logging
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.errors import FetchError, ModelCallError, ModelNotFound, SettingsError
from earmark.models import ResolvedModel, resolve
from earmark.settings import AsrSettings
from ingest.speech.filling import LEAST_S, WHOLE_S, without_filling

__all__ = ["Compute", "HeardLanguage", "SpeechModel", "choose_compute", "load_speech_model"]

_log = logging.getLogger(__name__)

_PREFERRED = {"cpu": ("int8", "int8_float32", "float32"), "cuda": ("int8_float16", "float16", "int8", "float32")}
_MOST_WORKERS = 8
_GPU_WORKERS = 2
_BATCH = {"cpu": 2, "cuda": 16}
"""On a CPU larger batches gain nothing and cost 100 MB a stretch and worker (base, beam 5)."""
_PAUSE_MS = 160
"""The pause at which batched faster-whisper cuts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """Where the model runs, in which arithmetic, how many windows at once, and the threads and batch of each."""

    device: str
    compute_type: str
    workers: int
    threads: int
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLanguage:
    """The language of a stretch of speech, how likely it is (0..1), and the ``seconds`` of speech it was heard in."""

    language: str
    probability: float
    seconds: float


def choose_compute(
    settings: AsrSettings, *, supported: Callable[[str], Collection[str]], gpus: int, cores: int
) -> Compute:
    """Where and how the model of the settings runs: a GPU where there is one, else all cores.

    One window a core on one thread is quicker than one window on all threads (`docs/speech.md` has the numbers). On a
    GPU two windows at once keep it busy while the next one's spectrogram is computed.

    Args:
        settings: ``device``, ``compute_type``, ``workers``, ``threads`` and ``batch``; ``auto`` and 0 are chosen here.
        supported: the arithmetic that a device offers, as ``ctranslate2.get_supported_compute_types``.
        gpus: how many CUDA devices there are.
        cores: how many cores this process may use.

    Raises:
        SettingsError: a GPU is wanted but missing, or the device does not offer the arithmetic.
    """
    if settings.device == "cuda" and not gpus:
        raise SettingsError("there is no CUDA device here; set it to auto or cpu", subject="asr.device")
    device = settings.device if settings.device != "auto" else ("cuda" if gpus else "cpu")
    offered = supported(device)
    wanted = settings.compute_type
    if wanted == "auto":
        wanted = next((kind for kind in _PREFERRED[device] if kind in offered), "default")
    elif wanted != "default" and wanted not in offered:
        raise SettingsError(
            f"{wanted!r} is not offered by {device}; use auto or one of {', '.join(sorted(offered))}",
            subject="asr.compute_type",
        )
    batch = settings.batch or _BATCH[device]
    if device == "cuda":
        workers, threads = settings.workers or _GPU_WORKERS, settings.threads
    else:
        workers = settings.workers or max(1, min(cores // (settings.threads or 1), _MOST_WORKERS))
        threads = settings.threads or max(1, cores // workers)
    return Compute(device=device, compute_type=wanted, workers=workers, threads=threads, batch=batch)


class SpeechModel:
    """A loaded faster-whisper model. Calls from several threads run side by side on one copy of the weights."""

    def __init__(self, whisper: Any, resolved: ResolvedModel, compute: Compute) -> None:
        self._whisper = whisper
        self.resolved = resolved
        self.compute = compute
        self.least_s = LEAST_S if compute.device == "cpu" else WHOLE_S

    @property
    def languages(self) -> Sequence[str]:
        """The codes of the languages that it knows."""
        return list(self._whisper.supported_languages)

    @property
    def version(self) -> str:
        """That of faster-whisper."""
        return importlib.metadata.version("faster-whisper")

    def decode(
        self, samples: Any, *, language: str, beam: int, stopped: Callable[[], bool] = lambda: False, **options: Any
    ) -> list[Any]:
        """The library's segments (up to 30 s each, with words) of 16 kHz samples, times from their start.

        Raises:
            CancelledError: ``stopped``, which is asked after each batch, said so.
            ModelCallError: the engine failed, e.g. for want of memory.
        """
        from faster_whisper import BatchedInferencePipeline

        # A pipeline of its own: it keeps the time of the last word of the call before.
        pipeline = BatchedInferencePipeline(self._whisper)
        if self.least_s < WHOLE_S:
            heard = pipeline.generate_segment_batched
            pipeline.generate_segment_batched = lambda features, *more: heard(
                without_filling(features, self.least_s), *more
            )
        try:
            decoded, _ = pipeline.transcribe(
                samples,
                language=language,
                beam_size=beam,
                batch_size=self.compute.batch,
                condition_on_previous_text=False,
                vad_filter=True,
                word_timestamps=True,
                **options,
            )
            pieces = []
            for piece in decoded:
                if stopped():
                    raise CancelledError
                pieces.append(piece)
            return pieces
        except RuntimeError as error:
            raise ModelCallError(
                "the speech model failed; with too little memory lower asr.batch or asr.workers",
                subject=self.resolved.name,
            ) from error

    def speech_s(self, samples: Any) -> float:
        """Seconds of speech in 16 kHz samples, by the voice detector."""
        from faster_whisper.vad import VadOptions, get_speech_timestamps

        cuts = get_speech_timestamps(samples, VadOptions(min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=0))
        return float(sum(cut["end"] - cut["start"] for cut in cuts) / self._whisper.feature_extractor.sampling_rate)

    def detect(self, samples: Any, *, pieces: int) -> HeardLanguage | None:
        """The language spoken in 16 kHz samples, by up to ``pieces`` stretches of 30 s; ``None`` without speech."""
        import numpy as np
        from faster_whisper.audio import pad_or_trim
        from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps

        cuts = get_speech_timestamps(
            samples, VadOptions(max_speech_duration_s=WHOLE_S, min_silence_duration_ms=_PAUSE_MS)
        )
        parts = [part for part in collect_chunks(samples, cuts, max_duration=WHOLE_S)[0] if len(part)]
        if not parts:
            return None
        rate = self._whisper.feature_extractor.sampling_rate
        chosen = [parts[i] for i in sorted({round(k * (len(parts) - 1) / pieces) for k in range(pieces)})]
        features = np.stack([pad_or_trim(self._whisper.feature_extractor(part)[..., :-1]) for part in chosen])
        total: dict[str, float] = {}
        for odds in self._whisper.model.detect_language(self._whisper.encode(features)):
            for token, probability in odds:
                total[token[2:-2]] = total.get(token[2:-2], 0.0) + probability / len(chosen)
        best = max(total, key=lambda code: total[code])
        seconds = sum(cut["end"] - cut["start"] for cut in cuts) / rate
        return HeardLanguage(language=best, probability=round(total[best], 3), seconds=round(seconds, 1))


def load_speech_model(settings: AsrSettings, *, models_dir: Path, offline: bool) -> SpeechModel:
    """The model of the settings, fetched where that is needed and allowed, loaded; on the CPU if the GPU does not work.

    Raises:
        ModelNotFound: the model is nowhere, damaged, or cannot be loaded.
        FetchError: the hub, which has it, cannot be reached.
        SettingsError: the machine cannot do what the settings ask for.
    """
    import ctranslate2

    resolved = resolve(settings.model, kind="asr", models_dir=models_dir, offline=offline)
    if resolved.path is None:
        resolved = _fetched(resolved, models_dir)
    supported: Callable[[str], Collection[str]] = ctranslate2.get_supported_compute_types
    gpus, cores = int(ctranslate2.get_cuda_device_count()), _cores()
    compute = choose_compute(settings, supported=supported, gpus=gpus, cores=cores)
    if compute.device == "cuda" and settings.device == "auto":
        try:
            return _tried(resolved, compute)
        except (RuntimeError, ValueError) as error:
            _log.warning(
                "the GPU cannot be used for speech (%s); the CPU is used instead", " ".join(str(error).split())[:200]
            )
            fitting = settings.compute_type if settings.compute_type in supported("cpu") else "auto"
            on_cpu = settings.model_copy(update={"device": "cpu", "compute_type": fitting})
            compute = choose_compute(on_cpu, supported=supported, gpus=0, cores=cores)
    try:
        return _tried(resolved, compute)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelNotFound("the speech model cannot be loaded", subject=settings.model) from error


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tried(resolved: ResolvedModel, compute: Compute) -> SpeechModel:
    """The model, loaded; on a GPU also run once, since a missing CUDA library shows only then."""
    import numpy as np
    from faster_whisper import WhisperModel

    whisper = WhisperModel(
        str(resolved.path),
        device=compute.device,
        compute_type=compute.compute_type,
        cpu_threads=compute.threads,
        num_workers=compute.workers,
        local_files_only=True,
    )
    if compute.device == "cuda":
        mels = whisper.feature_extractor.mel_filters.shape[0]
        whisper.encode(np.zeros((mels, whisper.feature_extractor.nb_max_frames), dtype=np.float32))
    return SpeechModel(whisper, resolved, compute)


def _fetched(resolved: ResolvedModel, models_dir: Path) -> ResolvedModel:
    """The model of a hub repository, after fetching it into the cache, where it is checked like any other."""
    from faster_whisper.utils import download_model

    try:
        download_model(resolved.name, cache_dir=str(resolved.cache_dir))
    except (OSError, ValueError, RuntimeError) as error:
        # A hub that cannot be reached comes as an OSError of an entry that is not found locally.
        if type(error).__name__ == "LocalEntryNotFoundError" or isinstance(error, ConnectionError):
            raise FetchError("the hub cannot be reached to fetch it", subject=resolved.name) from error
        raise ModelNotFound("cannot be fetched from the hub", subject=resolved.name) from error
    return resolve(resolved.name, kind="asr", models_dir=models_dir, offline=True)
