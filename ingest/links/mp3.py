"""Which second of an MP3 file a byte is: known where every frame has the same bit rate, as hosts of podcasts serve them.

MPEG-1 and MPEG-2 audio, layer III (ISO/IEC 11172-3, 13818-3), behind a tag of ID3v2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earmark.errors import AudioError

__all__ = ["Frame", "Mp3Layout", "UnseekableAudio", "frames", "has_rate", "layout", "tag_bytes"]

_TAG_HEAD = 10
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Bit rates in kbit/s by their number in a frame's header: of MPEG-1, and of MPEG-2 and 2.5."""
_SAMPLES_1 = (44_100, 48_000, 32_000)
_MPEG_1, _MPEG_2, _MPEG_2_5 = 3, 2, 0
_STEADY, _VARYING = b"Info", (b"Xing", b"VBRI")
"""What the first frame is marked with that holds no sound: of a file with one bit rate, and of one with many."""
_VARIES = "the bit rate of its file varies, so that no second has a known place"
_ODD = 0.005
"""Share of frames that may have another bit rate: one in a window of ten seconds."""
_FEWEST_FRAMES = 3
"""So many frames one behind another are no accident of the bytes."""


class UnseekableAudio(AudioError):
    """A file in which no second has a known place: it is no MP3, or its bit rate varies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame: where it begins, its length in bytes, and its bit rate in bits a second."""

    at: int
    length: int
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3Layout:
    """Where the sound begins in a file, in bytes, and how many bytes a second it has."""

    begins: int
    bytes_per_s: float

    def byte(self, second: float) -> int:
        """The byte at which a second begins."""
        return self.begins + int(max(0.0, second) * self.bytes_per_s)

    def second(self, byte: int) -> float:
        """The second that a byte belongs to."""
        return (byte - self.begins) / self.bytes_per_s


def tag_bytes(head: bytes) -> int:
    """The bytes of the tag that a file begins with, by its first ten; 0 without one."""
    if len(head) < _TAG_HEAD or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + _TAG_HEAD * (2 if head[5] & 0x10 else 1)


def layout(begins: int, data: bytes) -> Mp3Layout:
    """The layout of a file from the bytes behind its tag.

    Raises:
        UnseekableAudio: they are no MP3, or its bit rate varies.
    """
    listed = list(frames(data))
    first = data[listed[0].at : listed[0].at + listed[0].length] if listed else b""
    if any(mark in first for mark in _VARYING):
        raise UnseekableAudio(_VARIES)
    sounding = listed[1:] if _STEADY in first else listed
    if not sounding:
        raise UnseekableAudio("only of MP3 files can minutes be heard")
    rate = sounding[0].rate
    if not has_rate(sounding, rate):
        raise UnseekableAudio(_VARIES)
    return Mp3Layout(begins=begins + sounding[0].at, bytes_per_s=rate / 8)


def has_rate(listed: Sequence[Frame], rate: float) -> bool:
    """Whether frames have this bit rate, but for single ones: the first frame of what was put in may only describe it."""
    return sum(frame.rate != rate for frame in listed) <= _ODD * len(listed)


def frames(data: bytes) -> Iterator[Frame]:
    """The frames of some bytes from the middle of a file, whole or cut off at the end; what is no frame is passed over."""
    at = _synchronised(data, 0)
    while at is not None:
        frame = _frame(data, at)
        if frame is None:
            at = _synchronised(data, at + 1)
            continue
        yield frame
        at = frame.at + frame.length


def _synchronised(data: bytes, start: int) -> int | None:
    """Where from ``start`` on frames follow each other."""
    at = data.find(b"\xff", start)
    while at >= 0:
        place = at
        for _ in range(_FEWEST_FRAMES):
            frame = _frame(data, place)
            if frame is None:
                break
            place += frame.length
            if place >= len(data) - 4:
                return at if place > at + frame.length else None
        else:
            return at
        at = data.find(b"\xff", at + 1)
    return None


def _frame(data: bytes, at: int) -> Frame | None:
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    rate_number, sampling, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if layer != 1 or version == 1 or sampling == 3 or rate_number in {0, 15}:
        return None
    first = version == _MPEG_1
    rate = (_RATES_1 if first else _RATES_2)[rate_number] * 1000
    hertz = _SAMPLES_1[sampling] // {_MPEG_1: 1, _MPEG_2: 2, _MPEG_2_5: 4}[version]
    return Frame(at=at, length=(144 if first else 72) * rate // hertz + padding, rate=rate)
