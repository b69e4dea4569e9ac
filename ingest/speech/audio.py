"""Audio files to blocks of 16 kHz mono samples, a bounded stretch at a time, so that long episodes fit in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import DamagedAudio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RATE", "SEARCH_S", "Block", "blocks", "check_whole", "mp3", "quietest"]

RATE = 16_000
"""Samples a second, as Whisper takes them."""

_BITS_PER_S = 64_000
"""Of MP3 in one channel: 0.48 MB a minute, and speech models hear no difference."""
SEARCH_S = 30.0
"""Seconds before the end of a block in which it is cut."""
_WINDOW_S = 0.3
_WHOLE = 0.9
_LOOK_BYTES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of audio: float32 ``samples`` in -1..1 of shape ``(n,)``, beginning ``start_s`` after the file's start.

    ``declared_s`` is the length that the container states, where that can be relied on.
    """

    samples: NDArray[np.float32]
    start_s: float
    declared_s: float | None = None

    @property
    def end_s(self) -> float:
        """Where it ends in the file, in seconds."""
        return self.start_s + len(self.samples) / RATE


def blocks(path: Path, *, block_s: float = 900.0) -> Iterator[Block]:
    """The audio of a file in order, in blocks of about ``block_s`` seconds that end where it is quiet.

    Frames that cannot be decoded are skipped, as players do.

    Raises:
        DamagedAudio: not a media file, one without sound, or one in which nothing can be decoded.
    """
    import numpy as np

    pending: list[NDArray[np.float32]] = []
    held, start, declared = 0, 0, None
    for samples, declared in _decoded(path):
        pending.append(samples)
        held += len(samples)
        if held >= block_s * RATE:
            whole = np.concatenate(pending)
            cut = quietest(whole)
            yield Block(samples=whole[:cut], start_s=start / RATE, declared_s=declared)
            start += cut
            pending, held = [whole[cut:]], len(whole) - cut
    if held:
        yield Block(samples=np.concatenate(pending), start_s=start / RATE, declared_s=declared)
    elif not start:
        raise DamagedAudio("no sound in the file can be decoded", subject=path.name)


def check_whole(audio: Path, last: Block, expected_s: float | None) -> None:
    """Raises ``DamagedAudio`` where the sound ends long before the feed or the container says it does."""
    stated = max(expected_s or 0.0, last.declared_s or 0.0)
    if last.end_s < _WHOLE * stated:
        raise DamagedAudio(f"the sound ends after {last.end_s:.0f} s of {stated:.0f} s", subject=audio.name)


def mp3(samples: NDArray[np.float32]) -> bytes:
    """Samples of shape ``(n,)`` at 16 kHz as an MP3 file of one channel, 8 KB a second."""
    import av
    import numpy as np

    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = _BITS_PER_S
        whole = (np.clip(samples, -1, 1) * 32767).astype("<i2")
        for begin in range(0, len(whole), RATE):
            frame = av.AudioFrame.from_ndarray(whole[None, begin : begin + RATE], format="s16", layout="mono")
            frame.sample_rate = RATE
            frame.pts = begin
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def quietest(samples: NDArray[np.float32]) -> int:
    """Where to cut: the middle of the quietest 0.3 s in the last 30 s (or in the last half, when it is shorter)."""
    import numpy as np

    window = int(_WINDOW_S * RATE)
    tail = min(int(SEARCH_S * RATE), len(samples) // 2)
    count = tail // window
    if count == 0:
        return len(samples)
    offset = len(samples) - count * window
    energy = np.square(samples[offset:].reshape(count, window)).mean(axis=1)
    return offset + int(energy.argmin()) * window + window // 2


def _decoded(path: Path) -> Iterator[tuple[NDArray[np.float32], float | None]]:
    import av

    try:
        with av.open(str(path), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise DamagedAudio("the file has no sound", subject=path.name)
            # Only MP4 states the length of its sound; that of MP3 is guessed from the bit rate.
            stream = container.streams.audio[0]
            stated = stream.duration * stream.time_base if "mp4" in container.format.name and stream.duration else None
            declared = float(stated) if stated else None
            for samples in _resampled(_frames(container, av.error.InvalidDataError), av.AudioResampler):
                yield samples, declared
    except (av.error.FFmpegError, OSError) as error:
        raise DamagedAudio(_what_it_is(path), subject=path.name) from error


def _what_it_is(path: Path) -> str:
    """What can be said of a file that is no audio."""
    try:
        with path.open("rb") as file:
            begins = file.read(_LOOK_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    except OSError:
        return "cannot be read"
    if not begins:
        return "the file is empty"
    page = begins.startswith((b"<!doctype html", b"<html")) or b"<head" in begins
    return "is a web page, not audio" if page else "cannot be decoded as audio"


def _resampled(frames: Iterator[Any], resampler_class: Any) -> Iterator[NDArray[np.float32]]:
    """The frames at our rate in one channel; stitched-in advertisements may change rate and channels on the way."""
    import numpy as np

    resampler: Any = None
    shape = None
    for frame in frames:
        frame_shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame_shape != shape:
            yield from _flushed(resampler)
            resampler, shape = resampler_class(format="flt", layout="mono", rate=RATE), frame_shape
        for part in resampler.resample(frame):
            # The copy frees the frame's own, padded buffer.
            yield np.array(part.to_ndarray()[0], dtype=np.float32)
    yield from _flushed(resampler)


def _flushed(resampler: Any) -> Iterator[NDArray[np.float32]]:
    import numpy as np

    for part in resampler.resample(None) if resampler is not None else ():
        yield np.array(part.to_ndarray()[0], dtype=np.float32)


def _frames(container: Any, damaged: type[Exception]) -> Iterator[Any]:
    """The frames that decode; of a damaged packet none."""
    # Packet by packet: ``container.decode`` is over after its first error, and with it the rest of the episode.
    for packet in container.demux(audio=0):
        try:
            frames = packet.decode()
        except damaged:
            continue
        for frame in frames:
            frame.pts = None  # broken time stamps make the resampler stop
            yield frame
