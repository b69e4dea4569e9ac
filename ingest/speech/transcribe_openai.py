"""Speech to text by an OpenAI-compatible ``/audio/transcriptions``."""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.errors import AudioError, ModelCallError
from earmark.net import is_loopback, redact
from earmark.settings import AsrSettings
from earmark.types import Segment, Transcript
from ingest.speech.audio import blocks, check_whole, mp3
from ingest.speech.checks import hotword_line, is_silence, whisper_language, without_repeats
from ingest.speech.sentences import sentences
from ingest.speech.transcribe_windows import Journal, SpeechWindow, SpokenLanguage, open_journal
from ingest.text.loops import is_loop

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


_MOST_BYTES = 24_000_000
_MOST_S = 1_200.0
_PART_S = 900.0
"""OpenAI takes 25 MB, and its newer models 1,500 s; what is more goes in parts of 15 minutes, cut where it is quiet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    base_url: str
    api_key: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What is sent in one request: ``content`` is bytes or the path of the whole file."""

    name: str
    content: Callable[[], Path | bytes]
    start_s: float
    end_s: float


class _TooLarge(Exception):
    """The server's limit is below the usual one."""


class OpenAITranscriber:
    """An OpenAI-compatible ``/audio/transcriptions``: asked for segments with times, content with plain text."""

    def __init__(self, settings: AsrSettings, *, base_url: str, api_key: str, timeout_s: float) -> None:
        self._model = settings.model
        self._hotwords = settings.hotwords
        self._endpoint = _Endpoint(base_url=base_url, api_key=api_key, timeout_s=timeout_s)
        self._formats = ["verbose_json", "json", "text"]

    @property
    def name(self) -> str:
        """The endpoint's protocol and the model."""
        return f"openai-audio {self._model}"

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        """The transcript of an audio file; a part without times of its own is one segment with the part's.

        A file of more than 24 MB or 20 minutes is sent in parts of about 15 minutes, as MP3; what was answered is kept
        in ``resume`` and not asked for again.

        Raises:
            AudioError: it cannot be decoded, ends before 90 % of ``expected_s``, or holds no speech.
            ModelCallError: the endpoint failed.
        """
        # Decoded here too, so that a broken file is one clear error and is never sent.
        last = deque(blocks(audio), maxlen=1).pop()
        check_whole(audio, last, expected_s)
        asked = whisper_language(language)
        names = hotword_line(hotwords) if self._hotwords else ""
        journal = open_journal(
            resume, audio, options={"engine": self.name, "at": self._endpoint.base_url, "asked": [asked, names]}
        )
        ask = _FileTranscription(
            self, journal, SpokenLanguage(language=asked, feed=asked), names, last.end_s, on_progress
        )
        whole = _Part(name=audio.name, content=lambda: audio, start_s=0.0, end_s=last.end_s)
        try:
            if audio.stat().st_size > _MOST_BYTES or last.end_s > _MOST_S:
                raise _TooLarge
            heard = ask.all([whole])
        except _TooLarge:
            heard = ask.all(_parts(audio))
        decoded = [segment for window in heard for segment in window.segments]
        segments = without_repeats(decoded)
        if not segments:
            raise AudioError("no speech was found in it", subject=audio.name)
        made = {
            "engine": "openai-audio",
            "model": self._model,
            "endpoint": redact(self._endpoint.base_url),
            "language": {"language": ask.spoken.language, "feed": asked, "heard": ask.spoken.heard},
            "hotwords": names,
            "windows": len(heard),
            "loops_removed": sum(window.loops for window in heard),
            "silent_dropped": sum(window.silent for window in heard),
            "repeats_removed": len(decoded) - len(segments),
        }
        return Transcript(segments=segments, source=self.name, language=ask.spoken.language, provenance=made)

    def ask(self, part: _Part, language: str, prompt: str) -> object:
        """The server's reply: an object with text and perhaps segments and words, or plain text."""
        import openai

        endpoint = self._endpoint
        content = part.content()
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
            create: Any = client.audio.transcriptions.create
            while True:
                shape = self._formats[0]
                try:
                    with contextlib.ExitStack() as opened:
                        file = opened.enter_context(content.open("rb")) if isinstance(content, Path) else content
                        return create(file=(part.name, file), model=self._model, response_format=shape, **extra)
                except (openai.BadRequestError, openai.UnprocessableEntityError, openai.InternalServerError) as error:
                    # A server that refuses a format is not asked for it again.
                    if len(self._formats) == 1:
                        raise self._failed(error) from None
                    self._formats = self._formats[1:]
                except (openai.OpenAIError, ValueError, OSError) as error:
                    if getattr(error, "status_code", None) == 413 and isinstance(content, Path):
                        raise _TooLarge from error
                    raise self._failed(error) from None

    def nonsense(self) -> ModelCallError:
        """The error for a reply that is no transcript."""
        return ModelCallError(
            "the transcription endpoint answered something else than a transcript", subject=self._model
        )

    def _failed(self, error: Exception) -> ModelCallError:
        """The error in one line, without the key that some servers repeat in theirs."""
        key = self._endpoint.api_key
        text = str(error).replace(key, "…") if key else str(error)
        return ModelCallError(f"the transcription endpoint failed: {text[:300]}", subject=self._model)


class _FileTranscription:
    """One file on its way through the endpoint, part by part."""

    def __init__(
        self,
        server: OpenAITranscriber,
        journal: Journal,
        asked: SpokenLanguage,
        names: str,
        length_s: float,
        on_progress: Callable[[float, float], None] | None,
    ) -> None:
        self._server = server
        self._journal = journal
        self._names = names
        self._length_s = length_s
        self._on_progress = on_progress
        self.spoken = journal.spoken or asked

    def all(self, parts: Iterable[_Part]) -> list[SpeechWindow]:
        """What is heard in each part, in order."""
        heard = []
        for number, part in enumerate(parts):
            window = self._journal.find(number, part.start_s, part.end_s)
            if window is None:
                window = self._heard(part)
                self._journal.add(number, window)
            heard.append(window)
            if self._on_progress is not None:
                self._on_progress(part.end_s, self._length_s)
        return heard

    def _heard(self, part: _Part) -> SpeechWindow:
        reply = self._server.ask(part, self.spoken.language, self._names)
        if reply is None or (isinstance(reply, str) and reply.lstrip().startswith("<")):
            raise self._server.nonsense()
        window = _from_reply(reply, part.start_s, part.end_s)
        if not self.spoken.heard and window.segments and (heard := _language(reply)):
            # What was heard in the first part is asked for in the others, so that one file has one language.
            self.spoken = SpokenLanguage(
                language=self.spoken.language or heard, feed=self.spoken.feed, heard=heard, probability=None
            )
            self._journal.settle(self.spoken)
        return window


def _parts(audio: Path) -> Iterator[_Part]:
    """A file in stretches of about 15 minutes that end where it is quiet, each encoded when it is sent."""
    for number, block in enumerate(blocks(audio, block_s=_PART_S)):
        yield _Part(
            name=f"part-{number + 1}.mp3",
            content=functools.partial(mp3, block.samples),
            start_s=block.start_s,
            end_s=block.end_s,
        )


def _from_reply(reply: object, start_s: float, end_s: float) -> SpeechWindow:
    """What a reply says, whatever of the formats the server chose to answer in; times are shifted by ``start_s``."""
    loops = silent = 0
    kept: list[Segment] = []
    pieces = getattr(reply, "segments", None)
    for piece in pieces if isinstance(pieces, list) else ():
        text = " ".join(str(getattr(piece, "text", "") or "").split())
        doubt = _number(piece, "no_speech_prob", 0.0), _number(piece, "avg_logprob", 0.0)
        if is_silence(no_speech=doubt[0], log_probability=doubt[1]):
            silent += 1
        elif is_loop(text):
            loops += 1
        elif text:
            begin, end = (_number(piece, field, None) for field in ("start", "end"))
            kept.append(Segment(text=text, start_s=_shifted(begin, start_s), end_s=_shifted(end, start_s)))
    if not pieces:
        kept = sentences(_words(reply), offset_s=start_s)
    if not pieces and not kept:
        text = reply if isinstance(reply, str) else getattr(reply, "text", "")
        if isinstance(text, str) and text.strip():
            loops = int(is_loop(text))
            kept = [] if loops else [Segment(text=" ".join(text.split()), start_s=start_s, end_s=end_s)]
    return SpeechWindow(start_s=start_s, end_s=end_s, segments=tuple(kept), loops=loops, silent=silent)


def _words(reply: object) -> list[tuple[str, float, float]]:
    """The words of a reply that gives them without segments, each with a space before it; none if one has no time."""
    words = getattr(reply, "words", None)
    timed = [
        (f" {getattr(word, 'word', '')}", _number(word, "start", None), _number(word, "end", None))
        for word in (words if isinstance(words, list) else ())
    ]
    return [] if any(start is None or end is None for _, start, end in timed) else timed


def _shifted(time_s: float | None, by_s: float) -> float | None:
    return None if time_s is None else round(time_s + by_s, 2)


def _language(reply: object) -> str:
    """The language that the server heard; OpenAI writes its English name, others the code."""
    heard = getattr(reply, "language", None)
    text = heard.strip().casefold() if isinstance(heard, str) else ""
    return _LANGUAGES.get(text, text if len(text) in {2, 3} else "")


def _number(piece: object, field: str, default: Any) -> Any:
    value = getattr(piece, field, default)
    return float(value) if isinstance(value, int | float) else default
