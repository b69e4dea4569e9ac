"""One audio file on its way through the speech model: its language, its windows, and what is kept of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from earmark.errors import AudioError
from earmark.settings import AsrSettings
from earmark.types import Segment
from ingest.speech.audio import RATE, Block
from ingest.speech.checks import NO_SPEECH, is_silence, is_uncertain, whisper_language
from ingest.speech.model import SpeechModel
from ingest.speech.sentences import sentences
from ingest.speech.transcribe_windows import Journal, SpeechWindow, SpokenLanguage
from ingest.text.loops import is_loop

__all__ = ["FileOnItsWay"]

_ENOUGH_S = 10.0
_SURE = 0.8
"""From this probability on, heard in at least 10 s of speech, the ear is believed before the feed."""
_GAP_S = 4.0
"""A stretch without words from which on it is looked whether somebody speaks in it."""


class FileOnItsWay:
    """One audio file on its way through the model."""

    def __init__(self, audio: Path, model: SpeechModel, settings: AsrSettings, journal: Journal, names: str) -> None:
        self._audio = audio
        self._model = model
        self._settings = settings
        self._journal = journal
        self._hotwords = {"hotwords": names or None}
        self._stopped = threading.Event()
        self.spoken = journal.spoken

    def stop(self) -> None:
        """Ends windows that are still being decoded, within a batch: nobody waits for them any more."""
        self._stopped.set()

    def settled(self, blocks: Iterator[Block], language: str) -> Iterator[Block]:
        """The blocks, each after the language was looked for in it, until one with speech has settled it."""
        for block in blocks:
            if self.spoken is None:
                self.spoken = self._listen(block, language)
                if self.spoken is not None:
                    self._journal.settle(self.spoken)
            yield block

    def _listen(self, block: Block, language: str) -> SpokenLanguage | None:
        """The language to decode in; ``None`` while there was no speech to hear it in."""
        feed = whisper_language(language)
        known = self._model.languages
        if list(known) == ["en"]:
            if feed not in {"", "en"}:
                raise AudioError(
                    f"spoken in {feed!r}, but the model {self._settings.model} knows English only; set asr.model to base",
                    subject=self._audio.name,
                )
            return SpokenLanguage(language="en", feed=feed)
        stated = feed if feed in known else ""
        first = self._model.detect(block.samples, pieces=1 if stated else 3)
        if first is None:
            return None
        if first.language == stated:
            return SpokenLanguage(language=stated, feed=feed, heard=first.language, probability=first.probability)
        # A feed is contradicted only after a second, longer look: an intro may be sung or quoted in another language.
        heard = (self._model.detect(block.samples, pieces=3) or first) if stated else first
        sure = heard.probability >= _SURE and heard.seconds >= _ENOUGH_S
        chosen = heard.language if sure or not stated else stated
        return SpokenLanguage(language=chosen, feed=feed, heard=heard.language, probability=heard.probability)

    def window(self, number: int, block: Block) -> SpeechWindow:
        """What is said in a block, from the journal where it is there already."""
        done = self._journal.find(number, block.start_s, block.end_s)
        if done is None:
            done = self._decoded(block)
            self._journal.add(number, done)
        return done

    def _decoded(self, block: Block) -> SpeechWindow:
        segments: list[Segment] = []
        dropped: list[tuple[float, float]] = []
        loops = silent = uncertain = 0
        # No language yet means that no speech was found so far, and none will be found here.
        for piece in self._decode(block.samples, self._hotwords) if self.spoken is not None else ():
            if is_silence(no_speech=piece.no_speech_prob, log_probability=piece.avg_logprob):
                silent += 1
                dropped.append((piece.start, piece.end))
                continue
            loop = is_loop(piece.text)
            if not loop and not (self._hotwords["hotwords"] and is_uncertain(piece.avg_logprob)):
                segments += _cut(piece, block.start_s)
                continue
            again = self._again(block, piece, forbid_repetition=loop)
            loops, uncertain = loops + loop, uncertain + (not loop)
            segments += again if again or loop else _cut(piece, block.start_s)
            if loop:
                dropped.append((piece.start, piece.end))
        filled = [
            s for begin, end in self._gaps(block, segments, dropped) for s in self._passed_over(block, begin, end)
        ]
        return SpeechWindow(
            start_s=block.start_s,
            end_s=block.end_s,
            segments=tuple(sorted([*segments, *filled], key=lambda segment: segment.start_s or 0.0)),
            loops=loops,
            silent=silent,
            uncertain=uncertain,
            gaps=len(filled),
        )

    def _gaps(
        self, block: Block, segments: Sequence[Segment], dropped: Sequence[tuple[float, float]]
    ) -> Iterator[tuple[float, float]]:
        """Stretches of the block without words (seconds from its start) in which somebody speaks nonetheless.

        Whisper sometimes begins late in its 30 s, more often when it is given names.
        """
        if self.spoken is None:
            return
        spans = [((s.start_s or 0.0) - block.start_s, (s.end_s or 0.0) - block.start_s) for s in segments]
        at = 0.0
        for begin, end in sorted([*spans, *dropped, (block.end_s - block.start_s,) * 2]):
            if begin - at >= _GAP_S:
                samples = block.samples[int(at * RATE) : int(begin * RATE)]
                if self._model.speech_s(samples) >= _GAP_S / 2:
                    yield at, begin
            at = max(at, end)

    def _passed_over(self, block: Block, begin: float, end: float) -> list[Segment]:
        """What is said in a gap, decoded by itself and without names; only what the model is confident of."""
        first = int(begin * RATE)
        segments: list[Segment] = []
        for piece in self._decode(block.samples[first : int(end * RATE)], {"hotwords": None}):
            if piece.no_speech_prob <= NO_SPEECH and not is_uncertain(piece.avg_logprob) and not is_loop(piece.text):
                segments += _cut(piece, block.start_s + first / RATE)
        return segments

    def _decode(self, samples: Any, options: Mapping[str, Any]) -> list[Any]:
        # Samples go in, not the file: the library would decode the whole of it into memory.
        settings, spoken = self._settings, self.spoken
        return self._model.decode(
            samples,
            language=spoken.language if spoken else "en",
            beam=settings.beam,
            stopped=self._stopped.is_set,
            **options,
        )

    def _again(self, block: Block, piece: Any, *, forbid_repetition: bool) -> list[Segment]:
        """A stretch decoded once more without names, and without repetition where it was a loop; none if it is no better."""
        begin, end = (max(0, int(at * RATE)) for at in (piece.start, piece.end))
        options: dict[str, Any] = {"hotwords": None}
        if forbid_repetition:
            options |= {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1}
        segments: list[Segment] = []
        for retry in self._decode(block.samples[begin:end], options):
            silent = is_silence(no_speech=retry.no_speech_prob, log_probability=retry.avg_logprob)
            worse = not forbid_repetition and retry.avg_logprob <= piece.avg_logprob
            if not silent and not worse and not is_loop(retry.text):
                segments += _cut(retry, block.start_s + begin / RATE)
        return segments


def _cut(piece: Any, offset_s: float) -> list[Segment]:
    """A stretch of up to 30 s as one segment a sentence."""
    words = [(word.word, word.start, word.end) for word in piece.words or ()]
    return sentences(words or [(piece.text, piece.start, piece.end)], offset_s=offset_s)
