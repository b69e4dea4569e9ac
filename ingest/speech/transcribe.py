"""Speech to text: faster-whisper on this machine; and the choice between it and an endpoint."""

from __future__ import annotations

import importlib.metadata
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import AudioError, SettingsError
from earmark.net import is_loopback
from earmark.settings import AsrSettings, Settings
from earmark.types import Transcript
from ingest.speech.audio import SEARCH_S, Block, blocks, check_whole
from ingest.speech.checks import hotword_line, without_repeats
from ingest.speech.model import SpeechModel, load_speech_model
from ingest.speech.transcribe_file import FileOnItsWay
from ingest.speech.transcribe_openai import OpenAITranscriber
from ingest.speech.transcribe_windows import SpeechWindow, SpokenLanguage, open_journal, side_by_side

if TYPE_CHECKING:
    from earmark.ports import Transcriber

__all__ = ["WINDOW_S", "FasterWhisperTranscriber", "OpenAITranscriber", "Progress", "open_transcriber", "window_length"]

Progress = Callable[[float, float], None]
"""Called with the seconds of audio done and the seconds in all (0 if unknown)."""

WINDOW_S = 240.0
"""What is decoded at once. Shorter windows pad more (each decodes whole 30 s), longer ones lose more to a kill and leave
cores idle in short files."""
_SHORTEST_S = 60.0
"""What a window is not made shorter than so that all cores have one."""


class FasterWhisperTranscriber:
    """faster-whisper on this machine; the model is loaded at the first use and kept.

    Safe to share between threads, and meant to be: the windows of all files go through one pool, a core each, on one
    copy of the weights. One file alone uses all cores too, from its second window on.
    """

    def __init__(
        self,
        settings: AsrSettings,
        *,
        models_dir: Path,
        offline: bool = False,
        window_s: float = WINDOW_S,
    ) -> None:
        """A transcriber.

        Args:
            settings: the model and how it runs.
            models_dir: where joined and downloaded models are kept.
            offline: whether the hub may not be used.
            window_s: seconds decoded at once, at most.
        """
        self._settings = settings
        self._models_dir = models_dir
        self._offline = offline
        self._window_s = window_s
        self._lock = threading.Lock()
        self._model: SpeechModel | None = None
        self._pool: ThreadPoolExecutor | None = None

    def load(self) -> None:
        """Loads the model, which otherwise the first file does."""
        self._ready()

    @property
    def name(self) -> str:
        """``faster-whisper``, its version and the model."""
        return f"faster-whisper {importlib.metadata.version('faster-whisper')} {self._shown}"

    @property
    def _shown(self) -> str:
        model = self._settings.model
        return Path(model).name if model.startswith(("/", ".", "~")) else model

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Progress | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        """The transcript of an audio file, a segment a sentence, in order, with times.

        Args:
            audio: anything that FFmpeg decodes.
            language: the language tag of the feed. It is checked by ear, and the ear wins when it is sure; empty (or one
                that Whisper does not know) has it detected.
            hotwords: names to spell rightly, the most useful first; as many as fit in 300 characters.
            expected_s: the length that the feed states, in seconds.
            on_progress: told the seconds done and the seconds there are after each window, in order.
            resume: a file in which finished windows are kept; a second call after a kill goes on from there. Whoever
                names it removes it.

        Raises:
            AudioError: it cannot be decoded, ends before 90 % of the stated length, holds no speech, or is in a language
                that the model does not know.
            ModelNotFound: the model is nowhere, or cannot be loaded.
            ModelCallError: the engine failed, e.g. for want of memory.
            FetchError: the hub, which has it, cannot be reached.
        """
        model, pool = self._ready()
        names = hotword_line(hotwords) if self._settings.hotwords else ""
        window_s = window_length(expected_s, model.compute.workers, longest_s=self._window_s)
        journal = open_journal(resume, audio, options=self._options(model, language, names), window_s=window_s)
        file = FileOnItsWay(audio, model, self._settings, journal, names)
        heard: list[SpeechWindow] = []
        last: Block | None = None
        settled = file.settled(blocks(audio, block_s=journal.window_s), language)
        windows = side_by_side(settled, file.window, pool, ahead=model.compute.workers + 1)
        try:
            for last, window in windows:
                heard.append(window)
                if on_progress is not None:
                    on_progress(last.end_s, max(expected_s or last.declared_s or 0.0, last.end_s))
        finally:  # a failure, or the caller's wish to stop
            windows.close()
            file.stop()
        if last is not None:
            check_whole(audio, last, expected_s)
        segments = [segment for window in heard for segment in window.segments]
        kept = without_repeats(segments)
        if not kept:
            raise AudioError("no speech was found in it", subject=audio.name)
        spoken = file.spoken or SpokenLanguage(language="")
        made = self._provenance(model, spoken, names, heard) | {"repeats_removed": len(segments) - len(kept)}
        return Transcript(segments=kept, source=self.name, language=spoken.language, provenance=made)

    def _ready(self) -> tuple[SpeechModel, ThreadPoolExecutor]:
        with self._lock:
            if self._model is None:
                self._model = load_speech_model(self._settings, models_dir=self._models_dir, offline=self._offline)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._model.compute.workers, thread_name_prefix="speech")
            return self._model, self._pool

    def _options(self, model: SpeechModel, language: str, names: str) -> dict[str, Any]:
        """All that the text of a window depends on, its bounds aside."""
        return {
            "engine": self.name,
            "model": [model.resolved.name, model.resolved.revision],
            "compute": [model.compute.device, model.compute.compute_type],
            "decoding": [self._settings.beam, model.least_s],
            "language": language,
            "names": names,
        }

    def _provenance(
        self, model: SpeechModel, spoken: SpokenLanguage, names: str, heard: Sequence[SpeechWindow]
    ) -> dict[str, Any]:
        return {
            "engine": "faster-whisper",
            "version": model.version,
            "model": self._shown,
            "sha256": model.resolved.revision,
            "from": model.resolved.source,
            "device": model.compute.device,
            "compute_type": model.compute.compute_type,
            "beam": self._settings.beam,
            "language": {key: value for key, value in asdict(spoken).items() if value not in ("", None)},
            "hotwords": names,
            "windows": len(heard),
            "loops_removed": sum(window.loops for window in heard),
            "silent_dropped": sum(window.silent for window in heard),
            "decoded_twice": sum(window.uncertain for window in heard),
            "gaps_filled": sum(window.gaps for window in heard),
        }


def window_length(expected_s: float | None, workers: int, *, longest_s: float = WINDOW_S) -> float:
    """How many seconds of a file are decoded at once, about: so many that all workers have as much of it to do.

    Args:
        expected_s: the length of the file in seconds, as far as it is known.
        workers: how many windows are decoded side by side.
        longest_s: seconds that no window is longer than.
    """
    if not expected_s:
        return longest_s
    fewest = math.ceil(expected_s / longest_s)
    count = max(fewest, min(math.ceil(fewest / workers) * workers, int(expected_s // _SHORTEST_S)))
    if count == 1:
        return longest_s
    each_s = expected_s / count
    return min(each_s + SEARCH_S / 2, longest_s)  # a window ends where it is quiet in its last seconds


def open_transcriber(settings: Settings) -> Transcriber:
    """The transcriber that the settings name.

    Raises:
        SettingsError: ``asr.engine`` is unknown, or wants an endpoint that is not set or that offline mode forbids.
    """
    asr, llm = settings.asr, settings.llm
    if asr.engine == "local":
        return FasterWhisperTranscriber(asr, models_dir=settings.models_dir, offline=settings.offline)
    if asr.engine == "openai":
        base_url = asr.base_url or llm.base_url
        if not base_url:
            raise SettingsError("set it to the endpoint, e.g. http://127.0.0.1:8000/v1", subject="asr.base_url")
        if settings.offline and not is_loopback(base_url):
            raise SettingsError("offline mode reaches loopback only; set asr.engine to local", subject="asr.base_url")
        return OpenAITranscriber(
            asr, base_url=base_url, api_key=llm.api_key.get_secret_value(), timeout_s=llm.timeout_s
        )
    raise SettingsError(f"{asr.engine!r} is not an engine; the engines are local, openai", subject="asr.engine")
