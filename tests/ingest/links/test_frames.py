"""The frames of an MP3 file are read, and what only describes a file is none."""

from __future__ import annotations

import pytest

from earmark.errors import AudioError
from ingest.links.mp3 import Mp3Layout, frames, layout, tag_bytes

pytestmark = pytest.mark.heavy


def test_the_frames_of_an_mp3_file_are_read(heard_file: bytes) -> None:
    begins = tag_bytes(heard_file)
    assert begins > 0
    all_frames = list(frames(heard_file[begins:]))
    assert {frame.rate for frame in all_frames} == {64_000}
    assert sum(frame.length for frame in all_frames) == pytest.approx(len(heard_file) - begins, abs=600)
    # From the middle of a frame the next one is found.
    middle = begins + 10_000 + 7
    first = next(frames(heard_file[middle : middle + 5_000]))
    assert (middle - begins + first.at) in {frame.at for frame in all_frames}
    assert list(frames(b"\xff" * 5_000)) == []
    assert tag_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x01rest") == 10 + 257
    assert tag_bytes(b"") == tag_bytes(b"RIFF1234WAVE") == 0


def test_what_only_describes_a_file_is_no_sound(heard_file: bytes) -> None:
    begins = tag_bytes(heard_file)
    head = heard_file[begins : begins + 8_192]
    first = next(frames(head))
    assert b"Info" in head[: first.length]
    placed = layout(begins, head)
    assert placed == Mp3Layout(begins=begins + first.length, bytes_per_s=8_000.0)
    assert placed.second(placed.byte(12.0)) == pytest.approx(12.0, abs=0.001)
    with pytest.raises(AudioError, match="varies"):
        layout(begins, head.replace(b"Info", b"Xing"))
    with pytest.raises(AudioError, match="only of MP3"):
        layout(0, b"\x00\x00\x00 ftypM4A " * 300)
