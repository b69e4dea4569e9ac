"""Stretches of an episode's audio by their seconds: of what its host serves in parts, and of a whole file that was fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from earmark.errors import FetchRefused, PermanentError
from ingest.fetching.parts import FilePart, ServedFile, same_file
from ingest.links.mp3 import Mp3Layout, UnseekableAudio, frames, has_rate, layout, tag_bytes
from ingest.speech.samples import KeptSamples

__all__ = ["AllowanceSpent", "Fetch", "ServedParts", "Sound", "Source", "WholeFile"]

_HEAD_BYTES = 8_192
"""Of the beginning of the sound: some frames, whatever the bit rate."""
_LONGEST_S = 12 * 3600
"""Of a whole file, in seconds: 1.4 GB of samples."""

Fetch = Callable[[int, int], FilePart]
"""Gives so many bytes of the file from one on."""


class AllowanceSpent(PermanentError):
    """As much of a file was fetched or heard as one look at its links may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A stretch as a file of its own: its bytes, its length, and the second of the episode's file at which it begins."""

    body: bytes
    seconds: float
    begin_s: float


class Source(Protocol):
    """Where stretches come from."""

    def ends_before(self, second: float) -> bool:
        """Whether the file is known to have nothing at that second any more."""
        ...

    def sound(self, begin_s: float, end_s: float) -> Sound:
        """The sound between two seconds, to about a frame."""
        ...


class ServedParts:
    """An MP3 file of one bit rate on a host that gives parts of it.

    Args:
        fetch: gets parts, which have to be of one file.
        most_bytes: of all parts together.
    """

    def __init__(self, fetch: Fetch, *, most_bytes: int) -> None:
        self._fetch = fetch
        self._bytes_left = most_bytes
        self._file: ServedFile | None = None
        self._layout: Mp3Layout | None = None

    def longer_than(self, size: int) -> float:
        """By how many seconds it is longer than a file of that many bytes, 0 where it does not say; raises as `sound`."""
        placed = self._placed()
        own = self._file.bytes if self._file is not None else None
        return 0.0 if own is None else (own - size) / placed.bytes_per_s

    def ends_before(self, second: float) -> bool:
        """Whether the host says that the file ends before a second; raises as `sound`."""
        first = self._placed().byte(second)
        return self._file is not None and self._file.bytes is not None and first >= self._file.bytes

    def sound(self, begin_s: float, end_s: float) -> Sound:
        """The frames between two seconds.

        Raises:
            AllowanceSpent: that would come to more than is allowed.
            FetchRefused, FetchError: the host does not give parts, or gives those of another file.
            UnseekableAudio: in such a file seconds have no known place.
        """
        placed = self._placed()
        first, last = placed.byte(begin_s), placed.byte(end_s)
        if self._file is not None and self._file.bytes is not None:
            last = min(last, self._file.bytes)
        part = self._part(first, last - first)
        sounding = list(frames(part.body))
        if not sounding or not has_rate(sounding, placed.bytes_per_s * 8):
            raise UnseekableAudio("the bit rate of its file varies, so that no second has a known place")
        begins = placed.second(part.first + sounding[0].at)
        return Sound(body=part.body, seconds=len(part.body) / placed.bytes_per_s, begin_s=begins)

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


class WholeFile:
    """A file of any kind that lies here. It is decoded once from its beginning on, so that every second has a known place.

    Args:
        audio: the file.
        kept: where its samples are kept meanwhile, 115 MB an hour; the caller removes it.
    """

    def __init__(self, audio: Path, kept: Path) -> None:
        self._audio = audio
        self._kept = kept
        self._samples: KeptSamples | None = None

    def ends_before(self, second: float) -> bool:
        """Whether it ends before a second; raises as `sound`."""
        return second >= self._decoded().seconds

    def sound(self, begin_s: float, end_s: float) -> Sound:
        """The sound between two seconds; raises ``AudioError`` where the file cannot be decoded."""
        samples = self._decoded()
        end_s = min(end_s, samples.seconds)
        return Sound(body=samples.wav(begin_s, end_s), seconds=end_s - begin_s, begin_s=begin_s)

    def _decoded(self) -> KeptSamples:
        if self._samples is None:
            self._samples = KeptSamples(self._audio, self._kept, most_s=_LONGEST_S)
        return self._samples
