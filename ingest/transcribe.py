"""Speech to text: faster-whisper on this machine; and the choice between it and an endpoint."""

from __future__ import annotations

import importlib.metadata
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import AudioError, FetchError, ModelNotFound, SettingsError
from earmark.models import resolve
from earmark.net import is_loopback
from earmark.settings import AsrSettings, Settings
from earmark.types import Segment, Transcript
from ingest.audio import RATE, Block, blocks, check_whole
from ingest.speech_checks import hotword_line, is_loop, is_silence, whisper_language, without_repeats
from ingest.transcribe_openai import OpenAITranscriber

if TYPE_CHECKING:
    from earmark.ports import Transcriber

__all__ = ["FasterWhisperTranscriber", "OpenAITranscriber", "Progress", "open_transcriber"]

Progress = Callable[[float, float], None]
"""Called with the seconds of audio done and the seconds there are (0 where nobody said)."""

_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
_LEAST_WORDS = 4


class FasterWhisperTranscriber:
    """faster-whisper on this machine; the model is loaded at the first use and kept.

    Safe to share between threads: one file is transcribed at a time.
    """

    def __init__(
        self, settings: AsrSettings, *, models_dir: Path, offline: bool = False, on_progress: Progress | None = None
    ) -> None:
        self._settings = settings
        self._models_dir = models_dir
        self._offline = offline
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._pipeline: Any = None

    @property
    def name(self) -> str:
        """``faster-whisper``, its version and the model."""
        model = self._settings.model
        shown = Path(model).name if model.startswith(("/", ".", "~")) else model
        return f"faster-whisper {importlib.metadata.version('faster-whisper')} {shown}"

    def transcribe(
        self, audio: Path, *, language: str = "", hotwords: Sequence[str] = (), expected_s: float | None = None
    ) -> Transcript:
        """The transcript of an audio file, a segment a sentence, in order, with times.

        Args:
            audio: anything that FFmpeg decodes.
            language: a language tag; empty (or one that Whisper does not know) has it detected.
            hotwords: names to spell rightly; as many of the first as fit in 300 characters.
            expected_s: the length that the feed states, in seconds.

        Raises:
            AudioError: it cannot be decoded, ends before 90 % of the stated length, holds no speech, or is in a language
                that the model does not know.
            ModelNotFound: the model is nowhere, or cannot be loaded.
            FetchError: the hub, which has it, cannot be reached.
        """
        with self._lock:
            pipeline = self._load()
            spoken = self._language(language, pipeline.model, audio)
            options = {"hotwords": hotword_line(hotwords) or None}
            segments: list[Segment] = []
            block = None
            for block in blocks(audio):
                found, spoken = self._block(pipeline, block, spoken, options)
                segments += found
                if self._on_progress is not None:
                    self._on_progress(block.end_s, max(expected_s or block.declared_s or 0.0, block.end_s))
        if block is not None:
            check_whole(audio, block, expected_s)
        kept = without_repeats(segments)
        if not kept:
            raise AudioError("no speech was found in it", subject=audio.name)
        return Transcript(segments=kept, source=self.name, language=spoken or "")

    def _load(self) -> Any:
        if self._pipeline is None:
            from faster_whisper import BatchedInferencePipeline, WhisperModel

            settings = self._settings
            found = resolve(settings.model, kind="asr", models_dir=self._models_dir, offline=self._offline)
            try:
                model = WhisperModel(
                    str(found.path or found.name),
                    device="auto",
                    compute_type=settings.compute_type,
                    cpu_threads=settings.threads,
                    download_root=str(found.cache_dir),
                    local_files_only=found.path is not None or self._offline,
                )
            except (RuntimeError, ValueError, OSError) as error:  # CTranslate2, its arguments, the hub
                # A hub that cannot be reached comes as an OSError of an entry that is not found locally.
                if found.source == "hub" and type(error).__name__ == "LocalEntryNotFoundError":
                    raise FetchError("the hub cannot be reached to fetch it", subject=found.name) from error
                raise ModelNotFound("the speech model cannot be loaded", subject=settings.model) from error
            self._pipeline = BatchedInferencePipeline(model)
        return self._pipeline

    def _language(self, language: str, model: Any, audio: Path) -> str | None:
        """The language to decode in; ``None`` has it detected."""
        code = whisper_language(language)
        known = model.supported_languages
        if known == ["en"]:
            if code not in {"", "en"}:
                raise AudioError(
                    f"spoken in {code!r}, but the model {self._settings.model} knows English only; set asr.model to base",
                    subject=audio.name,
                )
            return "en"
        return code if code in known else None

    def _block(
        self, pipeline: Any, block: Block, language: str | None, options: dict[str, Any]
    ) -> tuple[list[Segment], str | None]:
        """The segments of a block, and the language (which the first block with speech settles)."""
        # Samples go in, not the file: the library would decode the whole of it into memory.
        raw, info = self._decode(pipeline, block.samples, language, options)
        segments: list[Segment] = []
        for piece in raw:
            if is_silence(no_speech=piece.no_speech_prob, log_probability=piece.avg_logprob):
                continue
            if is_loop(piece.text):
                segments += self._again(pipeline, block, piece, info.language, options)
            else:
                segments += _sentences(piece, block.start_s)
        return segments, info.language if segments else language

    def _decode(
        self, pipeline: Any, samples: Any, language: str | None, options: dict[str, Any]
    ) -> tuple[list[Any], Any]:
        found, info = pipeline.transcribe(
            samples,
            language=language,
            beam_size=self._settings.beam,
            batch_size=self._settings.batch,
            condition_on_previous_text=False,
            vad_filter=True,
            word_timestamps=True,
            **options,
        )
        return list(found), info

    def _again(
        self, pipeline: Any, block: Block, piece: Any, language: str, options: dict[str, Any]
    ) -> Iterator[Segment]:
        """A stretch that came out as a loop, decoded once more with repetition forbidden; nothing if it loops still."""
        begin, end = (max(0, int(at * RATE)) for at in (piece.start, piece.end))
        forbid = {**options, "hotwords": None, "no_repeat_ngram_size": 4, "repetition_penalty": 1.1}
        found, _ = self._decode(pipeline, block.samples[begin:end], language, forbid)
        for retry in found:
            silent = is_silence(no_speech=retry.no_speech_prob, log_probability=retry.avg_logprob)
            if not silent and not is_loop(retry.text):
                yield from _sentences(retry, block.start_s + begin / RATE)


def _sentences(piece: Any, offset_s: float) -> Iterator[Segment]:
    """A window of up to 30 s as one segment a sentence, from the times of its words."""
    words = piece.words or []
    if not words:
        if text := " ".join(piece.text.split()):
            yield _segment(text, piece.start + offset_s, piece.end + offset_s)
        return
    sentence: list[Any] = []
    for position, word in enumerate(words):
        sentence.append(word)
        last = position == len(words) - 1
        if last or (len(sentence) >= _LEAST_WORDS and _SENTENCE_END.search(word.word.strip())):
            if text := " ".join("".join(w.word for w in sentence).split()):
                yield _segment(text, sentence[0].start + offset_s, sentence[-1].end + offset_s)
            sentence = []


def _segment(text: str, start_s: Any, end_s: Any) -> Segment:
    # The library's times are numpy's.
    return Segment(text=text, start_s=round(float(start_s), 2), end_s=round(float(end_s), 2))


def open_transcriber(settings: Settings, *, on_progress: Progress | None = None) -> Transcriber:
    """The transcriber that the settings name.

    Raises:
        SettingsError: ``asr.engine`` is unknown, or wants an endpoint that is not set or that offline mode forbids.
    """
    asr, llm = settings.asr, settings.llm
    if asr.engine == "local":
        return FasterWhisperTranscriber(
            asr, models_dir=settings.models_dir, offline=settings.offline, on_progress=on_progress
        )
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
