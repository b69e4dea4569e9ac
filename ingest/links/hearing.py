"""What is said in a few minutes of a file on a host: their bytes are fetched, and recognised by the model of this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from earmark.errors import AudioError, DamagedAudio, FetchRefused, PermanentError
from earmark.ports import Transcriber
from earmark.types import Segment
from ingest.fetching.download import storing
from ingest.fetching.parts import FilePart, ServedFile, same_file
from ingest.limits.budget import ASR, Budget
from ingest.links.mp3 import Mp3Layout, frames, has_rate, layout, tag_bytes
from ingest.links.words import HeardWord, heard_words

__all__ = ["Allowance", "AllowanceSpent", "HostAudio"]

_BESIDE_S = 30.0
"""What was heard beside a stretch is given too: a quote may begin before it."""
_HEAD_BYTES = 8_192
"""Of the beginning of the sound: some frames, whatever the bit rate."""

Fetch = Callable[[int, int], FilePart]
"""Gives so many bytes of the file from one on."""


class AllowanceSpent(PermanentError):
    """As much of a file was fetched or heard as one look at its links may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one look at an episode's links may cost: bytes from the host, and seconds of audio recognised."""

    bytes: int
    seconds: float


class HostAudio:
    """The audio of one episode as its host serves it now.

    Args:
        fetch: gets parts, which have to be of one file.
        transcriber: recognises them.
        allowance: the most that they may come to.
        scratch: the file in which a part waits to be recognised; removed afterwards.
        budget: of speech recognition.
        language: spoken, as far as known.
        names: to spell rightly.
    """

    def __init__(
        self,
        *,
        fetch: Fetch,
        transcriber: Transcriber,
        allowance: Allowance,
        scratch: Path,
        budget: Budget,
        language: str = "",
        names: Sequence[str] = (),
    ) -> None:
        self._fetch = fetch
        self._transcriber = transcriber
        self._bytes_left, self._seconds_left = allowance.bytes, allowance.seconds
        self._scratch = scratch
        self._budget = budget
        self._language = language
        self._names = names
        self._file: ServedFile | None = None
        self._layout: Mp3Layout | None = None
        self._heard: list[tuple[float, float]] = []
        self._words: list[HeardWord] = []

    def longer_than(self, size: int) -> float:
        """By how many seconds it is longer than a file of that many bytes, 0 where it does not say; raises as `words`."""
        placed = self._placed()
        own = self._file.bytes if self._file is not None else None
        return 0.0 if own is None else (own - size) / placed.bytes_per_s

    def words(self, begin_s: float, end_s: float) -> list[HeardWord]:
        """The words that are said between two seconds, with what was heard beside them; none behind the end of the file.

        Raises:
            AllowanceSpent: that would come to more than is allowed.
            NotYet: the budget of speech recognition is spent.
            FetchRefused, FetchError: the host does not give parts, or gives those of another file.
            AudioError: in such a file seconds have no known place.
        """
        for low_s, high_s in self._unheard(begin_s, end_s):
            self._hear(low_s, high_s)
        return [word for word in self._words if begin_s - _BESIDE_S <= word.second < end_s + _BESIDE_S]

    def _unheard(self, begin_s: float, end_s: float) -> list[tuple[float, float]]:
        """What was not heard yet of a stretch."""
        edges = [(begin_s, begin_s), *(known for known in self._heard if known[1] > begin_s and known[0] < end_s)]
        gaps = [(before[1], after[0]) for before, after in pairwise([*edges, (end_s, end_s)])]
        return [gap for gap in gaps if gap[1] - gap[0] > 1.0]

    def _hear(self, begin_s: float, end_s: float) -> None:
        placed = self._placed()
        first, last = placed.byte(begin_s), placed.byte(end_s)
        if self._file is not None and self._file.bytes is not None:
            last = min(last, self._file.bytes)
        if last <= first:
            self._note(begin_s, end_s, [])
            return
        if end_s - begin_s > self._seconds_left:
            raise AllowanceSpent("more would have to be heard than links.minutes allows")
        part = self._part(first, last - first)
        sounding = list(frames(part.body))
        if not sounding or not has_rate(sounding, placed.bytes_per_s * 8):
            raise AudioError("the bit rate of its file varies, so that no second has a known place")
        self._seconds_left -= end_s - begin_s
        segments = self._recognised(part.body, len(part.body) / placed.bytes_per_s)
        self._note(begin_s, end_s, heard_words(segments, offset_s=placed.second(part.first + sounding[0].at)))

    def _recognised(self, body: bytes, seconds: float) -> Sequence[Segment]:
        """What is said in a part; nothing where it holds no speech."""
        try:
            with storing(self._scratch):
                self._scratch.parent.mkdir(parents=True, exist_ok=True)
                self._scratch.write_bytes(body)
            with self._budget.asr(seconds, key=f"links-{self._scratch.stem}") as held:
                heard = self._transcriber.transcribe(self._scratch, language=self._language, hotwords=self._names)
                held.settle({ASR: seconds})
        except DamagedAudio:
            raise
        except AudioError:
            return ()
        finally:
            self._scratch.unlink(missing_ok=True)
        return heard.segments

    def _note(self, begin_s: float, end_s: float, words: Sequence[HeardWord]) -> None:
        self._heard = sorted([*self._heard, (begin_s, end_s)])
        self._words = sorted([*self._words, *words], key=lambda word: word.second)

    def _placed(self) -> Mp3Layout:
        if self._layout is None:
            begins = tag_bytes(self._part(0, _HEAD_BYTES).body)
            self._layout = layout(begins, self._part(begins, _HEAD_BYTES).body)
        return self._layout

    def _part(self, first: int, count: int) -> FilePart:
        if count > self._bytes_left:
            raise AllowanceSpent("more would have to be fetched than links.audio_mb allows")
        part = self._fetch(first, count)
        self._bytes_left -= len(part.body)
        if self._file is not None and not same_file(part.of, self._file):
            raise FetchRefused("the host gives another file with every request")
        self._file = part.of
        return part
