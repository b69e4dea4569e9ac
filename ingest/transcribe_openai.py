"""Speech to text by an OpenAI-compatible ``/audio/transcriptions``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.errors import AudioError, ModelCallError
from earmark.net import is_loopback
from earmark.settings import AsrSettings
from earmark.types import Segment, Transcript
from ingest.audio import blocks, check_whole
from ingest.speech_checks import hotword_line, is_loop, is_silence, whisper_language, without_repeats

__all__ = ["OpenAITranscriber"]

_LANGUAGES = {
    **{
        "english": "en",
        "german": "de",
        "french": "fr",
        "spanish": "es",
        "italian": "it",
        "portuguese": "pt",
        "dutch": "nl",
    },
    **{
        "polish": "pl",
        "swedish": "sv",
        "danish": "da",
        "norwegian": "no",
        "finnish": "fi",
        "czech": "cs",
        "greek": "el",
    },
    **{"russian": "ru", "ukrainian": "uk", "turkish": "tr", "arabic": "ar", "hebrew": "he", "hindi": "hi"},
    **{"chinese": "zh", "japanese": "ja", "korean": "ko", "vietnamese": "vi", "indonesian": "id"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    base_url: str
    api_key: str
    timeout_s: float


class OpenAITranscriber:
    """An OpenAI-compatible ``/audio/transcriptions``: asked for segments with times, content with plain text."""

    def __init__(self, settings: AsrSettings, *, base_url: str, api_key: str, timeout_s: float) -> None:
        self._model = settings.model
        self._endpoint = _Endpoint(base_url=base_url, api_key=api_key, timeout_s=timeout_s)
        self._formats = ["verbose_json", "json", "text"]

    @property
    def name(self) -> str:
        """The endpoint's protocol and the model."""
        return f"openai-audio {self._model}"

    def transcribe(
        self, audio: Path, *, language: str = "", hotwords: Sequence[str] = (), expected_s: float | None = None
    ) -> Transcript:
        """The transcript of an audio file; one segment without times where the server gives none.

        Raises:
            AudioError: it cannot be decoded, ends before 90 % of ``expected_s``, or holds no speech.
            ModelCallError: the endpoint failed.
        """
        # Decoded here too, so that a broken file is one clear error and is never sent.
        last = deque(blocks(audio), maxlen=1).pop()
        check_whole(audio, last, expected_s)
        reply = self._ask(audio, whisper_language(language), hotword_line(hotwords))
        if reply is None or (isinstance(reply, str) and reply.lstrip().startswith("<")):
            raise ModelCallError(
                "the transcription endpoint answered something else than a transcript", subject=self._model
            )
        segments = without_repeats(list(_from_reply(reply, last.end_s)))
        if not segments:
            raise AudioError("no speech was found in it", subject=audio.name)
        spoken = whisper_language(language) or _language(reply)
        return Transcript(segments=segments, source=self.name, language=spoken)

    def _ask(self, audio: Path, language: str, prompt: str) -> object:
        import openai

        endpoint = self._endpoint
        # Loopback is reached directly, whatever proxy the environment names.
        direct = is_loopback(endpoint.base_url)
        with openai.DefaultHttpxClient(
            trust_env=not direct, timeout=endpoint.timeout_s, follow_redirects=False
        ) as http:
            client = openai.OpenAI(
                base_url=endpoint.base_url,
                api_key=endpoint.api_key or "none",
                timeout=endpoint.timeout_s,
                max_retries=2,
                http_client=http,
            )
            extra = {**({"language": language} if language else {}), **({"prompt": prompt} if prompt else {})}
            while True:
                shape = self._formats[0]
                try:
                    with audio.open("rb") as file:
                        create: Any = client.audio.transcriptions.create
                        return create(file=file, model=self._model, response_format=shape, **extra)
                except (openai.BadRequestError, openai.UnprocessableEntityError, openai.InternalServerError) as error:
                    # A server that refuses a format is not asked for it again.
                    if len(self._formats) == 1:
                        raise self._failed(error) from None
                    self._formats = self._formats[1:]
                except (openai.OpenAIError, ValueError, OSError) as error:
                    raise self._failed(error) from None

    def _failed(self, error: Exception) -> ModelCallError:
        """The error in one line, without the key that some servers repeat in theirs."""
        key = self._endpoint.api_key
        text = str(error).replace(key, "…") if key else str(error)
        return ModelCallError(f"the transcription endpoint failed: {text[:300]}", subject=self._model)


def _from_reply(reply: object, length_s: float) -> Iterator[Segment]:
    """The segments of a reply, whatever of the three formats the server chose to answer in."""
    found = getattr(reply, "segments", None)
    for piece in found if isinstance(found, list) else ():
        text = " ".join(str(getattr(piece, "text", "") or "").split())
        silent = is_silence(
            no_speech=_number(piece, "no_speech_prob", 0.0), log_probability=_number(piece, "avg_logprob", 0.0)
        )
        if text and not silent and not is_loop(text):
            yield Segment(text=text, start_s=_number(piece, "start", None), end_s=_number(piece, "end", None))
    if not found:
        text = reply if isinstance(reply, str) else getattr(reply, "text", "")
        if isinstance(text, str) and text.strip() and not is_loop(text):
            yield Segment(text=" ".join(text.split()), start_s=0.0, end_s=length_s)


def _language(reply: object) -> str:
    """The language that the server heard; OpenAI writes its English name, others the code."""
    heard = getattr(reply, "language", None)
    text = heard.strip().casefold() if isinstance(heard, str) else ""
    return _LANGUAGES.get(text, text if len(text) in {2, 3} else "")


def _number(piece: object, field: str, default: Any) -> Any:
    value = getattr(piece, field, default)
    return float(value) if isinstance(value, int | float) else default
